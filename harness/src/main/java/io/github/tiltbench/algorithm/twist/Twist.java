package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.smc.Move;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.random.Noise;

/**
 * A twist of a chain's steps, learned or to be learned; immutable, shared by threads until it is
 * closed.
 */
public interface Twist extends AutoCloseable {
  /** Draws the starting states. */
  Move start(StepLaw prior, Noise noise);

  /**
   * Moves particles.
   *
   * @param law the model's step from there; never a point mass
   * @param prediction of the model at {@code x}
   */
  Move move(StepLaw law, Batch x, Prediction prediction, int level, Noise noise);

  /** Whether it says something of states, not of steps alone. */
  default boolean sighted() {
    return false;
  }

  /**
   * What it says of the reward to come from states of a level, T..1, in the log: what to weigh
   * particles by on their way. 0 from a twist that is not sighted.
   *
   * @param law the model's step from there
   */
  default double[] ahead(StepLaw law, Batch x, int level) {
    return new double[x.size()];
  }

  /** Numbers to learn, over the steps of the chain. */
  double parametersPerStep();

  /** A gatherer of trajectories that move by this twist. */
  Gathered gather(int trajectories);

  /** Frees what it holds outside the heap; nothing unless a family says so. */
  @Override
  default void close() {}

  /**
   * What a new twist is learned from: the trajectories of one run, one a row, fed step by step, of
   * which statistics are kept.
   */
  interface Gathered {
    /** The starting states. */
    void start(StepLaw prior, Batch x);

    /** One step that drew noise. */
    void step(StepLaw law, Batch x, Prediction prediction, int level, Batch next);

    /**
     * The twist of highest likelihood on the trajectories by weight, held back towards the one that
     * they moved by.
     *
     * <p>With the weights all equal it is that one: the part of the likelihood's gradient that only
     * the luck of the draws explains, whose mean is known to be zero, is taken off.
     *
     * @param weights of the trajectories, summing to one
     * @param ridge how much the present twist counts for, in units of the trajectories' own say
     */
    Twist project(double[] weights, double ridge);

    /** Log-density of each trajectory under a twist of this family, less that under the model. */
    double[] logRatio(Twist twist);
  }
}
