package io.github.tiltbench.diffusion;

import io.github.tiltbench.random.Noise;
import java.util.Arrays;

/**
 * Masked diffusion with remasking: a step reveals masks as ancestral sampling does and masks free
 * tokens anew, so that a token that later ones do not fit can be drawn again.
 *
 * <p>With alpha the share revealed, in the step from t to s a free token is masked with probability
 * sigma and a mask is revealed with probability (alpha_s - (1 - sigma) alpha_t) / (1 - alpha_t),
 * for any sigma up to (1 - alpha_s) / alpha_t. If what is revealed were drawn jointly, a state of
 * level s would have the law of the forward process there whatever sigma is; positions are drawn
 * each by itself, as in any step of more than one. A revealed token need not stay: the chain is not
 * {@link #monotone}.
 *
 * <p>Source: Wang et al., arXiv 2503.00307 (ReMDM). Deviations from the authors' code
 * (kuleshov-group/remdm): {@code conf} is left out, whose sigma depends on what a token's
 * probability was when it was revealed, which is no part of a state; the grid ends at 0 and not at
 * 1e-5; in {@code loop} a step that crosses the beginning of the window ends there and not beyond,
 * and sigma is held to what is possible; tokens are drawn in doubles.
 *
 * @param template where it starts
 * @param spec its schedule
 */
public record RemaskingProcess(Template template, Remask spec) implements MaskedChain {
  @Override
  public int steps() {
    return spec.steps();
  }

  @Override
  public boolean monotone() {
    return false;
  }

  @Override
  public CategoricalStep law(Batch x, int[] level, Prediction prediction) {
    return new RemaskingStep(
        new UnmaskingStep(
            (Prediction.Logits) prediction,
            Arrays.stream(level).mapToDouble(l -> Math.log(1 - stay(l))).toArray(),
            Arrays.stream(level).mapToDouble(l -> Math.log(stay(l))).toArray()),
        template,
        Arrays.stream(level).mapToDouble(spec::remask).toArray());
  }

  /** The probability that a mask stays in the step from a level; at level 1 it is 0. */
  private double stay(int level) {
    double t = spec.alpha(level);
    return Math.max(0, (1 - spec.alpha(level - 1) - spec.remask(level) * t) / (1 - t));
  }

  /** As the forward process without remasking, which has the same law at every level. */
  @Override
  public Batch.Tokens renoise(Batch x, int from, int to, Noise noise) {
    return template.masked((Batch.Tokens) x, 1 - spec.alpha(to) / spec.alpha(from), noise);
  }
}
