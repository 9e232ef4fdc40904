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

  /**
   * The time of the linear path (1 - t) clean + t noise with a level's ratio of noise to signal.
   */
  default double linearTime(int level) {
    return noise(level) / (signal(level) + noise(level));
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

  /**
   * The state at a lower level that the probability-flow ODE leads to in one step of Euler's rule:
   * DDIM without noise. To the next level of a chain that draws no noise it is the chain's own
   * step.
   *
   * @param from levels of {@code x}: one for all rows, or one a row
   * @param to levels under {@code from}, as many
   * @param prediction the denoiser's prediction at {@code x}
   */
  Batch.Reals jump(Batch x, int[] from, int[] to, Prediction prediction);

  /** The same, all rows going from one level to another. */
  default Batch.Reals jump(Batch x, int from, int to, Prediction prediction) {
    return jump(x, new int[] {from}, new int[] {to}, prediction);
  }

  /**
   * The gradient of {@code <cotangent, jump>} in the predicted mean and in the state, each with the
   * other held still.
   *
   * @param cotangent one row a state
   */
  JumpGradient jumpGradient(int[] from, int[] to, Prediction prediction, Batch.Reals cotangent);

  /** The same, all rows going from one level to another. */
  default JumpGradient jumpGradient(
      int from, int to, Prediction prediction, Batch.Reals cotangent) {
    return jumpGradient(new int[] {from}, new int[] {to}, prediction, cotangent);
  }

  /**
   * A gradient in the two arguments of a jump.
   *
   * @param mean in the predicted mean: 0 in a coordinate that was clipped
   * @param state in the state
   */
  record JumpGradient(Batch.Reals mean, Batch.Reals state) {}

  @Override
  GaussianStep law(Batch x, int[] level, Prediction prediction);

  @Override
  default GaussianStep law(Batch x, int level, Prediction prediction) {
    return law(x, new int[] {level}, prediction);
  }
}
