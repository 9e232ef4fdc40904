package io.github.tiltbench.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.HarrellDavis;
import io.github.tiltbench.stats.TrialNumbers;
import io.github.tiltbench.stats.WeightedDraws;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static final Confidence C = new Confidence(0.95, 499, 1);

  private static TrialNumbers plain(boolean independent) {
    SplittableRandom r = new SplittableRandom(2);
    Map<TrialNumbers.Unit, WeightedDraws> trials = new LinkedHashMap<>();
    for (int k = 0; k < 16; k++) {
      for (String prompt : List.of("bag", "shirt")) {
        trials.put(
            new TrialNumbers.Unit(prompt, k), WeightedDraws.of(r.nextGaussian(), r.nextGaussian()));
      }
    }
    return TrialNumbers.of(trials, independent, false);
  }

  /** Trials of one prompt. */
  private static TrialNumbers of(WeightedDraws... trials) {
    return new TrialNumbers(List.of(new TrialNumbers.Prompt("a", List.of(trials))), false);
  }

  private static TrialNumbers of(int n, IntFunction<WeightedDraws> trial) {
    return of(IntStream.range(0, n).mapToObj(trial).toArray(WeightedDraws[]::new));
  }

  private static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  @Test
  void scoresOfIndependentDraws() {
    TrialNumbers o = plain(true);
    double[] all =
        o.prompts().stream()
            .flatMap(p -> p.trials().stream())
            .flatMapToDouble(t -> IntStream.of(0, 1).mapToDouble(t::value))
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

  /** The number of units is that of the cell, whichever number of it and whether it is refused. */
  @Test
  void everyNumberOfACellHasTheSameUnits() {
    for (int prompts : new int[] {1, 2, 24}) {
      for (int repetitions : new int[] {1, 3, 8}) {
        for (boolean independent : new boolean[] {false, true}) {
          SplittableRandom r = new SplittableRandom(8);
          Map<TrialNumbers.Unit, WeightedDraws> trials = new LinkedHashMap<>();
          for (int p = 0; p < prompts; p++) {
            for (int t = 0; t < repetitions; t++) {
              trials.put(
                  new TrialNumbers.Unit("p" + p, t),
                  WeightedDraws.of(r.nextGaussian(), r.nextGaussian()));
            }
          }
          TrialNumbers cell = TrialNumbers.of(trials, independent, false);
          int units = prompts >= 20 ? prompts : prompts * repetitions * (independent ? 2 : 1);
          for (Metric metric : MetricFamily.REWARD.metrics()) {
            assertEquals(units, metric.estimate(cell, C).n(), metric.name() + " of " + units);
          }
        }
      }
    }
  }

  @Test
  void weightsCountInsideTheirTrial() {
    TrialNumbers trials =
        of(
            WeightedDraws.weighted(new double[] {1, 100}, new double[] {7, 0}),
            WeightedDraws.weighted(new double[] {8, 0}, new double[] {1, 3}));
    assertEquals(1.5, interval(new MeanScore().estimate(trials, C)).value(), 1e-12);
    assertThrows(
        IllegalArgumentException.class, () -> new TrialNumbers(trials.prompts(), true, false));
  }

  /** Whether a mean is a share is declared, whatever the values are. */
  @Test
  void declaredZerosAndOnesAreShares() {
    TrialNumbers ones = of(12, i -> WeightedDraws.of(1, 1));
    TrialNumbers declared = new TrialNumbers(ones.prompts(), true, true);
    Estimate.Interval share = interval(new MeanScore().estimate(declared, C));
    assertEquals("Wilson, draws", share.method());
    assertEquals(1, share.value());
    assertEquals(1, share.high());
    assertEquals(
        "scores are only 0 and 1: their mean says it all",
        refusal(new QuantileScore(0.5).estimate(declared, C)));
    TrialNumbers open = new TrialNumbers(ones.prompts(), true, false);
    assertEquals(
        "no spread: equal values in all 24 draws", refusal(new MeanScore().estimate(open, C)));
    assertEquals(
        "order statistics, draws", interval(new QuantileScore(0.5).estimate(open, C)).method());
    TrialNumbers other =
        new TrialNumbers(of(12, i -> WeightedDraws.of(1, 0.5)).prompts(), true, true);
    assertEquals("declared 0 or 1, but there is 0.5", refusal(new MeanScore().estimate(other, C)));
  }

  @Test
  void badValuesAreErrors() {
    assertThrows(IllegalArgumentException.class, () -> WeightedDraws.of(1, Double.NaN));
    assertThrows(
        IllegalArgumentException.class, () -> WeightedDraws.of(1, Double.POSITIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> new TrialNumbers(List.of(), false));
    assertThrows(IllegalArgumentException.class, () -> WeightedDraws.of());
  }

  private static String refusal(Estimate e) {
    return assertInstanceOf(Estimate.Refused.class, e, e::toString).reason();
  }

  private static TrialNumbers evidence(int n, double scale) {
    return of(n, i -> WeightedDraws.of(3 + scale * (i % 2)));
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
    TrialNumbers o = of(2000, i -> WeightedDraws.of(sd * r.nextGaussian() - sd * sd / 2));
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

  /** No effective sample is larger than its population, and no level lies below the last. */
  @Test
  void intervalsEndWhereSuchNumbersDo() {
    TrialNumbers shares = of(12, i -> WeightedDraws.of(i == 0 ? 0.5 : 1));
    Estimate.Interval ess = interval(new MeanScalar("ess-min", "ess_min", 1).estimate(shares, C));
    assertEquals(1, ess.high());
    assertTrue(ess.low() < ess.value() && ess.value() < 1, ess::toString);
    assertEquals(1, interval(new MedianTrace("ess-median", "ess").estimate(shares, C)).high());
    TrialNumbers counts = of(12, i -> WeightedDraws.of(i == 0 ? 1 : 0));
    double many = Double.POSITIVE_INFINITY;
    assertEquals(0, interval(new MeanScalar("r", "resamplings", many).estimate(counts, C)).low());
    TrialNumbers resampled =
        of(12, i -> i == 0 ? WeightedDraws.of(1, 0, 0) : WeightedDraws.of(0, 0, 1));
    ResamplingLevel first = new ResamplingLevel(ResamplingLevel.Of.FIRST);
    assertEquals(0, interval(first.estimate(resampled, C)).low());
    Estimate refused = new Estimate.Refused("no reason", 1);
    assertEquals(refused, refused.within(0, 1));
    // a value that rounding left outside stays, and its interval holds it
    Estimate.Interval below = new Estimate.Interval(-1e-17, -1, 2, 0.95, "t", 3);
    assertEquals(new Estimate.Interval(-1e-17, -1e-17, 1, 0.95, "t", 3), below.within(0, 1));
  }

  /** Eight noises a trial, and 64 in all; low ranks carry a warning. */
  @Test
  void ranksOfASearchOnFewLevels() {
    Transfer transfer = new Transfer();
    IntFunction<WeightedDraws> good = i -> WeightedDraws.of(i % 2 == 0 ? 0.8 : 1);
    Estimate few = transfer.estimate(of(7, good), C);
    assertEquals(
        "tau needs the noises of 8 trials; there are 7", ((Estimate.Refused) few).reason());
    Estimate.Interval ranks = interval(transfer.estimate(of(30, good), C));
    assertEquals(0.9, ranks.value(), 1e-12);
    assertTrue(ranks.high() <= 1 && !ranks.method().contains(Transfer.LOW), ranks::toString);
    Estimate.Interval low =
        interval(transfer.estimate(of(30, i -> WeightedDraws.of(i % 2 == 0 ? 1 : -0.2)), C));
    assertEquals(0.4, low.value(), 1e-12);
    assertTrue(low.method().endsWith(Estimate.NOTE + Transfer.LOW), low::toString);
  }

  /** A spread is above zero, and so is its interval, whatever one trial does to it. */
  @Test
  void theIntervalOfASpreadIsOfItsLog() {
    TrialNumbers outlier = of(10, i -> WeightedDraws.of(i == 0 ? 3 : 0.01 * i));
    Estimate.Interval spread = interval(new EvidenceSpread().estimate(outlier, C));
    assertTrue(spread.low() > 0, spread::toString);
    assertEquals(spread.value() * spread.value(), spread.low() * spread.high(), 1e-9);
    assertEquals(
        "no spread: the same without any of the 10 trials",
        assertInstanceOf(
                Estimate.Refused.class,
                new EvidenceSpread().estimate(of(10, i -> WeightedDraws.of(2)), C))
            .reason());
  }

  /** Of 16 normal logs; a jackknife of the spread itself misses in 8.6 %. */
  @Test
  void theIntervalOfASpreadCovers() {
    SplittableRandom r = new SplittableRandom(11);
    int experiments = 4000;
    int missed = 0;
    for (int e = 0; e < experiments; e++) {
      TrialNumbers trials = of(16, i -> WeightedDraws.of(r.nextGaussian()));
      Estimate.Interval spread = interval(new EvidenceSpread().estimate(trials, C));
      missed += spread.low() <= 1 && 1 <= spread.high() ? 0 : 1;
    }
    double rate = 0.061;
    assertEquals(
        rate, (double) missed / experiments, 4 * Math.sqrt(rate * (1 - rate) / experiments));
  }

  /** Where the mean of logs is refused, the log of the mean rests on one or two trials. */
  @Test
  void aMeanOfWildEvidenceIsRefused() {
    for (Metric metric : List.of(new LogMeanEvidence(), new LogEvidence())) {
      assertEquals(
          "log evidence has the variance 6.94, over 4",
          assertInstanceOf(Estimate.Refused.class, metric.estimate(evidence(10, 5), C)).reason(),
          metric.name());
      interval(metric.estimate(evidence(10, 1), C));
    }
  }

  @Test
  void resamplingTimesAreLevels() {
    // levels 4..0; one population in two is resampled at 3, both at 1, or all at 4
    double[] late = {0, 0.5, 0, 1, 0};
    double[] early = {1, 0, 0, 0, 0};
    TrialNumbers o = of(20, i -> WeightedDraws.of(i % 2 == 0 ? late : early));
    assertEquals(
        3.5, interval(new ResamplingLevel(ResamplingLevel.Of.FIRST).estimate(o, C)).value(), 1e-12);
    assertEquals(
        2.5,
        interval(new ResamplingLevel(ResamplingLevel.Of.MEDIAN).estimate(o, C)).value(),
        1e-12);
    assertEquals("resampled-median", new ResamplingLevel(ResamplingLevel.Of.MEDIAN).name());
    WeightedDraws never = WeightedDraws.of(0, 0, 0, 0, 0);
    TrialNumbers some = of(20, i -> i == 3 ? never : WeightedDraws.of(i % 2 == 0 ? late : early));
    Estimate.Interval others =
        interval(new ResamplingLevel(ResamplingLevel.Of.FIRST).estimate(some, C));
    assertEquals((10 * 3 + 9 * 4) / 19.0, others.value(), 1e-12);
    assertEquals(19, others.n());
    assertTrue(others.method().endsWith("; of the 19 of 20 trials that resample"));
    assertEquals(
        new Estimate.Refused("no population is ever resampled", 1),
        new ResamplingLevel(ResamplingLevel.Of.FIRST).estimate(of(never), C));
  }

  /** From 20 prompts on, what is left out is a prompt, as in every other number of such a cell. */
  @Test
  void numbersOfWholeTrialsCountPrompts() {
    Map<TrialNumbers.Unit, WeightedDraws> trials = new LinkedHashMap<>();
    SplittableRandom r = new SplittableRandom(3);
    for (int p = 0; p < 20; p++) {
      for (int t = 0; t < 3; t++) {
        trials.put(new TrialNumbers.Unit("p" + p, t), WeightedDraws.of(r.nextGaussian()));
      }
    }
    TrialNumbers cell = TrialNumbers.of(trials, false, false);
    for (Metric metric : List.of(new LogMeanEvidence(), new EvidenceSpread(), new LogEvidence())) {
      Estimate.Interval e = interval(metric.estimate(cell, C));
      assertEquals(20, e.n(), metric.name());
      assertTrue(e.method().endsWith("prompts"), e.method());
    }
  }

  @Test
  void theMedianOfATrace() {
    TrialNumbers o = of(WeightedDraws.of(0.1, 1, 0.4), WeightedDraws.of(0.5, 0.7, 0.5));
    assertEquals(
        0.45, interval(new MedianTrace("ess-median", "ess").estimate(o, C)).value(), 1e-12);
  }

  @Test
  void familiesByName() {
    assertEquals(List.of("reward", "ess", "evidence", "ancestry", "search"), MetricFamily.usual());
    assertTrue(
        MetricFamily.BUILT_IN.stream()
            .map(MetricFamily::name)
            .toList()
            .containsAll(MetricFamily.usual()));
    assertEquals(
        List.of("law-mean", "law-covariance", "law-modes", "law-sliced"),
        MetricFamily.LAW.metricNames());
    assertEquals(
        List.of("mean", "q0.5", "q0.9"),
        MetricFamily.REWARD.metrics().stream().map(Metric::name).toList());
    assertEquals("origins", MetricFamily.ANCESTRY.metrics().get(0).name());
  }
}
