package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Intervals of more units than are resampled one by one. */
class ManyUnitsTest {
  private static final Confidence C = new Confidence(0.95, 999, 5);

  /** Of a coverage of 0.95 in 300 experiments. */
  private static final double ERROR = Math.sqrt(0.95 * 0.05 / 300);

  private static double[][][] rows(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new double[][][] {
      IntStream.range(0, n)
          .mapToObj(
              i -> {
                double shared = random.nextGaussian();
                return new double[] {3 + shared, 5 + shared + 2 * random.nextGaussian()};
              })
          .toArray(double[][]::new)
    };
  }

  /** A variance from 512 groups is within 4 of its standard errors, 6 % each. */
  @Test
  void groupsHaveTheMeanAndTheSpreadOfTheirUnits() {
    for (int n : new int[] {2049, 5000, 20_000}) {
      double[][][] values = rows(n, n);
      JointMeans units = JointMeans.ofUnits(values);
      JointMeans groups = JointMeans.of(values);
      assertEquals(512, groups.rows().length);
      assertEquals(n, groups.n());
      assertArrayEquals(units.means(), groups.means(), 1e-12);
      double[][] of = units.covariance();
      double[][] by = groups.covariance();
      assertEquals(1, by[0][0] / of[0][0], 0.25);
      assertEquals(1, by[1][1] / of[1][1], 0.25);
      double[][] stars = groups.replicates(new Confidence(0.95, 4000, 1));
      double variance =
          Arrays.stream(stars).mapToDouble(s -> Math.pow(s[1] - groups.means()[1], 2)).sum() / 4000;
      assertEquals(1, variance / by[1][1], 4 * Math.sqrt(2.0 / 4000) + 1e-3);
    }
    assertEquals(2048, JointMeans.of(rows(2048, 1)).rows().length, "so many are rows as ever");
  }

  /** Within four standard errors of 300 variances from 512 groups; a mean alone would lose 3 %. */
  @Test
  void groupsWithinFixedPromptsLoseNoSpread() {
    double ratio = 0;
    for (int e = 0; e < 300; e++) {
      SplittableRandom random = new SplittableRandom(e);
      double[][][] values = new double[16][160][1];
      for (int p = 0; p < values.length; p++) {
        for (double[] row : values[p]) {
          row[0] = p + random.nextGaussian();
        }
      }
      JointMeans groups = JointMeans.of(values);
      assertEquals(512 - 16, groups.freedom());
      ratio += groups.covariance()[0][0] / JointMeans.ofUnits(values).covariance()[0][0] / 300;
    }
    assertEquals(1, ratio, 4 * Math.sqrt(2.0 / (512 - 16) / 300));
  }

  /** Uneven groups: the mean of units that are far from zero is not moved, nor its spread. */
  @Test
  void groupsOfUnlikeSizesDoNotSpreadTheMean() {
    double[][][] values = {
      IntStream.range(0, 2300).mapToObj(i -> new double[] {1e6 + i % 2}).toArray(double[][]::new)
    };
    JointMeans groups = JointMeans.of(values);
    double[][] stars = groups.replicates(C);
    double widest =
        Arrays.stream(stars).mapToDouble(s -> Math.abs(s[0] - 1e6 - 0.5)).max().orElseThrow();
    assertTrue(widest < 5 * 0.5 / Math.sqrt(2300), "off by " + widest);
  }

  @Test
  void anEffectCoversAsOftenAsItSays() {
    double truth = 0.3;
    double covered = 0;
    for (int e = 0; e < 300; e++) {
      SplittableRandom random = new SplittableRandom(e);
      Matched pair =
          Cells.of(1, 2100, random, (p, r) -> new double[][] {{truth + r.nextGaussian()}, {0}});
      Estimate.Interval i = Cells.interval(Paired.effect(pair, new Confidence(0.95, 299, e)));
      assertEquals("bootstrap, trials", i.method());
      assertEquals(2100, i.n());
      covered += i.low() <= truth && truth <= i.high() ? 1 : 0;
    }
    assertEquals(0.95, covered / 300, 4 * ERROR);
  }

  /** Trials of two dependent draws each, skewed, on two prompts of unlike laws. */
  @Test
  void aQuantileCoversAsOftenAsItSays() {
    double covered = 0;
    for (int e = 0; e < 300; e++) {
      SplittableRandom random = new SplittableRandom(1000 + e);
      TrialNumbers trials =
          new TrialNumbers(List.of(prompt("a", random), prompt("b", random)), false);
      Estimate.Interval i = Cells.interval(Intervals.quantile(trials, 0.9, C));
      assertEquals("Woodruff, trials in fixed prompts", i.method());
      double truth = Math.exp(1.2815515655446004);
      covered += i.low() <= truth && truth <= i.high() ? 1 : 0;
      assertTrue(i.low() < i.value() && i.value() < i.high());
    }
    assertEquals(0.95, covered / 300, 4 * ERROR);
  }

  private static TrialNumbers.Prompt prompt(String name, SplittableRandom random) {
    return new TrialNumbers.Prompt(
        name,
        IntStream.range(0, 1100)
            .mapToObj(
                t -> {
                  double shared = random.nextGaussian();
                  return WeightedDraws.of(
                      Math.exp(shared), Math.exp(0.6 * shared + 0.8 * random.nextGaussian()));
                })
            .toList());
  }

  /** Woodruff's ends are the bootstrap's, up to a fifth of the interval. */
  @Test
  void aQuantileIsAsSureAsByTheBootstrap() {
    TrialNumbers many =
        new TrialNumbers(
            List.of(prompt("a", new SplittableRandom(1)), prompt("b", new SplittableRandom(2))),
            false);
    Estimate.Interval woodruff = Cells.interval(Intervals.quantile(many, 0.5, C));
    Estimate.Interval bootstrap =
        Cells.interval(Intervals.quantiles(List.of(many), 0.5, q -> q[0], C));
    double width = bootstrap.high() - bootstrap.low();
    assertEquals(bootstrap.value(), woodruff.value(), 1e-12);
    assertEquals(bootstrap.low(), woodruff.low(), width / 5);
    assertEquals(bootstrap.high(), woodruff.high(), width / 5);
  }

  @Test
  void equalValuesHaveNoSpread() {
    double[] same = new double[3000];
    Arrays.fill(same, 7);
    assertTrue(Cells.refusal(Intervals.quantile(Cells.cell(same), 0.5, C)).contains("no spread"));
  }

  /** Under the hypothesis p is uniform: 300 tests at 5 %, within 4 standard errors. */
  @Test
  void signsOfSumsTestAtTheirLevel() {
    double rejected = 0;
    for (int e = 0; e < 300; e++) {
      SplittableRandom random = new SplittableRandom(2000 + e);
      double[] x = random.doubles(2500).map(u -> u < 0.1 ? 9 * (u - 0.05) : u - 0.55).toArray();
      rejected +=
          Cells.tested(SignFlips.test(x, new Confidence(0.95, 199, e), "trials")).p() <= 0.05
              ? 1
              : 0;
    }
    assertEquals(0.05, rejected / 300, 4 * ERROR);
    double[] shifted = new SplittableRandom(1).doubles(2500).map(u -> u - 0.47).toArray();
    assertTrue(Cells.tested(SignFlips.test(shifted, C, "trials")).p() < 0.01);
  }
}
