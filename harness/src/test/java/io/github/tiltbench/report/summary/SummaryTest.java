package io.github.tiltbench.report.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.study.TrialId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {
  private static final Results RESULTS = Fixture.results(Path.of("none"), Fixture.Kind.TOKENS, 8);

  /** The first SMC cell. */
  private static final PlanFile.Row SMC = RESULTS.plan().cells().get(2);

  private static Results with(Map<TrialId, Trial> trials) {
    return new Results(RESULTS.folder(), RESULTS.plan(), trials, List.of(), List.of());
  }

  private static SummaryRow row(Results results, PlanFile.Row cell, String prompt, String metric) {
    return Rows.of(results).stream()
        .filter(r -> r.label().equals(cell.label()) && r.budget().orElse(0) == cell.at())
        .filter(r -> r.prompt().equals(prompt) && r.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  private static String refusal(Estimate e) {
    return assertInstanceOf(Estimate.Refused.class, e, e::toString).reason();
  }

  @Test
  void numbersOverAllPromptsAndOfEach() {
    List<SummaryRow> rows = Rows.of(RESULTS);
    Set<String> metrics = rows.stream().map(SummaryRow::metric).collect(Collectors.toSet());
    assertEquals(
        Set.of(
            "mean",
            "q0.5",
            "q0.9",
            "mean@classifier",
            "q0.5@classifier",
            "q0.9@classifier",
            "ess-min",
            "log-evidence",
            "origins"),
        metrics);
    // 3 cells of SMC have 9 numbers, the other 7 have 6; over all prompts and for each of 3
    assertEquals((3 * 9 + 7 * 6) * 4, rows.size());
    SummaryRow mean = row(RESULTS, SMC, SummaryRow.ALL, "mean");
    double expected =
        RESULTS.trials(SMC).stream()
                .mapToDouble(
                    t -> (t.rewards()[0] + Math.exp(-0.5) * t.rewards()[1]) / (1 + Math.exp(-0.5)))
                .sum()
            / 24;
    var interval = assertInstanceOf(Estimate.Interval.class, mean.estimate());
    assertEquals(expected, interval.value(), 1e-12);
    assertEquals("bootstrap t, trials in fixed prompts", interval.method());
    assertEquals(8, row(RESULTS, SMC, "bag", "mean").estimate().n());
    assertEquals(100, mean.spent().rows());
    assertEquals(0.185, mean.spent().wall(), 1e-12);
  }

  @Test
  void diagnosticsAreNotPrintedWhereThereAreNone() {
    assertTrue(
        Rows.of(RESULTS).stream()
            .filter(r -> r.metric().equals("log-evidence"))
            .allMatch(r -> r.cell().algorithm().equals("smc")));
  }

  @Test
  void emptyCellsAndUnusableTrialsAreRefused() {
    Map<TrialId, Trial> none = new HashMap<>(RESULTS.trials());
    RESULTS.plan().trials(SMC).forEach(none::remove);
    assertEquals("no finished trials", refusal(row(with(none), SMC, "*", "q0.5").estimate()));

    TrialId id = RESULTS.plan().trials(SMC).get(0);
    Trial t = RESULTS.trials().get(id);
    double zero = Double.NEGATIVE_INFINITY;
    Map<TrialId, Trial> broken = new HashMap<>(RESULTS.trials());
    broken.put(
        id,
        new Trial(
            id,
            t.samples(),
            false,
            new double[] {zero, zero},
            t.rewards(),
            t.crossRewards(),
            t.cost(),
            Map.of("ess_min", 0.5, "log_evidence", zero, "distinct_origins", 0.1),
            Map.of(),
            1));
    assertEquals(
        "all weights are zero in 1 of 24 trials",
        refusal(row(with(broken), SMC, "*", "q0.5").estimate()));
    assertEquals(
        "there is no mean: 1 of 24 values are -infinity",
        refusal(row(with(broken), SMC, "*", "log-evidence").estimate()));
  }

  private static Set<String> shares(Results results) {
    return new StudyComponents(results).shares();
  }

  /** Which verifiers answer 0 or 1 is read from the study, not from their answers. */
  @Test
  void sharesAreDeclaredByTheStudy(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("study.yaml"),
        """
        study: shares
        seed: 1
        repetitions: 20
        count: 1
        models: {t: {kind: gaussian, mean: [0.0], variance: [1.0], process: {kind: ddim, steps: 4}}}
        verifiers: {v: {kind: linear, coefficients: [1.0]}}
        beta: 1.0
        algorithms: [pretrained]
        budgets: {unit: nfe, per: sample, at: [4]}
        """);
    assertEquals(Set.of(), shares(Fixture.results(folder, Fixture.Kind.LINE, 2)));
    Path none = folder.resolve("none");
    assertEquals(Set.of(), shares(Fixture.results(none, Fixture.Kind.LINE, 2)));
    Results committed = Results.read(Path.of("..", "results", "reference", "fashion-check"));
    assertEquals(Set.of("classifier", "judge"), shares(committed));
    Files.writeString(
        folder.resolve("study.yaml"),
        Files.readString(committed.folder().resolve("study.yaml"))
            .replace("datasets/", Path.of("..").toRealPath() + "/datasets/")
            .replace("judge: {", "jpeg: {"));
    Results declared = Fixture.results(folder, Fixture.Kind.LINE, 8);
    for (SummaryRow row : Summary.overall(declared, MetricFamily.REWARD, new Faults())) {
      String mean = row.estimate() instanceof Estimate.Refused r ? r.reason() : "";
      assertEquals(
          row.metric().startsWith("mean"), mean.startsWith("declared 0 or 1, but "), row.metric());
    }
  }

  private static Results tracing(Map<String, double[]> traces) {
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
            List.of("health"),
            p.crossRewards(),
            p.nfe(),
            p.cells(),
            p.skips(),
            p.layouts(),
            p.published(),
            p.versus());
    Map<TrialId, Trial> trials = new HashMap<>(RESULTS.trials());
    for (TrialId id : plan.trials(SMC)) {
      trials.computeIfPresent(id, (k, t) -> Fixture.traced(t, traces));
    }
    return new Results(RESULTS.folder(), plan, trials, List.of(), List.of());
  }

  @Test
  void tracesThatAreNotThereAreRefusedByName() {
    Results old = tracing(Map.of("ess", new double[] {0.5, 1, 0.25}));
    assertEquals(
        "no spread: equal values in all 24 trials in fixed prompts",
        refusal(row(old, SMC, "*", "ess-median").estimate()));
    assertEquals(
        "not recorded by the version that ran this",
        refusal(row(old, SMC, "*", "resampled-first").estimate()));
    PlanFile.Row bestOfN = RESULTS.plan().cells().get(1);
    assertEquals(
        "the algorithm has no weighted population",
        refusal(row(old, bestOfN, "*", "resampled-first").estimate()));
    assertEquals(
        "no population is ever resampled",
        refusal(
            row(tracing(Map.of("resampled", new double[3])), SMC, "*", "resampled-median")
                .estimate()));
  }

  private static String line(String metric, Estimate e) {
    SummaryRow row = Rows.row("a", OptionalLong.of(400), metric, e);
    return Summary.csv(Rows.plan(List.of(row)), List.of(row));
  }

  @Test
  void theLongFormHasALineANumber() {
    String header =
        """
        study,model,verifier,algorithm,params,budget,unit,prompt,metric,estimate,ci_low,ci_high,\
        ci_method,n,refused,nfe,rows,backward,compute,reward_calls,wall_s
        """;
    assertEquals(
        header
            + "s,m,v,a,,400,nfe/sample,*,mean,1.5,1.25,1.75,\"t, trials\",16,,200,400,0,200,12.5,0.25\n",
        line("mean", new Estimate.Interval(1.5, 1.25, 1.75, 0.95, "t, trials", 16)));
    assertEquals(
        header + "s,m,v,a,,400,nfe/sample,*,q0.9,,,,,3,too few,200,400,0,200,12.5,0.25\n",
        line("q0.9", new Estimate.Refused("too few", 3)));
  }
}
