package io.github.tiltbench.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.page.Markdown;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.Fixture;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.BudgetCurves.Turning;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.TestResult;
import io.github.tiltbench.study.Comparisons;
import io.github.tiltbench.study.TrialId;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The fixture's mean rewards are {@code -1 + 0.04 g ln(b / 25)} with g = 0, 1, 2, 3 for its
 * algorithms in order, and -1 without a budget; a trial of 24 has two samples of deviation 0.05.
 */
class ContrastsTest {
  private static final String SMC = "smc[resampler=systematic]";
  private static final String SVDD = "svdd[alpha=0.0,value=posterior-mean]";
  private static final String UNPAIRED = "2 of 24 trials have no partner";
  private static final Results RESULTS =
      Fixture.results(Path.of("nowhere"), Fixture.Kind.TOKENS, 8);

  private static MatchedTrials pairing(Results results) {
    return new MatchedTrials(
        results,
        new Task(results.plan(), "fashion", "jpeg", List.of()),
        new StudyComponents(results),
        new Faults());
  }

  private static Results of(
      Comparisons versus, List<PlanFile.Row> cells, Map<TrialId, Trial> trials) {
    PlanFile p = RESULTS.plan();
    PlanFile plan =
        new PlanFile(
            p.study(),
            p.seed(),
            p.repetitions(),
            p.count(),
            p.prompts(),
            p.unit(),
            p.per(),
            p.metrics(),
            p.crossRewards(),
            p.nfe(),
            cells,
            p.skips(),
            p.layouts(),
            p.published(),
            versus);
    return new Results(RESULTS.folder(), plan, trials, List.of(), List.of());
  }

  private static Results of(Comparisons versus) {
    return of(versus, RESULTS.plan().cells(), RESULTS.trials());
  }

  private static Differences.Line line(Differences d, String label, long budget) {
    return d.lines().stream()
        .filter(l -> l.label().equals(label) && l.budget().equals(OptionalLong.of(budget)))
        .findFirst()
        .orElseThrow();
  }

