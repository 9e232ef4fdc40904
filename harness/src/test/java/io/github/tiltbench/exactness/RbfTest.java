package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.Rbf;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.model.GaussianMixture;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rollover budget forcing on a mixture, beside the methods that it becomes without its rules. */
class RbfTest {
  private static final int STEPS = 10;

  private static Lab lab(double eta, DoubleUnaryOperator transform) {
    ProcessSpec.Gaussian process = GaussianExactnessTest.ddim(STEPS, eta);
    GaussianMixture model =
        new GaussianMixture(
            new double[] {0.3, 0.7},
            new double[][] {{-2, 1}, {1.5, 0}},
            new double[][] {{0.25, 0.3}, {0.64, 0.2}},
            process);
    Verifier verifier =
        (clean, condition) -> {
          double[] x = ((Batch.Reals) clean).data();
          double[] score = new double[clean.size()];
          Arrays.setAll(
              score, i -> transform.applyAsDouble(Math.sin(3 * x[2 * i]) + 0.3 * x[2 * i + 1]));
          return score;
        };
    return new Lab(model.open(), model.reverse(), verifier, 1);
  }

  private static Lab lab() {
    return lab(1, r -> r);
  }

  private static Rbf forcing(int chains) {
    return new Rbf(
        chains,
        0,
        Rbf.Start.ONE,
        OptionalInt.empty(),
        Rbf.End.FORCING,
        true,
        1,
        Rbf.Finish.MEAN,
        OptionalDouble.empty());
  }

  private static Rbf byQuota(int quota, boolean rollover, int last, Rbf.Finish finish) {
    return new Rbf(
        1,
        quota,
        Rbf.Start.ONE,
        OptionalInt.empty(),
        Rbf.End.QUOTA,
        rollover,
        last,
        finish,
        OptionalDouble.empty());
  }

  private static double[] run(Lab lab, Algorithm algorithm, Budget budget) {
    return ((Batch.Reals) lab.run(algorithm, 6, budget, 0).states()).data();
  }

  /** The last step of this chain draws no noise, so that the mean is where it leads. */
  @ParameterizedTest
  @ValueSource(ints = {2, 7})
  void withoutRolloverItIsSvdd(int width) {
    double[] svdd = run(lab(), new Svdd(width, 0, Svdd.Value.POSTERIOR_MEAN), Budget.UNLIMITED);
    Rbf plain = byQuota(width, false, 1, Rbf.Finish.MEAN);
    assertArrayEquals(svdd, run(lab(), plain, Budget.UNLIMITED));
    Rbf rolling = byQuota(width, true, 1, Rbf.Finish.MEAN);
    assertNotEquals(Arrays.toString(svdd), Arrays.toString(run(lab(), rolling, Budget.UNLIMITED)));
  }

  @Test
  void withOneCandidateItIsTheModel() {
    double[] model = run(lab(), new Pretrained(), Budget.UNLIMITED);
    assertArrayEquals(model, run(lab(), byQuota(1, true, 1, Rbf.Finish.MEAN), Budget.UNLIMITED));
  }

  /** A search that ends higher up leaves its ODE to run, or the mean that is blurred. */
  @ParameterizedTest
  @CsvSource({"3, MEAN", "3, ODE", "1, ODE"})
  void aSearchMayEndAboveTheLastLevel(int last, Rbf.Finish finish) {
    Lab lab = lab();
    GaussianProcess process = (GaussianProcess) lab.process();
    var session = lab.session(lab.problem(6, Budget.UNLIMITED), new Meter(Budget.UNLIMITED), 0);
    Batch x = process.prior(6, session.noise(Purpose.PRIOR, STEPS));
    for (int level = STEPS; level > last; level--) {
      x =
          process
              .law(x, level, session.denoise(x, level))
              .sample(session.noise(Purpose.STEP, level));
    }
    Prediction prediction = session.denoise(x, last);
    double[] expected =
        ((Batch.Reals) process.clean(prediction, Decoding.POSTERIOR_MEAN, null)).data();
    if (finish == Rbf.Finish.ODE) {
      for (int level = last; level >= 1; level--) {
        x = process.jump(x, level, level - 1, session.denoise(x, level));
      }
      expected = ((Batch.Reals) x).data();
    }
    Rbf plain = byQuota(1, true, last, finish);
    assertArrayEquals(expected, run(lab, plain, Budget.UNLIMITED));
    long search = 6L * (1 + STEPS - last);
    long nfe = search + (finish == Rbf.Finish.ODE ? 6L * (last - 1) : 0);
    assertEquals(Cost.of(nfe, nfe, search), plain.cost(lab.problem(6, Budget.UNLIMITED)));
  }

