package io.github.tiltbench.report.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.summary.Fixture;
import io.github.tiltbench.report.summary.Rows;
import io.github.tiltbench.report.summary.Spent;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.study.TrialId;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Charts say what the numbers say. */
class PlotsTest {
  private static final String SMC = "smc[resampler=systematic]";
  private static final String SVDD = "svdd[alpha=0.0,value=posterior-mean]";
  private static final Results RESULTS =
      Fixture.results(Path.of("nowhere"), Fixture.Kind.TOKENS, 8);
  private static final Task CONTEST = Rows.task(RESULTS);
  private static final PlanFile.Row CELL =
      RESULTS.plan().cells().stream()
          .filter(c -> c.label().equals(SMC) && c.at() == 800)
          .findFirst()
          .orElseThrow();

  private static Chart drawn(Plot plot) {
    return assertInstanceOf(Plot.Drawn.class, plot, plot::toString).chart();
  }

  private static Estimate.Interval number(String label, long budget, String metric) {
    return CONTEST.at(budget, metric).stream()
        .filter(r -> r.label().equals(label))
        .map(r -> (Estimate.Interval) r.estimate())
        .findFirst()
        .orElseThrow();
  }

  private static List<Layer.Points> points(Panel panel, String name) {
    return panel.layers().stream()
        .filter(l -> l instanceof Layer.Points p && p.name().equals(name))
        .map(l -> (Layer.Points) l)
        .toList();
  }

  @Test
  void aTrajectoryGoesThroughTheMeansOfBothVerifiers() {
    List<Plot> plots = Trajectories.of(CONTEST);
    assertEquals(1, plots.size(), "one judge");
    Chart chart = drawn(plots.get(0));
    Panel panel = chart.panels().get(0);
    Layer.Points up = points(panel, SMC).get(0);
    Layer.Points across = points(panel, SMC).get(1);
    long[] budgets = {50, 200, 800};
    for (int i = 0; i < budgets.length; i++) {
      Estimate.Interval target = number(SMC, budgets[i], "mean");
      Estimate.Interval judge = number(SMC, budgets[i], "mean@classifier");
      assertEquals(target.value(), up.x()[i]);
      assertEquals(judge.value(), up.y()[i]);
      assertEquals(judge.high(), up.bars().high()[i]);
      assertEquals(target.low(), across.bars().low()[i]);
    }
    assertTrue(across.bars().across() && !up.bars().across());
    assertEquals(up.x()[2], points(panel, SMC).get(2).x()[0], "the largest budget stands out");
    assertTrue(
        panel.layers().stream()
            .anyMatch(
                l ->
                    l instanceof Layer.Mark m
                        && m.vertical()
                        && m.at() == number("pretrained", 50, "mean").value()));
    assertTrue(chart.caption().contains("n = 24 to 48 independent units"), chart.caption());
  }

  @Test
  void aJudgeWithoutNumbersHasNoTrajectory() {
    Results few = Fixture.results(Path.of("nowhere"), Fixture.Kind.TOKENS, 1);
    Task contest = Rows.task(few);
    List<SummaryRow> rows = contest.rows().stream().filter(r -> r.label().equals(SMC)).toList();
    Plot plot = Trajectories.of(new Task(few.plan(), "fashion", "jpeg", rows)).get(0);
    String sentence = assertInstanceOf(Plot.Refused.class, plot).sentence();
    assertTrue(sentence.startsWith("No figure of what classifier says of jpeg on fashion: a mean"));
  }

  @Test
  void dotsAreQuantilesByWeight() {
    Chart chart = drawn(QuantileDots.of(RESULTS, CONTEST));
    Panel panel = chart.panels().get(0);
    List<String> rows = panel.up().ticks().stream().map(t -> t.label()).toList();
    assertEquals("pretrained", rows.get(3), "the first algorithm is on top");
    double row = rows.indexOf(SMC);
    List<Layer.Points> inRow =
        points(panel, "").stream().filter(p -> Math.rint(p.y()[0]) == row).toList();
    Layer.Points dots = inRow.stream().filter(p -> p.x().length == 20).findFirst().orElseThrow();
    // the pool by hand: 24 trials of two samples, of weights 1 and exp(-1/2)
    double light = Math.exp(-0.5) / (1 + Math.exp(-0.5));
    List<double[]> pool =
        RESULTS.trials(CELL).stream()
            .flatMap(
                t ->
                    IntStream.range(0, 2)
                        .mapToObj(i -> new double[] {t.rewards()[i], i == 0 ? 1 - light : light}))
            .sorted((a, b) -> Double.compare(a[0], b[0]))
            .toList();
    double sum = 0;
    double[] expected = new double[20];
    int next = 0;
    for (double[] v : pool) {
      sum += v[1] / 24;
      while (next < 20 && sum >= (next + 0.5) / 20) {
        expected[next++] = v[0];
      }
    }
    assertEquals(
        Arrays.stream(expected).average().orElseThrow(),
        Arrays.stream(dots.x()).average().orElseThrow(),
        1e-12);
    assertEquals(expected[0], dots.x()[0], 0.02);
    Layer.Points median = inRow.stream().filter(p -> p.x().length == 1).findFirst().orElseThrow();
    assertEquals(number(SMC, 800, "q0.5").value(), median.x()[0]);
    assertEquals(number(SMC, 800, "q0.5").low(), median.bars().low()[0]);
  }