  private static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e);
  }

  @Test
  void plantedDifferencesAreFound() {
    Differences d = Differences.of(pairing(RESULTS)).orElseThrow();
    assertEquals("best-of-n", d.baseline());
    assertEquals(9, d.lines().size());
    double error = 0.05 / Math.sqrt(24);
    for (long budget : new long[] {50, 200, 800}) {
      double gain = 0.04 * Math.log(budget / 25.0);
      Differences.Line smc = line(d, SMC, budget);
      assertEquals(gain, interval(smc.difference()).value(), 4 * error);
      Differences.Line none = line(d, "pretrained", budget);
      assertEquals(-gain, interval(none.difference()).value(), 4 * error);
    }
    Differences.Line smc = line(d, SMC, 800);
    assertTrue(interval(smc.difference()).low() > 0);
    Estimate.Interval joint = interval(smc.together());
    assertEquals(interval(smc.difference()).value(), joint.value(), 1e-12);
    assertTrue(joint.low() > 0 && joint.low() < interval(smc.difference()).low());
    assertEquals("max-t bootstrap, all 8 at once, trials in fixed prompts", joint.method());
    assertEquals(new Estimate.Refused(UNPAIRED, 22), line(d, SVDD, 800).together());
    assertTrue(interval(smc.wins()).low() > 0.8);
    assertTrue(interval(smc.wins()).high() <= 1);
    TestResult.Tested test = assertInstanceOf(TestResult.Tested.class, smc.test());
    assertTrue(test.p() < 0.01);
    assertTrue(test.method().endsWith("Holm over 8"), test.method());
    assertEquals("", d.answer());
  }

  /** Without svdd, which lacks trials: rewards rise in plan order, so strengths do. */
  @Test
  void strengthsFollowThePlantedOrder() {
    assertEquals(
        new Estimate.Refused(UNPAIRED, 22),
        Strengths.of(pairing(RESULTS)).orElseThrow().lines().get(0).strength());
    List<PlanFile.Row> cells =
        RESULTS.plan().cells().stream()
            .filter(c -> !c.algorithm().equals("svdd"))
            .filter(c -> c.at() == null || c.at() == 50)
            .toList();
    Strengths strengths = Strengths.of(pairing(of(null, cells, RESULTS.trials()))).orElseThrow();
    assertEquals(50, strengths.budget());
    List<Double> values =
        strengths.lines().stream().map(l -> interval(l.strength()).value()).toList();
    assertEquals(3, values.size());
    assertTrue(values.get(0) < values.get(1) && values.get(1) < values.get(2), values.toString());
    assertEquals(0, values.stream().mapToDouble(v -> v).sum(), 1e-9);
    assertTrue(Markdown.render(strengths.table()).contains("Strengths at 50 nfe/sample"));
  }

  @Test
  void whatHasNoPartnerIsRefusedByName() {
    Differences d = Differences.of(pairing(RESULTS)).orElseThrow();
    assertEquals(new Estimate.Refused(UNPAIRED, 22), line(d, SVDD, 800).difference());
    String table = Markdown.render(d.table());
    assertTrue(table.contains(UNPAIRED), table);
    String csv = Contrasts.view(List.of(Contrasts.of(pairing(RESULTS)))).orElseThrow().csv();
    assertTrue(
        csv.contains("fashion,jpeg,win-rate,\"" + SVDD + "\",800,best-of-n,,,,,,22," + UNPAIRED),
        csv);
    assertTrue(csv.contains(",turning-point,"), csv);
  }

  @Test
  void thePrimaryContrastIsTestedByItself() {
    Differences open = Differences.of(pairing(RESULTS)).orElseThrow();
    Differences d = Differences.of(pairing(of(new Comparisons("best-of-n", SMC)))).orElseThrow();
    assertEquals(
        List.of(line(d, SMC, 800)), d.lines().stream().filter(Differences.Line::primary).toList());
    TestResult.Tested alone = assertInstanceOf(TestResult.Tested.class, line(d, SMC, 800).test());
    assertFalse(alone.method().contains("Holm"), alone.method());
    assertTrue(alone.p() < ((TestResult.Tested) line(open, SMC, 800).test()).p());
    assertTrue(((TestResult.Tested) line(d, SMC, 200).test()).method().endsWith("Holm over 7"));
    assertTrue(
        d.answer()
            .startsWith(
                "Primary contrast, "
                    + SMC
                    + " minus best-of-n at 800 nfe/sample: mean difference 0.1"),
        d.answer());
    String table = Markdown.render(d.table());
    assertEquals(8, table.split("exploratory", -1).length - 1, table);
  }

  @Test
  void aBaselineWithoutABudgetIsMetAtEvery() {
    Differences d = Differences.of(pairing(of(new Comparisons("pretrained", "")))).orElseThrow();
    assertEquals(9, d.lines().size());
    assertTrue(interval(line(d, "best-of-n", 800).difference()).low() > 0);
    assertTrue(Ratios.of(pairing(of(new Comparisons("pretrained", "")))).isEmpty());
    assertTrue(Differences.of(pairing(of(new Comparisons("", "")))).isEmpty());
  }

  @Test
  void budgetRatiosAreReadOffTheCurves() {
    Ratios ratios = Ratios.of(pairing(RESULTS)).orElseThrow();
    Ratios.Line smc = ratio(ratios, SMC, 200);
    // 0.08 ln(b / 25) = 0.04 ln(200 / 25); a mean is off by 0.007, a slope of 0.08 makes that 0.13
    assertEquals(
        Math.log(Math.sqrt(8) * 25 / 200), Math.log(interval(smc.needs()).value()), 4 * 0.13);
    assertTrue(interval(smc.needs()).high() < 1);
    Estimate.Refused far =
        assertInstanceOf(Estimate.Refused.class, ratio(ratios, SMC, 800).needed());
    assertEquals("even the largest tested budget does not reach this mean", far.reason());
    assertEquals(new Estimate.Refused(UNPAIRED, 22), ratio(ratios, SVDD, 50).needs());
    String table = Markdown.render(ratios.table());
    assertTrue(table.contains("a larger budget leaves pretrained as it is"), table);
  }

  private static Ratios.Line ratio(Ratios ratios, String label, long budget) {
    return ratios.lines().stream()
        .filter(l -> l.label().equals(label) && l.budget().equals(OptionalLong.of(budget)))
        .findFirst()
        .orElseThrow();
  }

  /**
   * The judge's scores of smc lowered by 0.4 at 200 and 0.8 at 800, those of svdd raised by as
   * much; their deviation is 0.29.
   */
  private static Results overoptimised() {
    Map<String, Double> loss = new HashMap<>();
    for (PlanFile.Row cell : RESULTS.plan().cells()) {
      double size = cell.at() == null || cell.at() == 50 ? 0 : cell.at() == 200 ? 0.4 : 0.8;
      int sign = List.of("svdd", "best-of-n", "smc").indexOf(cell.algorithm()) - 1;
      loss.put(cell.brief(), cell.at() == null ? 0 : sign * size);
    }
    Map<TrialId, Trial> trials =
        RESULTS.trials().values().stream()
            .map(t -> judged(t, loss.get(t.id().cell())))
            .collect(Collectors.toMap(Trial::id, t -> t));
    return of(RESULTS.plan().versus(), RESULTS.plan().cells(), trials);
  }

  private static Trial judged(Trial t, double loss) {
    double[] scores =
        Arrays.stream(t.crossRewards().get("classifier")).map(s -> s - loss).toArray();
    return new Trial(
        t.id(),
        t.samples(),
        t.independent(),
        t.logWeights(),
        t.rewards(),
        Map.of("classifier", scores),
        t.cost(),
        t.scalars(),
        t.traces(),
        t.wallSeconds());
  }

  @Test
  void plantedOveroptimisationIsFlaggedAndNothingElse() {
    OveroptimisationTable judged = OveroptimisationTable.of(pairing(overoptimised())).orElseThrow();
    assertEquals(
        Set.of(SMC + 200, SMC + 800),
        judged.lines().stream()
            .filter(l -> l.finding().flagged())
            .map(l -> l.label() + l.budget().getAsLong())
            .collect(Collectors.toSet()));
    OveroptimisationTable.Line smc =
        judged.lines().stream().filter(l -> l.label().equals(SMC)).findFirst().get();
    Turning.At turn = assertInstanceOf(Turning.At.class, smc.turning());
    assertEquals(1, turn.at());
    assertEquals(-0.4, turn.change().value(), 4 * 0.29 * Math.sqrt(2.0 / 48));
    assertEquals(
        "Over-optimised, as it gains by the target and loses by a judge: "
            + (SMC + " at 200, " + SMC + " at 800 by classifier."),
        judged.answer());
    String table = Markdown.render(judged.table());
    assertEquals(2, table.split("\\| yes \\|", -1).length - 1, table);
    assertTrue(table.contains(UNPAIRED), table);
  }

  @Test
  void noFlagWhereNothingIsOveroptimised() {
    OveroptimisationTable judged = OveroptimisationTable.of(pairing(RESULTS)).orElseThrow();
    assertTrue(judged.lines().stream().noneMatch(l -> l.finding().flagged()));
    assertEquals("", judged.answer());
  }

  @Test
  void withoutABaseSamplerNothingIsSaid() {
    List<PlanFile.Row> cells =
        RESULTS.plan().cells().stream().filter(c -> !c.algorithm().equals("pretrained")).toList();
    OveroptimisationTable judged =
        OveroptimisationTable.of(pairing(of(null, cells, overoptimised().trials()))).orElseThrow();
    assertTrue(judged.lines().stream().noneMatch(l -> l.finding().flagged()));
    String table = Markdown.render(judged.table());
    assertTrue(table.contains("there is no pretrained to compare with"), table);
  }
}
