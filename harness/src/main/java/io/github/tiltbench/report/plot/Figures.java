package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Drawing;
import io.github.tiltbench.report.figure.Theme;
import io.github.tiltbench.report.page.Block;
import io.github.tiltbench.report.page.Picture;
import io.github.tiltbench.report.page.PictureRow;
import io.github.tiltbench.report.page.Slug;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.report.table.Comparison;
import io.github.tiltbench.report.table.Ranks;
import io.github.tiltbench.report.table.ScalingFits;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The figures of a report: SVG and PNG files by name, and the same as blocks of the page.
 *
 * <p>Each is drawn when it is asked for. Where one is refused, a sentence with the reason stands in
 * its place.
 */
public final class Figures {
  private static final int WIDTH = 720;

  private final Results results;
  private final Gallery gallery;
  private final StudyComponents parts;
  private final Faults faults;
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();

  /** The figures of some results; nothing is drawn yet. */
  public Figures(Results results, StudyComponents parts, Faults faults) {
    this.results = results;
    this.gallery = new Gallery(results);
    this.parts = parts;
    this.faults = faults;
  }

  /** Name to content of every figure drawn so far. */
  public Map<String, byte[]> files() {
    return files;
  }

  /** Curves of a contest: of the reward that guided. */
  public List<Block> curves(Task contest) {
    return Stream.of("q0.5", "q0.9").flatMap(m -> curve(contest, m, Comparison.header(m))).toList();
  }

  /** Curves of a contest: of every judge that guided nothing. */
  public List<Block> judged(Task contest) {
    return results.plan().crossRewards().stream()
        .flatMap(j -> curve(contest, "mean@" + j, binary(contest, j) ? "proportion" : "mean"))
        .toList();
  }

  private Stream<Block> curve(Task contest, String metric, String name) {
    return BudgetFigures.of(contest, metric, name("curves", contest, metric), name).stream()
        .map(this::block);
  }

  /** Whether a judge only ever said 0 or 1. */
  private boolean binary(Task contest, String judge) {
    return results.plan().cells().stream()
        .filter(c -> of(contest, c))
        .flatMap(c -> results.trials(c).stream())
        .flatMapToDouble(t -> Arrays.stream(t.crossRewards().getOrDefault(judge, new double[0])))
        .allMatch(x -> x == 0 || x == 1);
  }

  private static boolean of(Task contest, PlanFile.Row cell) {
    return cell.model().equals(contest.model()) && cell.verifier().equals(contest.verifier());
  }

  /** The growth of the mean with the budget. */
  public List<Block> growth(ScalingFits fits) {
    return List.of(block(FittedCurves.of(fits)));
  }

  /** The target against each judge, along the budgets. */
  public List<Block> trajectories(Task contest) {
    return Trajectories.of(contest).stream().map(this::block).toList();
  }

  /** The rewards of samples at the largest budget. */
  public List<Block> rewards(Task contest) {
    return List.of(block(QuantileDots.of(results, contest)));
  }

  /** What became of weighted populations. */
  public List<Block> health(Task contest) {
    return EssTraces.of(results, contest).stream().map(this::block).toList();
  }

  /** The ranks over tasks; none where there is no ranking. */
  public List<Block> ranks(Ranks ranks) {
    return ranks.refusal().isPresent() ? List.of() : List.of(block(CriticalDifference.of(ranks)));
  }

  private Block block(Plot plot) {
    if (plot instanceof Plot.Refused refused) {
      return new Block.Text(refused.sentence());
    }
    Chart c = ((Plot.Drawn) plot).chart();
    return block(new Chart(free(c.name()), c.title(), c.caption(), c.alternative(), c.panels()));
  }

  /** Draws a chart in all its forms. */
  Block block(Chart chart) {
    Drawing titled = new Drawing(chart, WIDTH, true);
    files.put(chart.name() + ".png", titled.png(Theme.LIGHT));
    files.put(chart.name() + ".svg", titled.svg(Theme.LIGHT).getBytes(StandardCharsets.UTF_8));
    Drawing plain = new Drawing(chart, WIDTH, false);
    return new Block.Figure(chart, plain.svg(Theme.LIGHT), plain.svg(Theme.DARK));
  }

  /** Samples of a contest: side by side and by algorithm, or as points, at the largest budget. */
  public List<Block> samples(Task contest) {
    long budget = contest.largestBudget();
    List<PlanFile.Row> cells =
        results.plan().cells().stream()
            .filter(c -> of(contest, c))
            .filter(c -> c.at() == null || c.at() == budget)
            .toList();
    List<Block> blocks = new ArrayList<>(points(contest, cells));
    String at = budget > 0 ? " at budget " + budget : "";
    blocks.addAll(
        grid(contest, "all", "The first sample of each algorithm" + at, gallery.sideBySide(cells)));
    List<Block> each = new ArrayList<>();
    for (PlanFile.Row cell : cells) {
      String title = cell.label() + (cell.at() == null ? "" : at);
      each.addAll(grid(contest, cell.label(), title, gallery.pictures(cell)));
    }
    if (!each.isEmpty()) {
      blocks.add(new Block.Folded("More samples of each algorithm" + guided(contest), each));
    }
    return blocks;
  }

  private static String guided(Task contest) {
    return " (" + contest.verifier() + " on " + contest.model() + ")";
  }

  private List<Block> grid(Task contest, String name, String title, List<PictureRow> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    String full = title + guided(contest);
    String file = "";
    if (rows.get(0).pictures().get(0) instanceof Picture.Raster) {
      file = name("samples", contest, name);
      GridFigure figure = new GridFigure(full, rows);
      files.put(file + ".png", figure.png(Theme.LIGHT));
      files.put(file + ".svg", figure.svg(Theme.LIGHT).getBytes(StandardCharsets.UTF_8));
    }
    return List.of(new Block.Samples(full, rows, file));
  }

  private List<Block> points(Task contest, List<PlanFile.Row> cells) {
    List<Clouds.Cloud> clouds = new ArrayList<>();
    for (PlanFile.Row cell : cells) {
      List<double[]> points = gallery.points(cell);
      if (!points.isEmpty()) {
        int series = contest.algorithms().indexOf(cell.label());
        clouds.add(new Clouds.Cloud(cell.label(), series, points));
      }
    }
    if (clouds.isEmpty()) {
      return List.of();
    }
    Plot known = Densities.of(results, contest, parts);
    if (known instanceof Plot.Drawn) {
      return List.of(block(known));
    }
    String title = "Samples of each algorithm at the largest budget" + guided(contest);
    return List.of(
        block(
            new Chart(
                name("samples", contest, "points"),
                title,
                "",
                title + ", on the same axes",
                Clouds.panels(clouds))));
  }

  /** A file name, without an ending, that no other figure has. */
  String name(String kind, Task contest, String what) {
    return free(kind + "-" + Slug.of(contest.model() + "-" + contest.verifier() + "-" + what));
  }

  private String free(String base) {
    String file = base;
    for (int i = 2; !taken.add(file.toLowerCase(Locale.ROOT)); i++) {
      file = base + "-" + i;
    }
    return file;
  }
}
