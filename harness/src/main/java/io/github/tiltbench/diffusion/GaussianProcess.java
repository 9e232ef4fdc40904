package io.github.tiltbench.diffusion;

/**
 * A reverse process of x_t = s_t x_0 + n_t noise with s_t^2 + n_t^2 = 1: the levels a denoiser
 * needs.
 */
public interface GaussianProcess extends ReverseProcess {
  /** The squared signal scale s_t^2 at a level T..0. */
  double alphaBar(int level);

  /** The signal scale s_t at a level T..0. */
  default double signal(int level) {
    return Math.sqrt(alphaBar(level));
  }

  /** The noise scale n_t at a level T..0. */
  default double noise(int level) {
    return Math.sqrt(1 - alphaBar(level));
  }

  /** Whether there is signal at every level; a flow begins without any. */
  default boolean signalEverywhere() {
    return alphaBar(steps()) > 0;
  }

  /** The time that a network is told at a level T..1, on the scale that it was trained on. */
  double time(int level);

  /** The largest absolute value that a clean mean may have; infinite where none is clipped. */
  default double clip() {
    return Double.POSITIVE_INFINITY;
  }

  @Override
  GaussianStep law(Batch x, int[] level, Prediction prediction);

  @Override
  default GaussianStep law(Batch x, int level, Prediction prediction) {
    return law(x, new int[] {level}, prediction);
  }
}
