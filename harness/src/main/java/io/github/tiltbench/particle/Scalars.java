package io.github.tiltbench.particle;

import java.util.Arrays;
import java.util.List;

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

  /** The rows of all, one after the other. */
  public static Scalars joined(List<Scalars> parts) {
    return new Scalars(parts.stream().flatMapToDouble(p -> Arrays.stream(p.values)).toArray());
  }

  /** Numbers, and others after them. */
  public static double[] joined(double[] first, double[] second) {
    double[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** The same with the lowest finite number, or 0 if there is none, in place of minus infinity. */
  public Scalars floored() {
    double lowest = Arrays.stream(values).filter(Double::isFinite).min().orElse(0);
    return new Scalars(Arrays.stream(values).map(value -> Math.max(value, lowest)).toArray());
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
