package io.github.tiltbench.diffusion;

import io.github.tiltbench.random.Noise;

/**
 * Ancestral sampling of masked diffusion on a uniform grid: at level k of T a free position is
 * masked with probability k/T.
 *
 * <p>From level k a masked position keeps its mask with probability (k-1)/k, else it is revealed
 * from the prediction; revealed tokens stay. Tokens revealed in one step are independent given the
 * state: the law of the chain is not the law of the data.
 *
 * <p>Source: Sahoo et al., arXiv 2406.07524, with the schedule alpha_t = 1 - t. The authors' code
 * (kuleshov-group/mdlm) ends its grid at t = 1e-5 and fills the masks left there by argmax; here
 * the grid ends at 0, where the last step reveals everything by sampling. It draws tokens by Gumbel
 * noise in single precision, which loses rare tokens on fine grids; here a position is revealed by
 * a Bernoulli draw and its token by the inverse distribution function, in doubles.
 *
 * @param template where it starts
 * @param steps T
 */
public record MaskedProcess(Template template, int steps) implements MaskedChain {
  /** Refuses a chain without steps. */
  public MaskedProcess {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1");
    }
  }

  /** From all masks. */
  public MaskedProcess(StateSpace.Sequence space, int steps) {
    this(Template.open(space), steps);
  }

  @Override
  public CategoricalStep law(Batch x, int[] level, Prediction prediction) {
    return UnmaskingStep.from(level, (Prediction.Logits) prediction);
  }

  @Override
  public Batch.Tokens renoise(Batch x, int from, int to, Noise noise) {
    return template.masked((Batch.Tokens) x, (double) (to - from) / (steps - from), noise);
  }
}
