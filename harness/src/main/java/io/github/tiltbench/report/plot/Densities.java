package io.github.tiltbench.report.plot;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.metric.law.Density;
import io.github.tiltbench.metric.law.Law;
import io.github.tiltbench.metric.law.LawTarget;
import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.summary.Pool;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Samples of an analytic model in one or two dimensions at the largest budget, a panel an
 * algorithm, with the law that they should follow: in one dimension a weighted histogram under the
 * true density, in two the true density as shading under the samples.
 */
final class Densities {
  private static final int BINS = 40;
  private static final int LINE = 201;
  private static final int GRID = 61;
  private static final int DRAWN = 400;
  private static final double TAIL = 0.001;
  private static final String REGIONS = "half and 95 % of the true law";

  private final Task contest;
  private final StudyComponents parts;
  private final Gallery gallery;
  private final Results results;
  private final Set<String> laws = new LinkedHashSet<>();
  private final Map<String, String> without = new LinkedHashMap<>();

  private Densities(Results results, Task contest, StudyComponents parts) {
    this.results = results;
    this.contest = contest;
    this.parts = parts;
    this.gallery = new Gallery(results, parts);
  }

  /** What one panel shows. */
  private record Cloud(PlanFile.Row cell, Law law, List<Trial> trials) {}

  /** The figure of a contest; refused where the law is not known or cannot be drawn. */
  static Plot of(Results results, Task contest, StudyComponents parts) {
    String what = "samples with their true law, " + contest.name();
    Densities densities = new Densities(results, contest, parts);
    try {
      List<Cloud> clouds = densities.clouds();
      return clouds.isEmpty()
          ? new Plot.Refused(what, "no algorithm has a finished trial with weights")
          : densities.plot(clouds);
    } catch (StudyComponents.Hindrance e) {
      return new Plot.Refused(what, e.getMessage());
    }
  }

  private List<Cloud> clouds() {
    List<Cloud> clouds = new ArrayList<>();
    for (PlanFile.Row cell : contest.largest()) {
      Law law = known(parts.target(cell));
      List<Trial> trials = results.trials(cell);
      if (Pool.of(trials, Trial::rewards).isPresent()) {
        clouds.add(new Cloud(cell, law, trials));
      } else {
        without.put(cell.label(), "no trial, or one whose weights are all zero");
      }
    }
    return clouds;
  }

  private static Law known(LawTarget target) {
    if (!(target instanceof Law law)) {
      throw new StudyComponents.Hindrance(((LawTarget.Unknown) target).reason());
    }
    if (law.mean().length > 2) {
      throw new StudyComponents.Hindrance("it lies in " + law.mean().length + " dimensions");
    }
    return law;
  }

  private Plot plot(List<Cloud> clouds) {
    boolean line = clouds.get(0).law().mean().length == 1;
    Axis.Range across = range(clouds, 0);
    List<Panel> panels = line ? histograms(clouds, across) : maps(clouds, across, range(clouds, 1));
    return new Plot.Drawn(
        new Chart(
            Captions.file("densities", contest),
            "Samples and their true law: " + contest.name(),
            caption(line, clouds),
            "Samples of each algorithm "
                + Captions.largest(contest)
                + (line ? " as a histogram with" : " as points over")
                + " the density that they should have",
            panels));
  }

  /** From where to where samples and the bulk of the laws lie. */
  private Axis.Range range(List<Cloud> clouds, int k) {
    DoubleStream laws =
        clouds.stream()
            .map(Cloud::law)
            .distinct()
            .flatMapToDouble(law -> Arrays.stream(quantiles(law, k, TAIL, 1 - TAIL)));
    DoubleStream samples =
        clouds.stream().flatMap(c -> c.trials().stream()).flatMapToDouble(t -> coordinate(t, k));
    DoubleSummaryStatistics ends = DoubleStream.concat(laws, samples).summaryStatistics();
    double width = ends.getMax() - ends.getMin();
    double margin = width > 0 ? 0.04 * width : 1;
    return new Axis.Range(ends.getMin() - margin, ends.getMax() + margin);
  }

  private static double[] quantiles(Law law, int k, double... p) {
    double[] x = Arrays.stream(law.points()).mapToDouble(v -> v[k]).toArray();
    return new Pool(x, law.weights()).quantiles(p);
  }

  private DoubleStream coordinate(Trial trial, int k) {
    Batch.Reals reals = (Batch.Reals) results.samples(trial);
    return IntStream.range(0, reals.size()).mapToDouble(i -> reals.row(i)[k]);
  }

