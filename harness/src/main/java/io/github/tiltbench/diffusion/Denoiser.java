package io.github.tiltbench.diffusion;

import io.github.tiltbench.budget.Cost;
import java.util.List;

/**
 * Predicts clean states; the model under study.
 *
 * <p>An instance is used by one thread at a time. Rows are independent: row i of the answer depends
 * on row i of the arguments alone (up to the rounding of a network's kernels).
 */
public interface Denoiser extends AutoCloseable {
  /** Where its states live. */
  StateSpace space();

  /**
   * One prediction a row.
   *
   * @param x states
   * @param level level of each row, T..1
   * @param condition condition of each row
   */
  Prediction denoise(Batch x, int[] level, Condition[] condition);

  /**
   * Whether a row costs less in a call of many than in a call of few; only then is it worth while
   * to hold trials in lockstep.
   */
  default boolean batched() {
    return false;
  }

  /**
   * Whether a prediction depends on state and condition alone, not on the level: then a trial need
   * not ask of a state twice.
   */
  default boolean timeless() {
    return false;
  }

  /** Whether {@link #linearise} works. */
  default boolean differentiable() {
    return false;
  }

  /** A prediction that can be differentiated; the caller closes it. */
  default Linearised linearise(Batch x, int[] level, Condition[] condition) {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " has no derivative");
  }

  /**
   * The predictions before and after classifier-free guidance, in that order, at the price of the
   * latter alone; for models of two rows a particle.
   */
  default List<Prediction> contrast(Batch x, int[] level, Condition[] condition) {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " has no guidance");
  }

  /** Network rows that one denoised particle takes: 2 under classifier-free guidance. */
  default int rowsPerParticle() {
    return 1;
  }

  /**
   * All work done since the instance was made, as the adapter itself counts it; compared with the
   * meters after every trial.
   */
  Cost odometer();

  @Override
  default void close() {}

  /** A prediction together with its derivative in the states. */
  interface Linearised extends AutoCloseable {
    /** The prediction. */
    Prediction prediction();

    /**
     * The gradient of {@code <cotangent, prediction>} in the states, one row a particle.
     *
     * @param cotangent one row a particle
     */
    Batch.Reals pullback(Batch.Reals cotangent);

    @Override
    default void close() {}
  }
}
