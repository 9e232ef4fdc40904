package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.table.Standings;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.RankIntervals.Places;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The ranks that each algorithm can have, a panel for each number it is ranked by. */
final class RankRanges {
  private RankRanges() {}

  static Chart of(Standings standings) {
    List<PlanFile.Row> cells = new ArrayList<>(standings.order());
    Collections.reverse(cells);
    String title = "Ranks of " + standings.task().name();
    return new Chart(
        Captions.file("standings", standings.task()),
        title,
        "A bar holds the true rank, all bars of a panel at once with 95 %; 1 is the best. A marker is"
            + " the rank among the estimates. The"
            + " highest reward stands on top. An algorithm without a bar has no such number; the"
            + " reasons stand in the table.",
        title + " by " + String.join(", ", names(standings)) + ", as in the table of standings",
        standings.metrics().stream().map(metric -> panel(standings, cells, metric)).toList());
  }

  private static List<String> names(Standings standings) {
    return standings.metrics().stream().map(Standings::named).toList();
  }

  private static Panel panel(Standings standings, List<PlanFile.Row> cells, String metric) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      Optional<SummaryRow> row =
          standings.row(cells.get(i), metric).filter(standings.places()::containsKey);
      if (row.isPresent()) {
        String label = row.get().label();
        Places places = standings.places().get(row.get());
        layers.add(
            new Layer.Points(
                "",
                standings.task().series(label),
                new double[] {places.estimated()},
                new double[] {i},
                new Layer.Bars(new double[] {places.best()}, new double[] {places.worst()}, true),
                List.of(label + ": " + places),
                Layer.Points.MARKER));
      }
    }
    return new Panel(
        "by " + Standings.named(metric),
        Axis.linear("rank").within(0, cells.size() + 1),
        Axis.categories("", cells.stream().map(PlanFile.Row::label).toList()),
        layers);
  }
}
