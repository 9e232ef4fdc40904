package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.page.Block;
import io.github.tiltbench.report.page.Picture;
import io.github.tiltbench.report.page.PictureRow;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.report.table.Comparison;
import io.github.tiltbench.report.table.Excerpts;
import io.github.tiltbench.report.table.Ranks;
import io.github.tiltbench.report.table.ScalingFits;
import io.github.tiltbench.report.table.Standings;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The figures of a report as blocks of its page, still to be drawn by {@link Drawings}. Where one
 * is refused, a sentence with the reason stands in its place.
 */
public final class Figures {
  private final Results results;
  private final Gallery gallery;
  private final StudyComponents parts;

  /** The figures of some results. */
  public Figures(Results results, StudyComponents parts) {
    this.results = results;
    this.gallery = new Gallery(results, parts);
    this.parts = parts;
  }

  /** The medians of the answer; none if there are none. */
  public List<Block> medians(List<Task> tasks) {
    return Medians.of(tasks).stream().<Block>map(Block.Figure::of).toList();
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
    return BudgetFigures.of(contest, metric, Captions.file("curves", contest, metric), name)
        .stream()
        .map(Block.Figure::of);
  }

  /** Whether a judge only ever said 0 or 1. */
  private boolean binary(Task contest, String judge) {
    return contest
        .cells()
        .flatMap(c -> results.trials(c).stream())
        .flatMapToDouble(t -> Arrays.stream(t.crossRewards().getOrDefault(judge, new double[0])))
        .allMatch(x -> x == 0 || x == 1);
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
    return List.of(
        block(
            parts.ranks().contains(contest.verifier())
                ? new Plot.Refused("the rewards by " + contest.name(), StudyComponents.RANKS)
                : QuantileDots.of(results, contest)));
  }

  /** What became of weighted populations. */
  public List<Block> health(Task contest) {
    return EssTraces.of(results, contest).stream().map(this::block).toList();
  }

  /** The ranks over tasks; none where there is no ranking. */
  public List<Block> ranks(Ranks ranks) {
    return ranks.refusal().isPresent() ? List.of() : List.of(block(CriticalDifference.of(ranks)));
  }

  /** The ranks of a task in intervals. */
  public List<Block> standings(Standings standings) {
    return List.of(Block.Figure.of(RankRanges.of(standings)));
  }

  private Block block(Plot plot) {
    return plot instanceof Plot.Refused refused
        ? new Block.Text(refused.sentence())
        : Block.Figure.of(((Plot.Drawn) plot).chart());
  }

  /**
   * Samples of a contest at the largest budget: excerpts of texts, images side by side, or points;
   * then more by algorithm.
   *
   * @param excerpts of the contest
   */
  public List<Block> samples(Task contest, Excerpts excerpts) {
    long budget = contest.largestBudget();
    List<PlanFile.Row> cells = contest.largest();
    List<Block> blocks = new ArrayList<>(points(contest, cells));
    String at = budget > 0 ? " at budget " + budget : "";
    blocks.addAll(
        excerpts.excerpts().isEmpty()
            ? grid(
                contest,
                "all",
                "The first sample of each algorithm" + at,
                gallery.sideBySide(cells))
            : grid(
                contest,
                "all",
                "The best, the median and the worst sample of each algorithm" + at,
                gallery.excerpts(excerpts)));
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
    boolean pictures = rows.get(0).pictures().get(0) instanceof Picture.Raster;
    return List.of(
        new Block.Samples(
            title + guided(contest),
            rows,
            pictures ? Captions.file("samples", contest, name) : ""));
  }

  private List<Block> points(Task contest, List<PlanFile.Row> cells) {
    List<Clouds.Cloud> clouds = new ArrayList<>();
    for (PlanFile.Row cell : cells) {
      List<double[]> points = gallery.points(cell);
      if (!points.isEmpty()) {
        int series = contest.series(cell.label());
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
        Block.Figure.of(
            new Chart(
                Captions.file("samples", contest, "points"),
                title,
                "",
                title + ", on the same axes",
                Clouds.panels(clouds))));
  }
}
