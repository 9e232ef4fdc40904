package io.github.tiltbench.particle;

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
    double[] selected = new double[index.length];
    for (int i = 0; i < selected.length; i++) {
      selected[i] = values[index[i]];
    }
    return new Scalars(selected);
  }
}
