package io.github.tiltbench.metric.sample;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Equally weighted points of real data that samples are held against.
 *
 * <p>What metrics derive from it alone (moments, radii, kernel sums) is computed once.
 */
public final class Reference {
  private final double[][] rows;
  private final int[] labels;
  private final List<String> classes;
  private final Memo memo = new Memo();

  /**
   * A reference set.
   *
   * @param rows points of one width
   * @param labels the class of each
   * @param classes names of the classes in the order of their numbers
   */
  public Reference(double[][] rows, int[] labels, List<String> classes) {
    if (rows.length == 0 || rows.length != labels.length) {
      throw new IllegalArgumentException(rows.length + " points with " + labels.length + " labels");
    }
    this.rows = rows;
    this.labels = labels;
    this.classes = List.copyOf(classes);
  }

  /** The real data of some prompts: all of it for the prompt {@code -} alone, else by class. */
  public Optional<Reference> of(List<String> prompts) {
    if (prompts.equals(List.of("-"))) {
      return Optional.of(this);
    }
    if (!classes.containsAll(prompts)) {
      return Optional.empty();
    }
    return Optional.of(
        once(
            List.copyOf(prompts),
            () -> at(i -> prompts.contains(classes.get(labels[i])), rows.length)));
  }

  /** At most so many points, evenly spaced, so that classes keep their shares. */
  Reference thinned(int most) {
    if (most >= rows.length) {
      return this;
    }
    return once(
        most,
        () -> {
          boolean[] kept = new boolean[rows.length];
          IntStream.range(0, most).forEach(i -> kept[(int) ((long) i * rows.length / most)] = true);
          return at(i -> kept[i], most);
        });
  }

  /** Every second point, from the first or from the second on. */
  Reference half(int first) {
    return at(i -> i % 2 == first, rows.length);
  }

  private interface Choice {
    boolean takes(int index);
  }

  private Reference at(Choice choice, int most) {
    int[] index = IntStream.range(0, rows.length).filter(choice::takes).limit(most).toArray();
    return new Reference(
        Arrays.stream(index).mapToObj(i -> rows[i]).toArray(double[][]::new),
        Arrays.stream(index).map(i -> labels[i]).toArray(),
        classes);
  }

  /** Number of points. */
  int size() {
    return rows.length;
  }

  int width() {
    return rows[0].length;
  }

  double[][] rows() {
    return rows;
  }

  /** What a metric derives of this set alone. */
  <T> T once(Object key, Supplier<T> compute) {
    return memo.get(key, compute);
  }
}
