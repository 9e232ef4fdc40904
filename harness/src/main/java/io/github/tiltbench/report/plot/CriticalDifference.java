package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.table.Ranks;
import io.github.tiltbench.stats.Friedman;
import io.github.tiltbench.stats.Ranking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Mean ranks with bars over those algorithms that are not told apart (J. Demsar, JMLR 7 (2006)
 * 1-30, figure 1), the best at the top.
 *
 * <p>The bars come from tests of pairs, not from the critical difference, which is drawn beside
 * them as the classical measure.
 */
final class CriticalDifference {
  private static final double LEVEL = 0.05;
  private static final int MOST = 12;
  private static final double GAP = 0.35;

  private CriticalDifference() {}

  /** The figure of a ranking; refused with it. */
  static Plot of(Ranks ranks) {
    return ranks.ranking() instanceof Ranking.Ranked r
        ? new Plot.Drawn(chart(r, ranks.order()))
        : new Plot.Refused("ranks over tasks", ranks.refusal().orElseThrow());
  }

  private static Chart chart(Ranking.Ranked r, List<String> order) {
    int k = r.algorithms().size();
    List<String> rows = new ArrayList<>(r.algorithms());
    Collections.reverse(rows);
    double[] ranks = r.ranks().stream().mapToDouble(v -> v).toArray();
    List<Layer> layers = new ArrayList<>();
    double top = k - 0.5;
    for (List<String> clique : r.cliques()) {
      if (clique.size() > 1) {
        double best = ranks[r.algorithms().indexOf(clique.get(0))];
        double worst = ranks[r.algorithms().indexOf(clique.get(clique.size() - 1))];
        layers.add(bar("not told apart", Layer.Style.FULL, best, worst, top));
        top += GAP;
      }
    }
    boolean tabulated = k <= MOST;
    if (tabulated) {
      double cd = Friedman.criticalDifference(k, r.blocks(), LEVEL);
      layers.add(
          bar("critical difference " + Numbers.short4(cd), Layer.Style.BROKEN, 1, 1 + cd, top));
      top += GAP;
    }
    for (int i = 0; i < k; i++) {
      double row = k - 1.0 - i;
      double[] x = {ranks[i], ranks[i]};
      int series = order.indexOf(r.algorithms().get(i));
      layers.add(
          new Layer.Line("", series, x, new double[] {row, top}, Layer.Style.THIN, List.of()));
      layers.add(
          new Layer.Points(
              "",
              series,
              new double[] {ranks[i]},
              new double[] {row},
              Layer.Bars.NONE,
              List.of(r.algorithms().get(i) + ": mean rank " + Numbers.short4(ranks[i])),
              Layer.Points.MARKER));
    }
    Axis names = Axis.categories("", rows);
    return Chart.of(
        "ranking",
        "Mean ranks over " + r.blocks() + " tasks",
        Ranks.agreement(r, "under a bar")
            + (tabulated
                ? " Beside it Nemenyi's critical difference of two mean ranks at 5 %, which the bars"
                    + " do not use."
                : "")
            + " n = "
            + r.blocks()
            + " tasks; a mean rank has no interval.",
        "Mean ranks of "
            + k
            + " algorithms over "
            + r.blocks()
            + " tasks, from the best: "
            + String.join(", ", r.algorithms()),
        new Panel(
            "",
            Axis.linear("mean rank, 1 is best").within(0.9, k + 0.1),
            new Axis(
                names.label(),
                names.scale(),
                Optional.of(new Axis.Range(-0.5, top)),
                names.ticks()),
            layers));
  }

  private static Layer bar(String name, Layer.Style style, double from, double to, double height) {
    double[] y = new double[2];
    Arrays.fill(y, height);
    return new Layer.Line(name, Layer.INK, new double[] {from, to}, y, style, List.of());
  }
}
