package io.github.tiltbench.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.HarrellDavis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static final Confidence C = new Confidence(0.95, 499, 1);

  private static Observations plain(boolean independent) {
    SplittableRandom r = new SplittableRandom(2);
    List<Observation> trials = new ArrayList<>();
    for (int k = 0; k < 16; k++) {
      for (String prompt : List.of("bag", "shirt")) {
        trials.add(Observation.of(prompt, k, r.nextGaussian(), r.nextGaussian()));
      }
    }
    return new Observations(trials, independent);
  }

  private static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  @Test
  void scoresOfIndependentDraws() {
    Observations o = plain(true);
    double[] all =
        o.trials().stream()
            .flatMapToDouble(t -> IntStream.of(0, 1).mapToDouble(i -> t.values()[i]))
            .toArray();
    Estimate.Interval upper = interval(new QuantileScore(0.9).estimate(o, C));
    assertEquals(HarrellDavis.quantile(all, 0.9), upper.value(), 1e-12);
    assertEquals("HD bootstrap, draws in fixed prompts", upper.method());
    assertEquals(64, upper.n());
    assertEquals(
        Arrays.stream(all).average().orElseThrow(),
        interval(new MeanScore().estimate(o, C)).value(),
        1e-12);
  }

  @Test
  void scoresOfPopulations() {
    Estimate.Interval median = interval(new QuantileScore(0.5).estimate(plain(false), C));
    assertEquals("HD bootstrap, trials in fixed prompts", median.method());
    assertEquals(32, median.n());
  }

  @Test
  void weightsCountInsideTheirTrial() {
    double none = Double.NEGATIVE_INFINITY;
    List<Observation> trials =
        List.of(
            new Observation("a", 0, new double[] {1, 100}, new double[] {7, none}),
            new Observation("a", 1, new double[] {8, 0}, new double[] {0, Math.log(3)}));
    assertEquals(
        1.5, interval(new MeanScore().estimate(new Observations(trials, false), C)).value(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> new Observations(trials, true));
  }

  @Test
  void zerosAndOnesAreShares() {
    List<Observation> trials =
        IntStream.range(0, 12).mapToObj(i -> Observation.of("a", i, 1, 1)).toList();
    Estimate.Interval share = interval(new MeanScore().estimate(new Observations(trials, true), C));
    assertEquals("Wilson, draws", share.method());
    assertEquals(1, share.value());
    assertEquals(
        "scores are only 0 and 1: their mean says it all",
        assertInstanceOf(
                Estimate.Refused.class,
                new QuantileScore(0.5).estimate(new Observations(trials, true), C))
            .reason());
  }

  @Test
  void badValuesAreNamed() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> Observation.of("bag", 3, 1, Double.NaN));
    assertEquals("trial 3 of prompt 'bag' has the value NaN", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Observations(List.of(), false));
    assertThrows(IllegalArgumentException.class, () -> Observation.of("bag", 3));
  }

  private static Observations evidence(int n, double scale) {
    return new Observations(
        IntStream.range(0, n).mapToObj(i -> Observation.of("a", i, 3 + scale * (i % 2))).toList(),
        false);
  }

  @Test
  void evidenceIsRefusedWhereItMeansNothing() {
    LogEvidence metric = new LogEvidence();
    assertEquals(
        "log evidence needs 10 trials; there are 9",
        assertInstanceOf(Estimate.Refused.class, metric.estimate(evidence(9, 1), C)).reason());
    assertEquals(3.5, interval(metric.estimate(evidence(10, 1), C)).value(), 1e-12);
    assertEquals(
        "log evidence has the variance 6.94, over 4",
        assertInstanceOf(Estimate.Refused.class, metric.estimate(evidence(10, 5), C)).reason());
  }

  /** Log-normal estimates with mean 1: the mean of logs is low by half the variance. */
  @Test
  void spreadAndMeanOfTheEvidence() {
    SplittableRandom r = new SplittableRandom(5);
    double sd = 0.7;
    Observations o =
        new Observations(
            IntStream.range(0, 2000)
                .mapToObj(i -> Observation.of("a", i, sd * r.nextGaussian() - sd * sd / 2))
                .toList(),
            false);
    Estimate.Interval spread = interval(new EvidenceSpread().estimate(o, C));
    assertEquals(sd, spread.value(), 4 * sd / Math.sqrt(2 * 2000));
    assertEquals(sd * 1.96 / Math.sqrt(4000), (spread.high() - spread.low()) / 2, 0.003);
    Estimate.Interval mean = interval(new LogMeanEvidence().estimate(o, C));
    assertEquals(0, mean.value(), 4 * Math.sqrt(Math.expm1(sd * sd) / 2000));
    assertEquals(
        "it needs 10 trials; there are 9",
        assertInstanceOf(Estimate.Refused.class, new EvidenceSpread().estimate(evidence(9, 1), C))
            .reason());
  }

  @Test
  void resamplingTimesAreLevels() {
    // levels 4..0; one population in two is resampled at 3, both at 1, or all at 4
    double[] late = {0, 0.5, 0, 1, 0};
    double[] early = {1, 0, 0, 0, 0};
    Observations o =
        new Observations(
            IntStream.range(0, 20)
                .mapToObj(i -> Observation.of("a", i, i % 2 == 0 ? late : early))
                .toList(),
            false);
    assertEquals(
        3.5, interval(new ResamplingLevel(ResamplingLevel.Of.FIRST).estimate(o, C)).value(), 1e-12);
    assertEquals(
        2.5,
        interval(new ResamplingLevel(ResamplingLevel.Of.MEDIAN).estimate(o, C)).value(),
        1e-12);
    assertEquals("resampled-median", new ResamplingLevel(ResamplingLevel.Of.MEDIAN).name());
    List<Observation> some = new ArrayList<>(o.trials());
    some.set(3, Observation.of("a", 3, 0, 0, 0, 0, 0));
    Estimate.Interval others =
        interval(
            new ResamplingLevel(ResamplingLevel.Of.FIRST)
                .estimate(new Observations(some, false), C));
    assertEquals((10 * 3 + 9 * 4) / 19.0, others.value(), 1e-12);
    assertEquals(19, others.n());
    assertTrue(others.method().endsWith("; of the 19 of 20 trials that resample"));
    assertEquals(
        new Estimate.Refused("no population is ever resampled", 1),
        new ResamplingLevel(ResamplingLevel.Of.FIRST)
            .estimate(new Observations(List.of(some.get(3)), false), C));
  }

  @Test
  void theMedianOfATrace() {
    Observations o =
        new Observations(
            List.of(Observation.of("a", 0, 0.1, 1, 0.4), Observation.of("a", 1, 0.5, 0.7, 0.5)),
            false);
    assertEquals(
        0.45, interval(new MedianTrace("ess-median", "ess").estimate(o, C)).value(), 1e-12);
  }

  @Test
  void familiesByName() {
    assertEquals(List.of("reward", "ess", "evidence", "ancestry"), MetricFamily.usual());
    assertTrue(MetricFamily.names().containsAll(MetricFamily.usual()));
    assertEquals(
        List.of("law-mean", "law-covariance", "law-modes", "law-sliced"),
        MetricFamily.of("law").metricNames());
    assertEquals(
        List.of("mean", "q0.5", "q0.9"),
        MetricFamily.of("reward").metrics().stream().map(Metric::name).toList());
    assertEquals("origins", MetricFamily.of("ancestry").metrics().get(0).name());
  }
}
