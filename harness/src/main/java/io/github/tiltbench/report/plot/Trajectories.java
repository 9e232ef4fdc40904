package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.page.Methods;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The target reward against a judge that guided nothing: a path from an algorithm's smallest budget
 * to its largest. Where a path leads to the right and down, the reward is over-optimised.
 */
final class Trajectories {
  private static final String MEAN = "mean";
  private static final double SIZE = 6;
  private static final double LAST = 11;

  private final Task contest;
  private final String judge;
  private final Methods methods = new Methods();
  private final List<Estimate> shown = new ArrayList<>();
  private final Map<String, String> without = new LinkedHashMap<>();

  private Trajectories(Task contest, String judge) {
    this.contest = contest;
    this.judge = judge;
  }

  /** One mean reward by either verifier. */
  private record Stop(OptionalLong budget, Estimate.Interval target, Estimate.Interval judge) {}

  /** One figure a judge. */
  static List<Plot> of(Task contest) {
    return contest.metrics().stream()
        .filter(m -> m.startsWith(MEAN + "@"))
        .map(m -> new Trajectories(contest, m.substring(MEAN.length() + 1)).plot())
        .toList();
  }

  private Plot plot() {
    String what = "what " + judge + " says of " + contest.name();
    List<Layer> layers = new ArrayList<>();
    for (String label : contest.algorithms()) {
      List<Stop> path = path(label);
      if (!path.isEmpty()) {
        layers.addAll(layers(label, contest.series(label), path));
      }
    }
    if (layers.isEmpty()) {
      return new Plot.Refused(what, without.values().stream().findFirst().orElse("no numbers"));
    }
    String title = "Over-optimisation: " + contest.name() + ", judged by " + judge;
    return new Plot.Drawn(
        Chart.of(
            Captions.file("trajectory", contest, judge),
            title,
            caption(),
            "Mean score by "
                + judge
                + " against mean reward by "
                + contest.verifier()
                + ", a path through the budgets of each algorithm; the numbers stand in the tables",
            new Panel(
                "",
                Axis.linear("mean by " + contest.verifier() + ", the target"),
                Axis.linear("mean by " + judge + ", which guides nothing"),
                layers)));
  }

  /** The budgets at which both means are known, from small to large. */
  private List<Stop> path(String label) {
    Map<Long, Map<String, SummaryRow>> places = new TreeMap<>();
    for (SummaryRow row : contest.rows()) {
      if (row.label().equals(label) && List.of(MEAN, MEAN + "@" + judge).contains(row.metric())) {
        places
            .computeIfAbsent(row.budget().orElse(0), k -> new LinkedHashMap<>())
            .put(row.metric(), row);
      }
    }
    List<Stop> path = new ArrayList<>();
    for (Map<String, SummaryRow> rows : places.values()) {
      SummaryRow target = rows.get(MEAN);
      SummaryRow judged = rows.get(MEAN + "@" + judge);
      if (judged == null) {
        without.put(label, judge + " did not judge every trial");
      } else if (target.estimate() instanceof Estimate.Interval x
          && judged.estimate() instanceof Estimate.Interval y) {
        path.add(new Stop(target.budget(), x, y));
        methods.add(contest.verifier(), x);
        methods.add(judge, y);
        shown.addAll(List.of(x, y));
      } else {
        Estimate bad =
            target.estimate() instanceof Estimate.Refused ? target.estimate() : judged.estimate();
        without.put(label, ((Estimate.Refused) bad).reason());
      }
    }
    return path;
  }

  private List<Layer> layers(String label, int series, List<Stop> path) {
    double[] x = path.stream().mapToDouble(s -> s.target().value()).toArray();
    double[] y = path.stream().mapToDouble(s -> s.judge().value()).toArray();
    List<String> hover = path.stream().map(s -> hover(label, s)).toList();
    Layer.Bars up =
        new Layer.Bars(
            path.stream().mapToDouble(s -> s.judge().low()).toArray(),
            path.stream().mapToDouble(s -> s.judge().high()).toArray(),
            false);
    Layer.Bars across =
        new Layer.Bars(
            path.stream().mapToDouble(s -> s.target().low()).toArray(),
            path.stream().mapToDouble(s -> s.target().high()).toArray(),
            true);
    List<Layer> layers = new ArrayList<>();
    if (label.equals(Task.BASE)) {
      layers.add(new Layer.Mark(true, x[0], ""));
      layers.add(new Layer.Mark(false, y[0], ""));
    }
    if (path.size() > 1) {
      layers.add(Layer.Line.of(label, series, x, y));
    }
    layers.add(new Layer.Points(label, series, x, y, up, hover, SIZE));
    layers.add(new Layer.Points(label, series, x, y, across, hover, SIZE));
    if (path.size() > 1) {
      int last = path.size() - 1;
      layers.add(
          new Layer.Points(
              label,
              series,
              new double[] {x[last]},
              new double[] {y[last]},
              Layer.Bars.NONE,
              hover.subList(last, last + 1),
              LAST));
    }
    return layers;
  }

  private String hover(String label, Stop stop) {
    return label
        + (stop.budget().isPresent()
            ? " at " + Numbers.amount((double) stop.budget().getAsLong())
            : "")
        + ": "
        + contest.verifier()
        + " "
        + Numbers.both(stop.target())
        + ", "
        + judge
        + " "
        + Numbers.both(stop.judge());
  }

  private String caption() {
    boolean based = contest.algorithms().contains(Task.BASE);
    return "Paths lead from the smallest budget to the largest, which has the large marker. "
        + (based ? "The lines across meet at " + Task.BASE + ". " : "")
        + "A path that leads to the right and down gains by the target and loses by the judge."
        + " Bars are intervals of the means. "
        + Captions.intervals(methods, shown)
        + Captions.without(without);
  }
}
