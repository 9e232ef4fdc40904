package io.github.tiltbench.metric.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Jackknife;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.junit.jupiter.api.Test;

class DistanceTest {
  private static double[][] map(double[][] x, UnaryOperator<double[]> f) {
    return Arrays.stream(x).map(f).toArray(double[][]::new);
  }

  private static double frechet(double[][] x, double[][] y) {
    return FrechetDistance.of(x, Gaussians.reference(y));
  }

  private static String refusal(Estimate e) {
    return assertInstanceOf(Estimate.Refused.class, e, e::toString).reason();
  }

  private static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  @Test
  void frechetOfKnownPairs() {
    SplittableRandom r = new SplittableRandom(1);
    double[][] x = Gaussians.rows(r, 60, 1, 2, 0.3);
    assertEquals(0, frechet(x, x), 1e-9);
    double[][] shifted = map(x, v -> new double[] {v[0] + 1, v[1] - 2, v[2] + 0.5});
    assertEquals(5.25, frechet(x, shifted), 1e-9);
    // a common rotation changes nothing
    double c = Math.cos(0.7);
    double s = Math.sin(0.7);
    UnaryOperator<double[]> turn =
        v -> new double[] {c * v[0] - s * v[1], s * v[0] + c * v[1], v[2]};
    double[][] y = Gaussians.rows(r, 50, 2, 1, 1);
    assertEquals(frechet(x, y), frechet(map(x, turn), map(y, turn)), 1e-9);
    // points on the axes have diagonal covariances
    double[][] cross = {{1, 0}, {-1, 0}, {0, 2}, {0, -2}};
    double[][] other = {{3, 0}, {-3, 0}, {0, 1}, {0, -1}};
    double[] a = {2 / 3.0, 8 / 3.0};
    double[] b = {18 / 3.0, 2 / 3.0};
    double expected =
        Math.pow(Math.sqrt(a[0]) - Math.sqrt(b[0]), 2)
            + Math.pow(Math.sqrt(a[1]) - Math.sqrt(b[1]), 2);
    assertEquals(expected, frechet(cross, other), 1e-9);
  }

  /** One side estimated, the other known: eigenvalues 4, 2, 1, ... in 16 dimensions. */
  @Test
  void frechetHasTheBiasThatItsFloorSays() {
    int p = 16;
    double[] scale = new double[p];
    double[] lambda = new double[p];
    double[][] root = new double[p][p];
    for (int i = 0; i < p; i++) {
      lambda[i] = 4 * Math.pow(2, -i);
      scale[i] = Math.sqrt(lambda[i]);
      root[i][i] = scale[i];
    }
    FrechetDistance.Gaussian truth = new FrechetDistance.Gaussian(new double[p], root, lambda);
    assertEquals(0.1822, truth.floor(100), 1e-4);
    assertEquals(0.0453, truth.floor(400), 1e-4);
    assertEquals(0.0113, truth.floor(1600), 1e-4);
    SplittableRandom r = new SplittableRandom(2);
    double[] values =
        IntStream.range(0, 200)
            .mapToDouble(
                k -> {
                  Moments moments = new Moments(p);
                  Arrays.stream(Gaussians.rows(r, 400, scale)).forEach(moments::add);
                  return truth.distance(moments);
                })
            .toArray();
    Gaussians.assertMean(truth.floor(400), values, "floor");
  }

  @Test
  void extrapolationTakesTheBiasAway() {
    SplittableRandom r = new SplittableRandom(3);
    double[] scale = {1, 1, 1, 1, 1, 1, 1, 1};
    Reference reference = Gaussians.reference(Gaussians.rows(r, 20000, scale));
    double[][] x =
        map(Gaussians.rows(r, 1600, scale), v -> Arrays.stream(v).map(a -> a + 0.1).toArray());
    Cloud cloud = Gaussians.cloud(x, 40);
    Estimate.Interval plain = interval(new FrechetDistance().estimate(cloud, reference, 0.95));
    Estimate.Interval limit = interval(new FrechetLimit().estimate(cloud, reference, 0.95));
    assertTrue(plain.method().contains("; floor 0.0"), plain.method());
    assertTrue(limit.value() < plain.value(), "the limit is lower");
    assertTrue(limit.low() < 0.08 && 0.08 < limit.high(), limit.toString());
    assertTrue(
        refusal(new FrechetLimit().estimate(Gaussians.cloud(x, 8), reference, 0.95))
            .startsWith("extrapolation needs 10 samples a feature (80) and 10 groups"));
  }

