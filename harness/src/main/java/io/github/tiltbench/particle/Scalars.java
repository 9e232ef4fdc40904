package io.github.tiltbench.particle;

import java.util.Arrays;

/**
 * One number a particle.
 *
 * @param values the numbers; not to be changed once handed over
 */
public record Scalars(double[] values) implements Rows<Scalars> {
  @Override
  public int size() {
    return values.length;
  }

  @Override
  public Scalars select(int[] index) {
    return new Scalars(Arrays.stream(index).mapToDouble(i -> values[i]).toArray());
  }
}
