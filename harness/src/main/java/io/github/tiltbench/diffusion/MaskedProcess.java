package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;
import java.util.Collections;

/**
 * Ancestral sampling of masked diffusion on a uniform grid: at level k of T a token is masked with
 * probability k/T.
 *
 * <p>From level k a masked position keeps its mask with probability (k-1)/k, else it is revealed
 * from the prediction; revealed tokens stay. The last step reveals everything, so there is no
 * clean-up. Tokens revealed in one step are independent given the state: the law of the chain is
 * not the law of the data.
 *
 * <p>Source: Sahoo et al., arXiv 2406.07524, with the schedule alpha_t = 1 - t.
 *
 * @param space where its states live
 * @param steps T
 */
public record MaskedProcess(StateSpace.Sequence space, int steps) implements ReverseProcess {
  /** Relative difference below which two probabilities tie. */
  private static final double TIE = 1e-12;

  /** Refuses a chain without steps. */
  public MaskedProcess {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1");
    }
  }

  /** All masks, always. */
  @Override
  public CategoricalStep initial(int count) {
    int[] masks = new int[count * space.length()];
    Arrays.fill(masks, space.mask());
    return UnmaskingStep.none(
        new Prediction.Logits(
            new Batch.Tokens(masks, space.length()),
            space,
            Collections.nCopies(count, TokenLogits.exact(new double[0][]))));
  }

  @Override
  public CategoricalStep law(Batch x, int[] level, Prediction prediction) {
    return UnmaskingStep.from(level, (Prediction.Logits) prediction);
  }

  @Override
  public Batch.Tokens renoise(Batch x, int from, int to, Noise noise) {
    int[] tokens = ((Batch.Tokens) x).data().clone();
    double mask = (double) (to - from) / (steps - from);
    double[] u = Arena.doubles(tokens.length);
    noise.uniforms(x.size(), u);
    for (int i = 0; i < tokens.length; i++) {
      if (u[i] < mask) {
        tokens[i] = space.mask();
      }
    }
    return new Batch.Tokens(tokens, space.length());
  }

  @Override
  public Batch.Tokens clean(Prediction prediction, Decoding how, Noise noise) {
    Prediction.Logits logits = (Prediction.Logits) prediction;
    return switch (how) {
      case SAMPLE -> UnmaskingStep.from(new int[] {1}, logits).sample(noise);
      case POSTERIOR_MEAN -> mode(logits);
    };
  }

  /** The likeliest token at each masked position, the lowest id among equals. */
  private Batch.Tokens mode(Prediction.Logits logits) {
    int[] mode = logits.state().data().clone();
    double[] log = new double[space.tokens()];
    for (int at = 0; at < mode.length; at++) {
      if (mode[at] == space.mask()) {
        logits.read(at / space.length(), at % space.length(), log);
        mode[at] = 0;
        for (int v = 1; v < log.length; v++) {
          mode[at] = log[v] > log[mode[at]] + TIE ? v : mode[at];
        }
      }
    }
    return new Batch.Tokens(mode, space.length());
  }

  @Override
  public boolean decodes(Decoding how) {
    return true;
  }

  @Override
  public boolean stochastic() {
    return true;
  }

  @Override
  public boolean stochasticAt(int level) {
    return true;
  }
}
