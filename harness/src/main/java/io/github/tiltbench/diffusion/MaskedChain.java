package io.github.tiltbench.diffusion;

import io.github.tiltbench.random.Noise;
import java.util.Collections;

/** A chain of token sequences that starts from a template and ends without masks. */
public interface MaskedChain extends ReverseProcess {
  /** The state of level T. */
  Template template();

  /** Where its states live. */
  default StateSpace.Sequence space() {
    return template().space();
  }

  /** Whether a token that is revealed stays. */
  default boolean monotone() {
    return true;
  }

  /** The template, always. */
  @Override
  default CategoricalStep initial(int count) {
    return UnmaskingStep.none(
        new Prediction.Logits(
            template().rows(count),
            space(),
            Collections.nCopies(count, TokenLogits.exact(new double[0][]))));
  }

  @Override
  default Batch.Tokens clean(Prediction prediction, Decoding how, Noise noise) {
    Prediction.Logits logits = (Prediction.Logits) prediction;
    return switch (how) {
      case SAMPLE -> UnmaskingStep.from(new int[] {1}, logits).sample(noise);
      case POSTERIOR_MEAN -> mode(logits);
    };
  }

  /** The likeliest token at each masked position, the lowest id among equals. */
  private Batch.Tokens mode(Prediction.Logits logits) {
    double tie = 1e-12; // relative difference below which two probabilities are equal
    int[] mode = logits.state().data().clone();
    double[] log = new double[space().tokens()];
    for (int at = 0; at < mode.length; at++) {
      if (mode[at] == space().mask()) {
        logits.read(at / space().length(), at % space().length(), log);
        mode[at] = 0;
        for (int v = 1; v < log.length; v++) {
          mode[at] = log[v] > log[mode[at]] + tie ? v : mode[at];
        }
      }
    }
    return new Batch.Tokens(mode, space().length());
  }

  @Override
  default boolean decodes(Decoding how) {
    return true;
  }

  @Override
  default boolean stochastic() {
    return true;
  }

  @Override
  default boolean stochasticAt(int level) {
    return true;
  }
}
