package io.github.tiltbench.particle;

/**
 * A Feynman-Kac model over levels T, T-1, ..., 0: what an SMC sampler targets, not how.
 *
 * <p>The target is the law of the chain reweighted by the product of its potentials.
 */
public interface FeynmanKac {
  /** T, the number of moves. */
  int steps();

  /** {@code particles} draws of the initial law at level T. */
  Population start(int particles);

  /**
   * The population one level down; a kernel that is not the model's own adds the log-ratio of the
   * two to the weights here.
   *
   * @param level the level moved from, T..1
   */
  Population move(Population population, int level);

  /** log G of each particle at a level T..0; minus infinity forbids. */
  double[] logPotential(Population population, int level);
}
