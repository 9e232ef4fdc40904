package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.List;

/**
 * P-values adjusted for being one of several: below {@code a}, an adjusted value rejects at the
 * level {@code a} for the whole family.
 *
 * <p>Holm's bound on any false rejection holds under every dependence (S. Holm, Scand. J. Statist.
 * 6 (1979) 65-70).
 */
public final class Multiplicity {
  private Multiplicity() {}

  /** Holm's step-down: the i-th smallest of m times {@code m - i + 1}, made monotone. */
  public static double[] holm(double... p) {
    int[] order = order(p);
    double[] adjusted = new double[p.length];
    double worst = 0;
    for (int i = 0; i < p.length; i++) {
      worst = Math.max(worst, Math.min(1, (p.length - i) * p[order[i]]));
      adjusted[order[i]] = worst;
    }
    return adjusted;
  }

  /** The same tests adjusted by Holm; refused ones stay as they are and do not count. */
  public static List<TestResult> holm(List<TestResult> family) {
    List<TestResult.Tested> tested = new ArrayList<>();
    for (TestResult v : family) {
      if (v instanceof TestResult.Tested t) {
        tested.add(t);
      }
    }
    double[] p = holm(tested.stream().mapToDouble(TestResult.Tested::p).toArray());
    List<TestResult> adjusted = new ArrayList<>(family);
    int next = 0;
    for (int i = 0; i < adjusted.size(); i++) {
      if (adjusted.get(i) instanceof TestResult.Tested t) {
        adjusted.set(i, t.adjusted(p[next++], "Holm over " + p.length));
      }
    }
    return List.copyOf(adjusted);
  }

  private static int[] order(double[] p) {
    for (double v : p) {
      if (!(v >= 0 && v <= 1)) {
        throw new IllegalArgumentException("a p-value must be in [0, 1], not " + v);
      }
    }
    return HarrellDavis.order(p);
  }
}
