package io.github.tiltbench.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.benchmarks.Bound.Side;
import io.github.tiltbench.benchmarks.Bound.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BoundsTest {
  private static Measurement measurement(
      String name, Map<String, String> parameters, double rate, Map<String, Sample> others) {
    return new Measurement(name, new TreeMap<>(parameters), around(rate), others, List.of());
  }

  /** Three iterations within a per cent. */
  private static Sample around(double mean) {
    return new Sample(new double[] {0.999 * mean, mean, 1.001 * mean}, "ops/s");
  }

  private static Bound only(Measurement... all) {
    List<Bound> bounds = Bounds.of(List.of(all));
    assertEquals(1, bounds.size(), bounds.toString());
    return bounds.get(0);
  }

  /** A rate of a third is three times the time. */
  @Test
  void timesAreHeldAgainstTheirBaselineAtTheSameSize() {
    Bound bound =
        only(
            measurement("NoiseBenchmark.addressed", Map.of("shape", "64x784"), 100, Map.of()),
            measurement("NoiseBenchmark.stream", Map.of("shape", "64x784"), 300, Map.of()),
            measurement("NoiseBenchmark.stream", Map.of("shape", "1000x2"), 999, Map.of()));
    assertEquals(3, bound.measured().value(), 1e-9);
    assertEquals(1.3, bound.limit());
    assertEquals(Verdict.NOT_MET, bound.verdict());
  }

  @Test
  void resamplersHaveBoundsOfTheirOwn() {
    Map<String, String> size = Map.of("particles", "100000");
    List<Measurement> all = new ArrayList<>();
    all.add(measurement("PrefixSumBenchmark.sums", size, 1000, Map.of()));
    for (String scheme : List.of("SYSTEMATIC", "SSP", "RESIDUAL")) {
      Map<String, String> parameters = Map.of("particles", "100000", "scheme", scheme);
      all.add(measurement("ResamplingBenchmark.ancestors", parameters, 250, Map.of()));
    }
    all.add(measurement("TemperingBenchmark.temperature", size, 250, Map.of()));
    List<Bound> bounds = Bounds.of(all);
    assertEquals(List.of(2.0, 6.0, 25.0, 8.0), bounds.stream().map(Bound::limit).toList());
    assertEquals(
        List.of(Verdict.NOT_MET, Verdict.MET, Verdict.NOT_MET, Verdict.MET),
        bounds.stream().map(Bound::verdict).toList());
    assertEquals(40, bounds.get(2).measured().value(), 1e-9, "4 ms for 10^5 particles");
    assertEquals(4, bounds.get(3).measured().value(), 1e-9, "ms");
  }

  @Test
  void aReportHasSeconds() {
    Bound bound =
        only(measurement("ReportBenchmark.report", Map.of("trials", "300"), 0.25, Map.of()));
    assertEquals(4, bound.measured().value(), 1e-9);
    assertEquals(Verdict.MET, bound.verdict());
  }

  @Test
  void twoWorkersAreHeldAgainstOne() {
    Map<String, String> one = Map.of("workers", "1", "steps", "10");
    Map<String, String> two = Map.of("workers", "2", "steps", "10");
    Bound bound =
        only(
            measurement("StudyBenchmark.study", one, 10, Map.of()),
            measurement("StudyBenchmark.study", two, 17, Map.of()));
    assertEquals(1.7, bound.measured().value(), 1e-9);
    assertEquals(Verdict.MET, bound.verdict());
  }

  @Test
  void trialsAreHeldAgainstTheirOwnCalls() {
    Sample trial = around(1.04e9);
    Sample bare = around(1e9);
    Bound bound =
        only(
            measurement(
                "OverheadBenchmark.trialAndBare",
                Map.of("algorithm", "{smc: {}}", "chains", "8"),
                1,
                Map.of("trialNanos", trial, "bareNanos", bare)));
    assertEquals(1.04, bound.measured().value(), 1e-9);
    assertEquals(Verdict.MET, bound.verdict());
  }

  @Test
  void aGuidedCallIsHeldAgainstAForward() {
    Bound bound =
        only(
            measurement(
                "GuidedBenchmark.guidedAndForward",
                Map.of("batch", "20"),
                1,
                Map.of("guidedNanos", around(3.5e9), "forwardNanos", around(1e9))));
    assertEquals("guided call to a forward, 20 rows", bound.what());
    assertEquals(3.5, bound.measured().value(), 1e-9);
    assertEquals(Verdict.NOT_MET, bound.verdict());
  }

  @Test
  void anIntervalThatHoldsTheLimitLeavesTheBoundOpen() {
    assertEquals(
        List.of(Verdict.MET, Verdict.OPEN, Verdict.NOT_MET, Verdict.OPEN),
        Arrays.asList(
                new ScoreEstimate(1, 0.9, 1.1),
                new ScoreEstimate(1.1, 0.9, 1.3),
                new ScoreEstimate(1.5, 1.3, 1.7),
                new ScoreEstimate(1, Double.NaN, Double.NaN))
            .stream()
            .map(e -> new Bound("x", e, 1.2, Side.AT_MOST).verdict())
            .toList());
    assertEquals(
        Verdict.MET, new Bound("x", new ScoreEstimate(2, 1.7, 2.3), 1.6, Side.AT_LEAST).verdict());
  }

  /** Less than nothing was once allocated: the baseline did what trials do not. */
  @Test
  void aNumberUnderNothingMeetsNoBound() {
    Sample ours = around(-0.5e6);
    Sample batches = around(1e6);
    Bound bound =
        only(
            measurement(
                "AllocationBenchmark.steps",
                Map.of("algorithm", "{smc: {}}"),
                1,
                Map.of("ours", ours, "batches", batches)));
    assertEquals(Verdict.OPEN, bound.verdict());
  }

  @Test
  void growthIsFittedOverAllSizes() {
    List<Measurement> all = new ArrayList<>();
    for (int particles : new int[] {1000, 10000, 100000, 1000000}) {
      Map<String, String> size = Map.of("particles", String.valueOf(particles));
      all.add(measurement("ScalingBenchmark.trial", size, 1e9 / particles, Map.of()));
    }
    List<Bound> bounds = Bounds.of(all);
    assertEquals(1, bounds.get(0).measured().value(), 1e-6);
    assertEquals(1, bounds.get(1).measured().value(), 1e-6);
  }

  @Test
  void theHeapIsReadFromTheOptions() {
    Measurement m =
        new Measurement(
            "A.b", new TreeMap<>(), around(1), Map.of(), List.of("-Xms512m", "-Xmx512m"));
    assertEquals(512, only(m).measured().value());
  }
}