  @Test
  void kernelDistanceIsUnbiasedAndSeesThreeMoments() {
    SplittableRandom r = new SplittableRandom(4);
    KernelDistance cubic = new KernelDistance(KernelDistance.Kernel.CUBIC);
    KernelDistance gaussian = new KernelDistance(KernelDistance.Kernel.GAUSSIAN);
    double[][] nulls = new double[2][500];
    double[] far = new double[500];
    for (int k = 0; k < 500; k++) {
      Reference normal = Gaussians.reference(Gaussians.rows(r, 50, 1));
      double[][] same = Gaussians.rows(r, 60, 1);
      nulls[0][k] = cubic.of(same, normal);
      nulls[1][k] = gaussian.of(same, normal);
      double[][] gamma = map(same, v -> new double[] {-Math.log(r.nextDouble() * r.nextDouble())});
      far[k] = cubic.of(gamma, normal);
    }
    Gaussians.assertMean(0, nulls[0], "cubic under equality");
    Gaussians.assertMean(0, nulls[1], "gaussian under equality");
    Gaussians.assertMean(663, far, "Gamma(2,1) against N(0,1)");
    assertTrue(Arrays.stream(nulls[0]).anyMatch(v -> v < 0), "never clipped");
  }

  @Test
  void kernelIntervalsHoldUnderEquality() {
    SplittableRandom r = new SplittableRandom(10);
    for (KernelDistance.Kernel kernel : KernelDistance.Kernel.values()) {
      int hits = 0;
      for (int k = 0; k < 200; k++) {
        Reference reference = Gaussians.reference(Gaussians.round(r, 100, 3));
        Cloud cloud = Gaussians.cloud(Gaussians.round(r, 80, 3), 20);
        Estimate.Interval e = interval(new KernelDistance(kernel).estimate(cloud, reference, 0.95));
        hits += e.low() <= 0 && 0 <= e.high() ? 1 : 0;
      }
      assertTrue(hits >= 200 * 0.95 - 4 * Math.sqrt(200 * 0.95 * 0.05), kernel + " " + hits);
    }
  }

  /** Leaving out a group by sums is leaving it out, weights included. */
  @Test
  void kernelSumsLeaveOutWhatTheySay() {
    SplittableRandom r = new SplittableRandom(5);
    Reference reference = Gaussians.reference(Gaussians.round(r, 80, 2));
    double[][] x = Gaussians.round(r, 60, 2);
    Cloud cloud = Gaussians.cloud(x, 6);
    KernelDistance cubic = new KernelDistance(KernelDistance.Kernel.CUBIC);
    Estimate.Interval e = interval(cubic.estimate(cloud, reference, 0.95));
    assertEquals(cubic.of(x, reference), e.value(), 1e-12);
    double[] left = new double[6];
    for (int g = 0; g < 6; g++) {
      left[g] = cubic.of(cloud.pooled(g).rows(), reference);
    }
    // to which the deviation under equality is added
    Estimate.Interval direct =
        interval(Jackknife.interval(e.value(), left, new int[] {1, 1, 1, 1, 1, 1}, "trials", 0.95));
    String note = e.method().substring(e.method().indexOf("equals ") + 7).split(",", -1)[0];
    double quantile = new TDistribution(null, 5).inverseCumulativeProbability(0.975);
    double expected = Math.hypot(e.value() - direct.low(), quantile * Double.parseDouble(note));
    assertEquals(expected, e.value() - e.low(), 1e-3 * expected);
    assertEquals(
        "a kernel distance needs 50 samples on either side and has 40",
        refusal(cubic.estimate(Gaussians.cloud(Arrays.copyOf(x, 40), 5), reference, 0.95)));
  }

  @Test
  void neighboursHaveTheirExactExpectations() {
    SplittableRandom r = new SplittableRandom(6);
    assertEquals(0.9912, Neighbours.coverageOfEquals(60, 90, 5), 1e-4);
    double[] density = new double[2000];
    double[] coverage = new double[2000];
    for (int k = 0; k < 2000; k++) {
      Reference real = Gaussians.reference(Gaussians.round(r, 60, 3));
      double[][] x = Gaussians.round(r, 90, 3);
      Balls balls = new Balls(real, x, new int[90], 1, 5);
      density[k] = balls.value(Neighbours.What.DENSITY, -1);
      coverage[k] = balls.value(Neighbours.What.COVERAGE, -1);
    }
    Gaussians.assertMean(1, density, "density");
    Gaussians.assertMean(Neighbours.coverageOfEquals(60, 90, 5), coverage, "coverage");
  }

