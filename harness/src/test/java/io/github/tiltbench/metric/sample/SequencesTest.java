package io.github.tiltbench.metric.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequencesTest {
  private static final int END = Sequences.BLANK;

  private static WeightedPoints part(int[]... rows) {
    double[][] points =
        Arrays.stream(rows)
            .map(r -> Arrays.stream(r).asDoubleStream().toArray())
            .toArray(double[][]::new);
    double[] weights = new double[rows.length];
    Arrays.fill(weights, 1.0 / rows.length);
    return new WeightedPoints(points, weights, false);
  }

  private static double distinct(int order, Distinct.Over over, WeightedPoints part) {
    return new Distinct(order, over).of(part);
  }

  /** a b a and a b: two letters of five, two pairs of three, one triple of one. */
  @Test
  void distinctByHand() {
    WeightedPoints two = part(new int[] {0, 1, 0}, new int[] {0, 1, END});
    assertEquals(2.0 / 5, distinct(1, Distinct.Over.GRAMS, two));
    assertEquals(2.0 / 3, distinct(2, Distinct.Over.GRAMS, two));
    assertEquals(1, distinct(3, Distinct.Over.GRAMS, two));
    assertEquals(2.0 / 5, distinct(1, Distinct.Over.WORDS, two));
    assertEquals(2.0 / 5, distinct(2, Distinct.Over.WORDS, two));
    assertEquals(1.0 / 5, distinct(3, Distinct.Over.WORDS, two));
    assertTrue(Double.isNaN(distinct(1, Distinct.Over.GRAMS, part(new int[] {END, 3}))));
  }

  @Test
  void uniqueAndHammingByHand() {
    // the third is the first but for what stands behind its end
    WeightedPoints four =
        part(
            new int[] {0, 1, END, END},
            new int[] {0, 1, 2, 3},
            new int[] {0, 1, END, END},
            new int[] {4, 1, 2, 3});
    assertEquals(3.0 / 4, Unique.of(four));
    // pairs: 12: 2/4, 13: 0, 14: 3/4, 23: 2/4, 24: 1/4, 34: 3/4
    assertEquals((2 + 0 + 3 + 2 + 1 + 3) / 4.0 / 6, Hamming.of(four), 1e-15);
    assertEquals(0, Hamming.of(part(new int[] {1, 2}, new int[] {1, 2})));
    assertEquals(1, Hamming.of(part(new int[] {1, 2}, new int[] {2, 1})));
  }

  /** 4/5, 3/4, 2/3 and 1/2 of the n-grams are in the other; then counts that have to be clipped. */
  @Test
  void selfBleuByHand() {
    WeightedPoints alike = part(new int[] {0, 1, 2, 3, 4}, new int[] {0, 1, 2, 3, 5});
    assertEquals(Math.pow(0.2, 0.25), SelfBleu.of(alike), 1e-15);
    WeightedPoints clipped = part(new int[] {0, 0, 0, 0}, new int[] {0, 0, 1, END});
    double first = Math.pow(2.0 / 4 * 1 / 3 * 0.1 / 2 * 0.1 / 1, 0.25);
    double second = Math.pow(2.0 / 3 * 1 / 2 * 0.1 / 1 * 0.1 / 1, 0.25) * Math.exp(1 - 4.0 / 3);
    assertEquals((first + second) / 2, SelfBleu.of(clipped), 1e-15);
    assertEquals(0, SelfBleu.of(part(new int[] {0, 1}, new int[] {END, 1})));
    assertEquals(1, SelfBleu.of(part(new int[] {0, 1, 2, 3}, new int[] {0, 1, 2, 3})), 1e-15);
  }

  /** Every sample against all others, counted anew: what the shortcut stands for. */
  private static double slowly(int[][] samples) {
    double sum = 0;
    for (int i = 0; i < samples.length; i++) {
      List<int[]> others = new ArrayList<>(List.of(samples));
      int[] own = others.remove(i);
      double log = 0;
      for (int order = 1; order <= 4; order++) {
        var grams = Sequences.grams(own, order);
        int matches = 0;
        for (var gram : grams.stream().distinct().toList()) {
          int o = order;
          int most =
              others.stream()
                  .mapToInt(x -> Collections.frequency(Sequences.grams(x, o), gram))
                  .max()
                  .orElseThrow();
          matches += Math.min(most, Collections.frequency(grams, gram));
        }
        double all = Math.max(1, grams.size());
        log += Math.log(matches == 0 ? (order == 1 ? 0 : 0.1 / all) : matches / all) / 4;
      }
      int nearest =
          others.stream()
              .map(x -> x.length)
              .sorted()
              .min((a, b) -> Math.abs(a - own.length) - Math.abs(b - own.length))
              .orElseThrow();
      double brevity = own.length > nearest ? 0 : 1 - (double) nearest / Math.max(1, own.length);
      sum += log == Double.NEGATIVE_INFINITY ? 0 : Math.exp(log + brevity);
    }
    return sum / samples.length;
  }

  private static int[][] random(SplittableRandom r, int n, int length, int tokens) {
    return IntStream.range(0, n)
        .mapToObj(
            i -> {
              int end = 1 + r.nextInt(length);
              return IntStream.range(0, length)
                  .map(p -> p < end ? r.nextInt(tokens) : END)
                  .toArray();
            })
        .toArray(int[][]::new);
  }

  @Test
  void selfBleuIsThatOfEverySampleAgainstAllOthers() {
    SplittableRandom r = new SplittableRandom(1);
    for (int k = 0; k < 50; k++) {
      int[][] rows = random(r, 2 + r.nextInt(8), 8, 3);
      int[][] cut =
          Arrays.stream(rows)
              .map(row -> Arrays.stream(row).takeWhile(t -> t != END).toArray())
              .toArray(int[][]::new);
      assertEquals(slowly(cut), SelfBleu.of(part(rows)), 1e-12);
    }
  }

  private static List<SequenceMetric> all() {
    List<SequenceMetric> all = new ArrayList<>(MetricFamily.TOKENS.ofSequences());
    all.addAll(MetricFamily.WORDS.ofSequences());
    return all;
  }

  @Test
  void neitherTheOrderOfSamplesNorTheNamesOfTokensMatter() {
    int[][] rows = random(new SplittableRandom(2), 12, 4, 2);
    double[] log = new SplittableRandom(3).doubles(12).map(u -> 3 * u).toArray();
    List<Integer> order = new ArrayList<>(IntStream.range(0, 12).boxed().toList());
    Collections.shuffle(order, new Random(4));
    int[][] moved = order.stream().map(i -> rows[i]).toArray(int[][]::new);
    double[] movedLog = order.stream().mapToDouble(i -> log[i]).toArray();
    int[][] renamed =
        Arrays.stream(rows)
            .map(row -> Arrays.stream(row).map(t -> t == END ? END : 100 - t).toArray())
            .toArray(int[][]::new);
    for (SequenceMetric m : all()) {
      Estimate.Interval e = interval(m.estimate(cloud(rows), 0.95));
      assertEquals(e.value(), interval(m.estimate(cloud(moved), 0.95)).value(), 1e-12, m.name());
      assertEquals(e.value(), interval(m.estimate(cloud(renamed), 0.95)).value(), 1e-12, m.name());
    }
    assertArrayEquals(
        sorted(Sequences.points("-", rows, log)), sorted(Sequences.points("-", moved, movedLog)));
  }

  private static double[][] sorted(Points points) {
    return Arrays.stream(points.rows()).sorted(Arrays::compare).toArray(double[][]::new);
  }

  private static Cloud cloud(int[][] rows) {
    return new Cloud(List.of(Sequences.points("-", rows, new double[rows.length])), true);
  }

  private static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  private static String refusal(Estimate e) {
    return assertInstanceOf(Estimate.Refused.class, e, e::toString).reason();
  }

  /** A population of which one sample has all the weight is as diverse as copies of that one. */
  @Test
  void weightsCountAsCopies() {
    double none = Double.NEGATIVE_INFINITY;
    int[][] rows = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
    assertArrayEquals(
        new double[][] {{3, 4}, {3, 4}, {3, 4}, {3, 4}},
        Sequences.points("-", rows, new double[] {none, 0, none, none}).rows());
    double[] halves = {Math.log(0.5), none, none, Math.log(0.5)};
    assertArrayEquals(
        new double[][] {{1, 2}, {1, 2}, {7, 8}, {7, 8}},
        Sequences.points("-", rows, halves).rows());
  }

  @Test
  void whatFewSamplesCannotCarryIsRefused() {
    int[][] rows = random(new SplittableRandom(5), 4, 6, 4);
    assertEquals(
        "a jackknife needs 5 groups of draws; there are 4",
        refusal(new Hamming().estimate(cloud(rows), 0.95)));
    assertEquals(
        "self-bleu needs 2 samples a prompt; one has 1",
        refusal(new SelfBleu().estimate(cloud(Arrays.copyOf(rows, 1)), 0.95)));
    int[][] different = IntStream.range(0, 8).mapToObj(i -> new int[] {i}).toArray(int[][]::new);
    assertEquals(
        "1.000, with no spread: the same without any of the 8 draws",
        refusal(new Unique().estimate(cloud(different), 0.95)));
    int[][] empty = IntStream.range(0, 8).mapToObj(i -> new int[] {END}).toArray(int[][]::new);
    assertEquals(
        "not defined on these samples",
        refusal(new Distinct(1, Distinct.Over.GRAMS).estimate(cloud(empty), 0.95)));
  }

  /** Trials share a token of their own, so that samples are less different than trials are. */
  @Test
  void intervalsAreOverTrialsAndHoldTheTruth() {
    SplittableRandom r = new SplittableRandom(6);
    int runs = 400;
    List<SequenceMetric> metrics = MetricFamily.TOKENS.ofSequences();
    double[][] values = new double[metrics.size()][runs];
    double[][] low = new double[metrics.size()][runs];
    double[][] high = new double[metrics.size()][runs];
    for (int k = 0; k < runs; k++) {
      List<Points> trials = new ArrayList<>();
      for (int t = 0; t < 20; t++) {
        int own = r.nextInt(8);
        int[][] rows = random(r, 3, 6, 8);
        Arrays.stream(rows).forEach(row -> row[0] = own);
        trials.add(Sequences.points("-", rows, new double[3]));
      }
      Cloud cloud = new Cloud(trials, false);
      for (int m = 0; m < metrics.size(); m++) {
        Estimate e = metrics.get(m).estimate(cloud, 0.95);
        if (e instanceof Estimate.Interval i) {
          values[m][k] = i.value();
          low[m][k] = i.low();
          high[m][k] = i.high();
          assertEquals("jackknife of 20 groups, trials", Notes.method(i.method()));
        } else {
          values[m][k] = Double.NaN;
        }
      }
    }
    for (int m = 0; m < metrics.size(); m++) {
      double[] known = Arrays.stream(values[m]).filter(Double::isFinite).toArray();
      double truth = Arrays.stream(known).average().orElseThrow();
      int at = m;
      long hits =
          IntStream.range(0, runs).filter(k -> low[at][k] <= truth && truth <= high[at][k]).count();
      double share = (double) hits / known.length;
      assertTrue(
          share >= 0.95 - 4 * Math.sqrt(0.05 * 0.95 / known.length),
          metrics.get(m).name() + " covered " + share);
    }
  }
}