  /** The second task has an algorithm that the first has not, before one that both have. */
  @Test
  void anAlgorithmLooksTheSameInEveryTask() {
    List<SummaryRow> rows =
        Stream.of("v a", "v b", "w a", "w c", "w b")
            .flatMap(name -> LongStream.of(100, 200).mapToObj(at -> median(name, at)))
            .toList();
    List<Task> tasks = Rows.tasks(rows);
    List<Panel> medians = Medians.of(tasks).orElseThrow().panels();
    assertEquals(List.of(0, 1), series(medians.get(0)));
    assertEquals(List.of(0, 1, 2), series(medians.get(1)));
    assertEquals(1, point(medians.get(0), "b").series());
    assertEquals(1, point(medians.get(1), "b").series(), "not the place in its own task");
    Chart curves = BudgetFigures.of(tasks.get(1), "q0.5", "f", "median").orElseThrow();
    assertEquals(1, points(curves.panels().get(0), "b").get(0).series());
  }

  private static SummaryRow median(String name, long at) {
    double value = name.charAt(2);
    Estimate.Interval median =
        new Estimate.Interval(value, value - 1, value + 1, 0.95, "t, trials", 16);
    return Rows.row(
        name.substring(0, 1),
        name.substring(2),
        OptionalLong.of(at),
        "q0.5",
        median,
        new Spent(1, 1, 0, 1, 1));
  }

  private static List<Integer> series(Panel panel) {
    return panel.layers().stream().map(l -> ((Layer.Points) l).series()).sorted().toList();
  }

  private static Layer.Points point(Panel panel, String label) {
    return panel.layers().stream()
        .map(l -> (Layer.Points) l)
        .filter(p -> p.hover().get(0).startsWith(label + ":"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void withoutTrialsThereAreNoDots() {
    Results none = new Results(RESULTS.folder(), RESULTS.plan(), Map.of(), List.of(), List.of());
    assertInstanceOf(Plot.Refused.class, QuantileDots.of(none, CONTEST));
  }

  private static Results traced(boolean times) {
    Map<TrialId, Trial> trials = new HashMap<>(RESULTS.trials());
    List<Trial> cell = RESULTS.trials(CELL);
    for (int k = 0; k < cell.size(); k++) {
      double[] ess = {1, k / 24.0, 0.5};
      double[] resampled = {0, k % 4 == 0 ? 1 : 0, 0};
      Trial t = cell.get(k);
      trials.put(
          t.id(),
          Fixture.traced(
              t, times ? Map.of("ess", ess, "resampled", resampled) : Map.of("ess", ess)));
    }
    return new Results(RESULTS.folder(), RESULTS.plan(), trials, List.of(), List.of());
  }

  @Test
  void effectiveSizesAreMediansWithTheMiddleOfTheTrials() {
    Chart chart = drawn(EssTraces.of(traced(true), CONTEST).orElseThrow());
    List<Layer> layers = chart.panels().get(0).layers();
    Layer.Band band = assertInstanceOf(Layer.Band.class, layers.get(0));
    Layer.Line line = assertInstanceOf(Layer.Line.class, layers.get(1));
    assertArrayEquals(new double[] {1, 11.5 / 24, 0.5}, line.y(), 1e-12);
    // type 7 of 0..23 over 24 at 5 % and 95 %
    assertEquals(0.05 * 23 / 24, band.low()[1], 1e-12);
    assertEquals(0.95 * 23 / 24, band.high()[1], 1e-12);
    Layer.Line share = assertInstanceOf(Layer.Line.class, chart.panels().get(1).layers().get(0));
    assertArrayEquals(new double[] {0, 0.25, 0}, share.y(), 1e-12);
    assertTrue(chart.caption().contains("24 trials"), chart.caption());
    assertTrue(chart.caption().contains("a spread and no interval"), chart.caption());
  }

  @Test
  void olderResultsHaveNoResamplingTimes() {
    Chart chart = drawn(EssTraces.of(traced(false), CONTEST).orElseThrow());
    assertEquals(1, chart.panels().size());
    assertTrue(
        chart.caption().contains("Not shown: resampling of " + SMC + " (not recorded)"),
        chart.caption());
    assertTrue(EssTraces.of(RESULTS, CONTEST).isEmpty(), "nobody has a trace");
    assertTrue(chart.panels().get(0).layers().stream().noneMatch(l -> l.toString().contains(SVDD)));
  }

  /** Names of methods with many parameters leave room for what is drawn beside them. */
  @Test
  void longNamesAreCut() {
    String name = "smc[proposal=parent,value=sample,completions=4,top=20]";
    assertEquals(
        List.of("svdd", "smc[proposal=parent,value=sa.."),
        Axis.categories("", List.of("svdd", name)).ticks().stream().map(Axis.Tick::label).toList());
  }
}
