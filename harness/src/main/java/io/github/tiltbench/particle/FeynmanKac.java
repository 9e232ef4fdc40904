package io.github.tiltbench.particle;

/**
 * A Feynman-Kac model over levels T, T-1, ..., 0: what an SMC sampler targets, not how.
 *
 * <p>The target is the law of the chain reweighted by the product of its potentials.
 */
public interface FeynmanKac {
  /** T, the number of moves. */
  int steps();

  /** {@code particles} draws of the initial law at level T, weighed by its potential. */
  Population start(int particles);

  /**
   * The population one level down: moved, and its weights multiplied by the potential there and, if
   * the kernel is not the model's own, by the ratio of the two.
   *
   * @param level the level moved from, T..1
   */
  Population move(Population population, int level);
}
