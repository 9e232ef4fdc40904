package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.Demon;
import io.github.tiltbench.algorithm.search.Demon.WeightRule;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Noise put together from candidates, on a Gaussian chain of many dimensions. */
class DemonTest {
  private static final int D = 64;

  private static Lab lab(int d, int steps, double eta, DoubleUnaryOperator reward) {
    double[] mean = new double[d];
    double[] variance = new double[d];
    Arrays.fill(variance, 0.64);
    Gaussian model = new Gaussian(mean, variance, GaussianExactnessTest.ddim(steps, eta));
    Verifier verifier =
        (clean, condition) -> {
          double[] score = new double[clean.size()];
          Arrays.setAll(
              score, i -> reward.applyAsDouble(Arrays.stream(((Batch.Reals) clean).row(i)).sum()));
          return score;
        };
    return new Lab(model.open(), model.reverse(), verifier, 1);
  }

  private static Demon demon(int candidates, int rollout, WeightRule weights) {
    return new Demon(candidates, rollout, weights, OptionalDouble.empty(), 0);
  }

  /** One step from pure noise, whose noise is found again from its result. */
  private static double[] noise(Lab lab, Demon demon, int trial) {
    GaussianProcess process = (GaussianProcess) lab.process();
    double[] x = ((Batch.Reals) lab.run(demon, 1, Budget.UNLIMITED, trial).states()).data();
    double[] z = new double[D];
    Lab.seed(trial).noise(Purpose.PRIOR, 2).normals(1, z);
    // level 2 to 1 draws noise, level 1 to 0 shrinks what it is given
    double now = process.alphaBar(2);
    double below = process.alphaBar(1);
    double sigma = Math.sqrt((1 - below) / (1 - now) * (1 - now / below));
    double direction = Math.sqrt(1 - below - sigma * sigma);
    double shrink = 0.64 * Math.sqrt(below) / (1 - below + below * 0.64);
    for (int i = 0; i < D; i++) {
      double clean = 0.64 * Math.sqrt(now) / (1 - now + now * 0.64) * z[i];
      double predicted = (z[i] - Math.sqrt(now) * clean) / Math.sqrt(1 - now);
      double mean = Math.sqrt(below) * clean + direction * predicted;
      z[i] = (x[i] / shrink - mean) / sigma;
    }
    return z;
  }

  /** Under a constant reward noise is uniform on its sphere: of its radius, in no direction. */
  @Test
  void aConstantRewardLeavesTheSphere() {
    SampleMoments first = new SampleMoments();
    SampleMoments square = new SampleMoments();
    for (int trial = 0; trial < 400; trial++) {
      double[] z = noise(lab(D, 2, 1, r -> 3), demon(4, 1, WeightRule.TANH), trial);
      assertEquals(D, Arrays.stream(z).map(v -> v * v).sum(), 1e-3);
      first.add(z[0]);
      square.add(z[1] * z[1]);
    }
    first.assertMean(0, 4, "mean");
    square.assertMean(1, 4, "variance");
  }

  /** The noise is the combination that the rewards of its candidates say, of that length. */
  @ParameterizedTest
  @CsvSource({"TANH, 0", "BOLTZMANN, 0", "TANH, 2", "BOLTZMANN, 2"})
  void noisesAreWeighedByTheirRewards(WeightRule rule, double tau) {
    int k = 3;
    Lab lab = lab(D, 2, 1, r -> r);
    Demon demon =
        new Demon(k, 1, rule, tau > 0 ? OptionalDouble.of(tau) : OptionalDouble.empty(), 0);
    double[] found = noise(lab, demon, 1);
    double[] z = new double[k * D];
    Lab.seed(1).noise(Purpose.STEP, 2).branched(k).normals(k, z);
    // candidates of one parent: rewards differ by the sums of their noises, times sigma and shrink
    GaussianProcess process = (GaussianProcess) lab.process();
    double now = process.alphaBar(2);
    double below = process.alphaBar(1);
    double sigma = Math.sqrt((1 - below) / (1 - now) * (1 - now / below));
    double by = sigma * 0.64 * Math.sqrt(below) / (1 - below + below * 0.64);
    double[] r = new double[k];
    Arrays.setAll(r, j -> by * Arrays.stream(z, j * D, (j + 1) * D).sum());
    double mean = Arrays.stream(r).average().orElseThrow();
    double spread = Math.sqrt(Arrays.stream(r).map(v -> (v - mean) * (v - mean)).sum() / (k - 1));
    double t = tau > 0 ? tau : spread;
    double[] w = new double[k];
    Arrays.setAll(
        w, j -> rule == WeightRule.TANH ? Math.tanh((r[j] - mean) / t) : Math.exp(r[j] / t));
    double[] sum = new double[D];
    Arrays.setAll(sum, i -> w[0] * z[i] + w[1] * z[D + i] + w[2] * z[2 * D + i]);
    double length = Math.sqrt(Arrays.stream(sum).map(v -> v * v).sum());
    for (int i = 0; i < D; i++) {
      assertEquals(Math.sqrt(D) * sum[i] / length, found[i], 1e-4);
    }
  }