  /** Never over, and at most one batch of the chains under. */
  @ParameterizedTest
  @CsvSource({"1, 45", "2, 45", "3, 46", "4, 47", "2, 500"})
  void theBudgetIsSpent(int chains, int budget) {
    Samples samples = lab().run(forcing(chains), 1, Budget.of(Unit.NFE, budget), 0);
    assertEquals(budget % chains, samples.scalars().get("unspent_nfe"));
    double[] draws = samples.traces().get("draws");
    double whole = Math.floor((double) budget / chains);
    assertEquals(whole, Arrays.stream(draws).sum(), 1e-9);
    assertEquals(STEPS + 1, draws.length);
  }

  /** 500 evaluations by two chains of 25 starts on ten levels: the released quota of 22. */
  @Test
  void theReleasedSettingsHaveTheirQuota() {
    Rbf released =
        new Rbf(
            2,
            0,
            Rbf.Start.BEST_OF,
            OptionalInt.empty(),
            Rbf.End.FORCING,
            true,
            1,
            Rbf.Finish.MEAN,
            OptionalDouble.empty());
    Samples flat = lab(1, r -> 0).run(released, 1, Budget.of(Unit.NFE, 500), 0);
    assertArrayEquals(
        new double[] {25, 22, 22, 22, 22, 22, 22, 22, 22, 49, 0}, flat.traces().get("draws"));
  }

  /** An argmax sees only the order of rewards. */
  @Test
  void monotoneTransformsOfTheRewardChangeNothing() {
    Budget budget = Budget.of(Unit.NFE, 6 * 60);
    double[] plain = run(lab(), forcing(2), budget);
    assertArrayEquals(plain, run(lab(1, r -> Math.exp(3 * r) - 5), forcing(2), budget));
  }

  /** More to spend is more reward, and rolling over and forcing is what it is spent on. */
  @Test
  void moreBudgetFindsMore() {
    SampleMoments gain = new SampleMoments();
    Lab lab = lab();
    for (int run = 0; run < 60; run++) {
      Batch few = lab.run(forcing(2), 1, Budget.of(Unit.NFE, 24), run).states();
      Batch many = lab.run(forcing(2), 1, Budget.of(Unit.NFE, 200), run).states();
      gain.add(lab.verifier().score(many, null)[0] - lab.verifier().score(few, null)[0]);
    }
    assertTrue(gain.mean() > 4 * gain.standardError(), "gain " + gain.mean());
  }

  @Test
  void whatCannotBeSearchedIsRefused() {
    Budget budget = Budget.of(Unit.NFE, 100);
    Support ode = forcing(2).supports(lab(0, r -> r).problem(1, budget));
    assertTrue(((Support.No) ode).reason().contains("eta 0"));
    Support none = byQuota(2, true, 10, Rbf.Finish.MEAN).supports(lab().problem(1, budget));
    assertTrue(((Support.No) none).reason().contains("no level"));
    // two chains of one start and ten levels need 22
    assertEquals(22, forcing(2).cost(lab().problem(1, Budget.of(Unit.NFE, 21))).nfe());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Rbf(
                1,
                0,
                Rbf.Start.ONE,
                OptionalInt.of(3),
                Rbf.End.FORCING,
                true,
                1,
                Rbf.Finish.MEAN,
                OptionalDouble.empty()));
  }
}
