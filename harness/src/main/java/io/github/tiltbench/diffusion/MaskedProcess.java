package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;

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
    int symbols = space.vocabulary() + 1;
    double[] log = new double[count * space.length() * symbols];
    Arrays.fill(log, Double.NEGATIVE_INFINITY);
    for (int mask = symbols - 1; mask < log.length; mask += symbols) {
      log[mask] = 0;
    }
    return new CategoricalStep(new Batch.Reals(log, new int[] {space.length(), symbols}));
  }

  @Override
  public CategoricalStep law(Batch x, int level, Prediction prediction) {
    int[] tokens = ((Batch.Tokens) x).data();
    double[] reveal = ((Prediction.Logits) prediction).log().data();
    int vocabulary = space.vocabulary();
    int symbols = vocabulary + 1;
    double logStay = Math.log((level - 1.0) / level);
    double logReveal = -Math.log(level);
    double[] log = Arena.doubles(tokens.length * symbols);
    Arrays.fill(log, Double.NEGATIVE_INFINITY);
    for (int at = 0; at < tokens.length; at++) {
      if (tokens[at] == space.mask()) {
        for (int v = 0; v < vocabulary; v++) {
          log[at * symbols + v] = logReveal + reveal[at * vocabulary + v];
        }
        log[at * symbols + vocabulary] = logStay;
      } else {
        log[at * symbols + tokens[at]] = 0;
      }
    }
    return new CategoricalStep(new Batch.Reals(log, new int[] {space.length(), symbols}));
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
    Batch.Reals log = ((Prediction.Logits) prediction).log();
    return switch (how) {
      case SAMPLE -> new CategoricalStep(log).sample(noise);
      case POSTERIOR_MEAN -> mode(log);
    };
  }

  /** The likeliest token at each position, the lowest id among equals. */
  private Batch.Tokens mode(Batch.Reals log) {
    int vocabulary = space.vocabulary();
    int[] mode = new int[log.data().length / vocabulary];
    for (int at = 0; at < mode.length; at++) {
      for (int v = 1; v < vocabulary; v++) {
        double best = log.data()[at * vocabulary + mode[at]];
        mode[at] = log.data()[at * vocabulary + v] > best + TIE ? v : mode[at];
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