  /** Every number without every group, against the definition on what is left. */
  @Test
  void neighboursWithoutAGroupAreThoseOfTheRest() {
    SplittableRandom r = new SplittableRandom(7);
    double[][] reals = Gaussians.round(r, 40, 2);
    double[][] x = map(Gaussians.round(r, 36, 2), v -> new double[] {v[0] + 1, 0.5 * v[1]});
    int[] group = IntStream.range(0, 36).map(i -> i % 6).toArray();
    Balls balls = new Balls(Gaussians.reference(reals), x, group, 6, 3);
    for (int g = -1; g < 6; g++) {
      int without = g;
      double[][] rest =
          IntStream.range(0, 36)
              .filter(i -> group[i] != without)
              .mapToObj(i -> x[i])
              .toArray(double[][]::new);
      double[] real = Neighbours.radii(reals, 3);
      double[] made = Neighbours.radii(rest, 3);
      double precise = share(rest, reals, real);
      double recalled = share(reals, rest, made);
      double dense = 0;
      double covered = 0;
      for (int i = 0; i < reals.length; i++) {
        double[] centre = reals[i];
        double reach = real[i];
        long inside =
            Arrays.stream(rest).filter(y -> Vectors.squaredDistance(centre, y) <= reach).count();
        dense += inside / 3.0 / rest.length;
        covered += inside > 0 ? 1.0 / reals.length : 0;
      }
      assertEquals(precise, balls.value(Neighbours.What.PRECISION, g), 1e-12);
      assertEquals(recalled, balls.value(Neighbours.What.RECALL, g), 1e-12);
      assertEquals(dense, balls.value(Neighbours.What.DENSITY, g), 1e-12);
      assertEquals(covered, balls.value(Neighbours.What.COVERAGE, g), 1e-12);
    }
  }

  /** The share of points in some ball. */
  private static double share(double[][] points, double[][] centres, double[] radii) {
    return Arrays.stream(points)
            .filter(
                x ->
                    IntStream.range(0, centres.length)
                        .anyMatch(i -> Vectors.squaredDistance(centres[i], x) <= radii[i]))
            .count()
        / (double) points.length;
  }

  @Test
  void whatCannotBeEstimatedIsRefused() {
    SplittableRandom r = new SplittableRandom(8);
    double[][] x = Gaussians.round(r, 300, 2);
    Reference reference = Gaussians.reference(Gaussians.round(r, 400, 2));
    Distance<Reference> density = new Neighbours(Neighbours.What.DENSITY);
    assertTrue(
        interval(density.estimate(Gaussians.cloud(x, 10), reference, 0.95))
            .method()
            .endsWith("; 1 if the laws are equal"));
    assertEquals(
        "density needs 200 points on either side and has 150",
        refusal(density.estimate(Gaussians.cloud(Arrays.copyOf(x, 150), 10), reference, 0.95)));
    assertEquals(
        "a sample is a point of the reference",
        refusal(density.estimate(Gaussians.cloud(x, 10), Gaussians.reference(x), 0.95)));
    assertEquals(
        "a Frechet distance needs more samples than the 9 features, and has 8",
        refusal(
            new FrechetDistance()
                .estimate(
                    Gaussians.cloud(Gaussians.round(r, 10, 9), 5),
                    Gaussians.reference(Gaussians.round(r, 50, 9)),
                    0.95)));
    Cloud uneven =
        new Cloud(List.of(Points.of("a", x), Points.of("b", Arrays.copyOf(x, 200))), true);
    assertEquals(
        "prompts have unequal numbers of samples",
        refusal(new FrechetDistance().estimate(uneven, reference, 0.95)));
    assertTrue(reference.of(List.of("all")).isPresent());
    assertTrue(reference.of(List.of("none")).isEmpty());
  }

  @Test
  void classScoresOfKnownSets() {
    double[][] oneHot = new double[40][4];
    double[][] constant = new double[40][4];
    for (int i = 0; i < 40; i++) {
      oneHot[i][i % 4] = 1;
      constant[i] = new double[] {0.4, 0.3, 0.2, 0.1};
    }
    assertEquals(4, Math.exp(ClassScore.log(oneHot)), 1e-12);
    assertEquals(4, ClassScore.of(oneHot), 1e-12);
    assertEquals(1, ClassScore.of(constant), 1e-12);
    assertEquals(
        "a class score needs 40 samples, 10 a class; there are 36",
        refusal(new ClassScore().estimate(Gaussians.cloud(Arrays.copyOf(oneHot, 36), 6), 0.95)));
  }

  /** Probabilities from Dirichlet(0.2) over ten classes: the truth is 2.9728. */
  @Test
  void classScoresAreCorrectedForTheirBias() {
    SplittableRandom r = new SplittableRandom(9);
    GammaDistribution gamma = new GammaDistribution(null, 0.2, 1);
    double[] table = new double[20001];
    Arrays.setAll(table, i -> gamma.inverseCumulativeProbability((i + 0.5) / 20001));
    double[] plain = new double[600];
    double[] corrected = new double[600];
    for (int k = 0; k < 600; k++) {
      double[][] p =
          map(
              new double[200][10],
              row -> {
                double[] g = Arrays.stream(row).map(v -> table[r.nextInt(20001)]).toArray();
                double sum = Arrays.stream(g).sum();
                return Arrays.stream(g).map(v -> v / sum).toArray();
              });
      plain[k] = Math.exp(ClassScore.log(p));
      corrected[k] = ClassScore.of(p);
    }
    assertEquals(2.949, Arrays.stream(plain).average().orElseThrow(), 0.015);
    assertEquals(2.971, Arrays.stream(corrected).average().orElseThrow(), 0.015);
    Gaussians.assertMean(2.971, corrected, "corrected");
  }
}