  private List<Panel> histograms(List<Cloud> clouds, Axis.Range across) {
    double[] x = grid(across, LINE);
    List<Panel> panels = new ArrayList<>();
    for (Cloud cloud : clouds) {
      Density density = new Density(cloud.law());
      Law base = known(parts.base(cloud.cell()));
      note(cloud.law(), density);
      List<Layer> layers = new ArrayList<>();
      int series = contest.series(cloud.cell().label());
      layers.add(histogram(cloud, series, across));
      layers.add(
          new Layer.Line(
              "without the reward",
              Layer.INK,
              x,
              new Density(base).along(x),
              Layer.Style.BROKEN,
              List.of()));
      layers.add(Layer.Line.of("true law", Layer.INK, x, density.along(x)));
      panels.add(
          new Panel(
              cloud.cell().label(),
              Axis.linear("x").within(across.low(), across.high()),
              Axis.linear("density"),
              layers));
    }
    double most = panels.stream().mapToDouble(Densities::highest).max().orElseThrow();
    return panels.stream()
        .map(p -> new Panel(p.title(), p.across(), p.up().within(0, 1.05 * most), p.layers()))
        .toList();
  }

  private static double highest(Panel panel) {
    return panel.layers().stream()
        .flatMapToDouble(
            l ->
                l instanceof Layer.Histogram h
                    ? Arrays.stream(h.density())
                    : Arrays.stream(((Layer.Line) l).y()))
        .max()
        .orElseThrow();
  }

  private Layer.Histogram histogram(Cloud cloud, int series, Axis.Range across) {
    Pool pool = Pool.of(cloud.trials(), t -> coordinate(t, 0).toArray()).orElseThrow();
    double width = (across.high() - across.low()) / BINS;
    double[] edges = new double[BINS + 1];
    Arrays.setAll(edges, i -> across.low() + i * width);
    double[] density = new double[BINS];
    for (int i = 0; i < pool.values().length; i++) {
      int bin = (int) ((pool.values()[i] - across.low()) / width);
      density[Math.min(BINS - 1, bin)] += pool.weights()[i] / width;
    }
    return new Layer.Histogram("", series, edges, density);
  }

  private List<Panel> maps(List<Cloud> clouds, Axis.Range across, Axis.Range up) {
    double[] x = grid(across, GRID);
    double[] y = grid(up, GRID);
    Map<Law, Layer.Heat> heats = new LinkedHashMap<>();
    List<Panel> panels = new ArrayList<>();
    for (Cloud cloud : clouds) {
      Layer.Heat heat =
          heats.computeIfAbsent(
              cloud.law(),
              law -> {
                Density density = new Density(law);
                note(law, density);
                return new Layer.Heat(x, y, density.over(x, y));
              });
      List<double[]> points = thinned(gallery.points(cloud.cell()));
      panels.add(
          new Panel(
              cloud.cell().label(),
              Axis.linear("x1").within(across.low(), across.high()),
              Axis.linear("x2").within(up.low(), up.high()),
              List.of(
                  heat,
                  Layer.Points.cloud(
                      "",
                      contest.series(cloud.cell().label()),
                      points.stream().mapToDouble(p -> p[0]).toArray(),
                      points.stream().mapToDouble(p -> p[1]).toArray()),
                  Contour.of(REGIONS, heat, 0.5),
                  Contour.of(REGIONS, heat, 0.95))));
    }
    return panels;
  }

  /** At most so many points that the law is seen between them, evenly from all. */
  private static List<double[]> thinned(List<double[]> points) {
    int every = (points.size() + DRAWN - 1) / DRAWN;
    return IntStream.range(0, points.size())
        .filter(i -> i % every == 0)
        .mapToObj(points::get)
        .toList();
  }

  private static double[] grid(Axis.Range range, int count) {
    double[] grid = new double[count];
    Arrays.setAll(grid, i -> range.low() + i * (range.high() - range.low()) / (count - 1));
    return grid;
  }

  private void note(Law law, Density density) {
    String smoothed =
        law.exact()
            ? ""
            : ", smoothed over "
                + Arrays.stream(density.widths())
                    .mapToObj(Numbers::short4)
                    .collect(Collectors.joining(" and "));
    laws.add(law.name() + smoothed);
  }

  private String caption(boolean line, List<Cloud> clouds) {
    int most = clouds.stream().mapToInt(c -> samples(c.trials())).max().orElseThrow();
    int least = clouds.stream().mapToInt(c -> samples(c.trials())).min().orElseThrow();
    String count = least + (least == most ? "" : " to " + most) + " samples each";
    return (line
            ? "Bars: weighted histogram of "
                + count
                + ". Full line: the law tilted by the reward; broken line: the law without it."
            : "Shading: the law tilted by the reward; lines: the smallest regions that hold half"
                + " and 95 % of it. Points: at most "
                + DRAWN
                + " of "
                + count
                + ", weighted ones as often as their weight says.")
        + " True law: "
        + String.join("; ", laws)
        + ". The samples are those "
        + Captions.largest(contest)
        + "."
        + Captions.without(without);
  }

  private static int samples(List<Trial> trials) {
    return trials.stream().mapToInt(t -> t.samples().size()).sum();
  }
}
