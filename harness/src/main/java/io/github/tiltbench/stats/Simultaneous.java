package io.github.tiltbench.stats;

import java.util.List;

/**
 * Differences between many cells that met the same units, with intervals that hold for all of them
 * at once.
 */
public final class Simultaneous {
  private Simultaneous() {}

  /** The mean of one cell minus that of another, by their places. */
  public record Pair(int first, int second) {}

  /**
   * The mean differences of pairs, in their order; every prompt counts alike.
   *
   * @param cells all that occur in pairs; refused where a trial lacks its partners
   * @param pairs at least one
   */
  public static List<Estimate> differences(Matched cells, List<Pair> pairs, Confidence c) {
    return BudgetCurves.jointly(
        cells,
        (panel, scale) -> scale.out(differences(panel, pairs, c)),
        r -> pairs.stream().<Estimate>map(p -> r).toList());
  }

  static List<Estimate> differences(JointMeans panel, List<Pair> pairs, Confidence c) {
    double[][] stars = panel.replicates(c);
    for (int r = 0; r < stars.length; r++) {
      stars[r] = minus(stars[r], pairs);
    }
    return new MaxT(minus(panel.means(), pairs), stars, panel, c).band();
  }

  private static double[] minus(double[] means, List<Pair> pairs) {
    return pairs.stream().mapToDouble(p -> means[p.first()] - means[p.second()]).toArray();
  }
}