  @Test
  void anInfiniteTemperatureIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Demon(2, 1, WeightRule.TANH, OptionalDouble.of(Double.POSITIVE_INFINITY), 0));
  }

  /**
   * Adaptive tau is of each step: rewards whose scale changes from step to step steer as if it had
   * not. (With that of the first step the later ones, a thousandfold, would be signs alone.)
   */
  @Test
  void tauAdaptsToEachStep() {
    Lab same = lab(D, 6, 1, r -> r);
    int[] calls = {0};
    Verifier growing =
        (clean, condition) -> {
          double factor = Math.pow(1000, calls[0]++);
          return Arrays.stream(same.verifier().score(clean, condition))
              .map(r -> factor * r)
              .toArray();
        };
    Lab scaled = new Lab(same.denoiser(), same.process(), growing, 1);
    Demon demon = demon(4, 2, WeightRule.TANH);
    double[] a = ((Batch.Reals) same.run(demon, 2, Budget.UNLIMITED, 0).states()).data();
    double[] b = ((Batch.Reals) scaled.run(demon, 2, Budget.UNLIMITED, 0).states()).data();
    for (int i = 0; i < a.length; i++) {
      assertEquals(a[i], b[i], 1e-6);
    }
  }

  @Test
  void itGainsReward() {
    Lab lab = lab(D, 8, 1, r -> r);
    double plain = mean(lab, lab.run(new Pretrained(), 20, Budget.UNLIMITED, 0).states());
    Batch found = lab.run(demon(8, 1, WeightRule.TANH), 20, Budget.UNLIMITED, 0).states();
    assertTrue(mean(lab, found) > plain + 5, mean(lab, found) + " after " + plain);
  }

  private static double mean(Lab lab, Batch states) {
    return Arrays.stream(lab.verifier().score(states, null)).average().orElseThrow();
  }

  /** Eight levels of which the last draws no noise: the others roll out over at most three. */
  @Test
  void costsAreTheFormulas() {
    Lab lab = lab(D, 8, 1, r -> r);
    long nfe = 8 + 5L * (3 * 5 + 2 + 1);
    assertEquals(
        Cost.of(2 * nfe, 2 * nfe, 2 * 5 * 7),
        demon(5, 3, WeightRule.TANH).cost(lab.problem(2, Budget.UNLIMITED)));
    Demon early = new Demon(5, 3, WeightRule.TANH, OptionalDouble.empty(), 1);
    GaussianProcess process = (GaussianProcess) lab.process();
    long noisy = 0;
    for (int level = 8; level >= 2; level--) {
      noisy += process.alphaBar(level) <= 0.5 ? 1 : 0;
    }
    assertEquals(5 * noisy, early.cost(lab.problem(1, Budget.UNLIMITED)).reward());
    lab.run(early, 1, Budget.UNLIMITED, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {97, 331})
  void anOddBudgetIsFilled(int budget) {
    Lab lab = lab(D, 8, 1, r -> r);
    long spent = Demon.DEFAULT.cost(lab.problem(1, Budget.of(Unit.NFE, budget))).nfe();
    assertTrue(spent <= budget && spent > budget - 7, "spent " + spent);
    lab.run(Demon.DEFAULT, 1, Budget.of(Unit.NFE, budget), 0);
  }

  @Test
  void fewDimensionsAreLeftOut() {
    Budget budget = Budget.of(Unit.NFE, 100);
    Support.No few =
        assertInstanceOf(
            Support.No.class, Demon.DEFAULT.supports(lab(63, 8, 1, r -> r).problem(1, budget)));
    assertTrue(few.reason().contains("at least 64"), few.reason());
    Support.No ode =
        assertInstanceOf(
            Support.No.class, Demon.DEFAULT.supports(lab(D, 8, 0, r -> r).problem(1, budget)));
    assertTrue(ode.reason().contains("eta 0"), ode.reason());
  }
}
