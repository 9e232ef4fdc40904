package io.github.tiltbench.particle;

/**
 * Anything that has one row a particle.
 *
 * @param <R> the type itself
 */
public interface Rows<R extends Rows<R>> {
  /** Number of rows. */
  int size();

  /** The rows at the given indices, in their order; an index may repeat. */
  R select(int[] index);
}
