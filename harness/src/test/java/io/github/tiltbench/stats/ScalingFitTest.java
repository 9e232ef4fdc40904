package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScalingFitTest {
  private static final Confidence C = new Confidence(0.95, 999, 3);
  private static final double[] BUDGETS = {50, 100, 200, 400, 800, 1600, 3200};

  private static Matched curve(DoubleUnaryOperator mean, double noise, long seed) {
    return Cells.curve(
        60, Arrays.stream(BUDGETS).map(mean).toArray(), noise, new SplittableRandom(seed));
  }

  private static ScalingFit.Fitted fitted(ScalingFit fit) {
    return assertInstanceOf(ScalingFit.Fitted.class, fit, fit::toString);
  }

  private static double[] truth(ScalingForm form) {
    return switch (form) {
      case LOG -> new double[] {-1, 0.4};
      case EVT -> new double[] {2, 0.7};
      case POWER -> new double[] {3, Math.log(8), 0.5};
      case PURE_POWER -> new double[] {Math.log(90), 0.3};
    };
  }

  @ParameterizedTest
  @EnumSource
  void findsTheParameters(ScalingForm form) {
    double[] truth = truth(form);
    ScalingFit.Fitted fit =
        fitted(ScalingFit.of(form, curve(b -> form.at(b, truth), 0.1, 4), BUDGETS, C));
    List<Estimate> parameters = fit.parameters();
    assertEquals(form.parameters().size(), parameters.size());
    for (int k = 0; k < truth.length; k++) {
      Estimate.Interval e = Cells.interval(parameters.get(k));
      assertTrue(e.low() < truth[k] && truth[k] < e.high(), form + ": " + e + " of " + truth[k]);
    }
    Estimate.Interval at = Cells.interval(fit.at(500));
    assertTrue(at.low() < form.at(500, truth) && form.at(500, truth) < at.high());
    assertTrue(fit.squares() < 25, "squares " + fit.squares());
  }

  /** Without noise between budgets the fit is exact, whatever luck the prompts share. */
  @ParameterizedTest
  @EnumSource
  void recoversExactCurves(ScalingForm form) {
    double[] truth = truth(form);
    LeastSquares problem =
        new LeastSquares(form, BUDGETS, JointMeans.of(curve(b -> 0, 1, 5).means()).covariance());
    double[] means = Arrays.stream(BUDGETS).map(b -> form.at(b, truth)).toArray();
    LeastSquares.Solution s = problem.fit(means).orElseThrow();
    assertEquals(0, s.squares(), 1e-9);
    for (int k = 0; k < truth.length; k++) {
      assertEquals(truth[k], s.parameters()[k], 1e-4);
    }
  }

  /** Gradients of the forms against differences. */
  @ParameterizedTest
  @EnumSource
  void gradients(ScalingForm form) {
    double[] truth = truth(form);
    double[] gradient = form.gradient(300, truth);
    for (int k = 0; k < truth.length; k++) {
      double[] up = truth.clone();
      double[] down = truth.clone();
      up[k] += 1e-6;
      down[k] -= 1e-6;
      assertEquals((form.at(300, up) - form.at(300, down)) / 2e-6, gradient[k], 1e-6);
    }
  }

  /** By hand with equal, uncorrelated errors: ordinary least squares on 0, 1, 2, 4 over ln b. */
  @Test
  void uncorrelatedErrorsGiveOrdinaryLeastSquares() {
    double[][] unit = new double[4][4];
    for (int i = 0; i < 4; i++) {
      unit[i][i] = 0.01;
    }
    double e = Math.E;
    LeastSquares problem =
        new LeastSquares(ScalingForm.LOG, new double[] {1, e, e * e, e * e * e}, unit);
    double[] t = problem.fit(new double[] {0, 1, 2, 4}).orElseThrow().parameters();
    assertEquals(-0.2, t[0], 1e-12);
    assertEquals(1.3, t[1], 1e-12);
    assertEquals(
        (0.2 * 0.2 + 0.1 * 0.1 + 0.4 * 0.4 + 0.3 * 0.3) / 0.01,
        problem.fit(new double[] {0, 1, 2, 4}).orElseThrow().squares(),
        1e-9);
  }

  @Test
  void theCriterionPrefersTheTrueForm() {
    double[] truth = truth(ScalingForm.POWER);
    Matched curve = curve(b -> ScalingForm.POWER.at(b, truth), 0.1, 6);
    List<ScalingFit> fits =
        Stream.of(ScalingForm.values())
            .map(form -> ScalingFit.of(form, curve, BUDGETS, C))
            .toList();
    List<ScalingFit.Fitted> plausible = ScalingFit.plausible(fits);
    assertEquals(List.of(ScalingForm.POWER), plausible.stream().map(ScalingFit::form).toList());
    ScalingFit.Fitted power = plausible.get(0);
    assertEquals(power.squares() + 6 + 24.0 / 3, power.aicc(), 1e-9);
  }

  @Test
  void doublings() {
    Matched curve = curve(b -> 0.5 * Math.log(b), 0.1, 7);
    Estimate.Interval e =
        Cells.interval(fitted(ScalingFit.of(ScalingForm.LOG, curve, BUDGETS, C)).perDoubling());
    assertEquals(0.5 * Math.log(2), e.value(), 0.02);
    assertEquals(
        "the gain by a doubling depends on the budget",
        Cells.refusal(fitted(ScalingFit.of(ScalingForm.EVT, curve, BUDGETS, C)).perDoubling()));
  }

  /**
   * Nominal 0.95 for the slope with 24 prompts and 7 correlated budgets, 400 experiments (standard
   * error 1.1 %). Without the allowance for the estimated covariance it is 0.89.
   */
  @Test
  void simulatedCoverageOfTheSlope() {
    SplittableRandom r = new SplittableRandom(8);
    int covered = 0;
    for (int i = 0; i < 400; i++) {
      double[] mean = Arrays.stream(BUDGETS).map(b -> 0.4 * Math.log(b)).toArray();
      ScalingFit fit =
          ScalingFit.of(
              ScalingForm.LOG,
              Cells.curve(24, mean, 0.4, r),
              BUDGETS,
              new Confidence(0.95, 399, i));
      Estimate.Interval e = Cells.interval(fitted(fit).parameters().get(1));
      covered += e.low() <= 0.4 && 0.4 <= e.high() ? 1 : 0;
    }
    assertEquals(0.95, covered / 400.0, 0.044);
  }

  @Test
  void refusals() {
    double[] three = {100, 1000, 10_000};
    Matched short3 = Cells.curve(40, new double[] {0, 1, 2}, 0.1, new SplittableRandom(1));
    assertEquals(
        new ScalingFit.Refused(ScalingForm.LOG, "the fit needs 4 budgets over 1.0 decades", 40),
        ScalingFit.of(ScalingForm.LOG, short3, three, C));
    Matched four = Cells.curve(40, new double[] {0, 1, 2, 3}, 0.1, new SplittableRandom(1));
    assertInstanceOf(
        ScalingFit.Refused.class,
        ScalingFit.of(ScalingForm.LOG, four, new double[] {100, 200, 400, 800}, C));
    fitted(ScalingFit.of(ScalingForm.LOG, four, new double[] {100, 200, 400, 1000}, C));
    assertEquals(
        new ScalingFit.Refused(ScalingForm.POWER, "the fit needs 5 budgets over 1.5 decades", 40),
        ScalingFit.of(ScalingForm.POWER, four, new double[] {10, 100, 1000, 10_000}, C));
    assertEquals(
        new ScalingFit.Refused(ScalingForm.PURE_POWER, "a pure power needs positive means", 60),
        ScalingFit.of(ScalingForm.PURE_POWER, curve(b -> -1, 0.1, 1), BUDGETS, C));
    assertEquals(
        new ScalingFit.Refused(ScalingForm.LOG, "means at some budgets determine each other", 60),
        ScalingFit.of(ScalingForm.LOG, curve(Math::log, 0, 1), BUDGETS, C));
    assertEquals(
        new ScalingFit.Refused(ScalingForm.POWER, "the budgets do not determine the exponent", 60),
        ScalingFit.of(ScalingForm.POWER, curve(b -> 0.1 * Math.log(b), 0.2, 2), BUDGETS, C));
    Matched twenty =
        Cells.curve(
            20,
            Stream.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12).mapToDouble(i -> i).toArray(),
            0.1,
            new SplittableRandom(1));
    double[] many = twenty.cells().stream().mapToDouble(t -> 1).toArray();
    for (int i = 0; i < many.length; i++) {
      many[i] = 10 * Math.pow(2, i);
    }
    assertEquals(
        new ScalingFit.Refused(ScalingForm.LOG, "a curve of 12 budgets needs 22 units", 20),
        ScalingFit.of(ScalingForm.LOG, twenty, many, C));
    assertThrows(
        IllegalArgumentException.class,
        () -> ScalingFit.of(ScalingForm.EVT, four, new double[] {0.5, 1, 10, 100}, C));
  }

  @Test
  void saysWhyFixedPromptsTakeUnits() {
    Matched fixed =
        Cells.of(
            5,
            4,
            new SplittableRandom(1),
            (p, r) ->
                Arrays.stream(BUDGETS)
                    .mapToObj(b -> new double[] {Math.log(b) + r.nextGaussian()})
                    .toArray(double[][]::new));
    String reason =
        "a curve of "
            + BUDGETS.length
            + " budgets needs 20 units, and one more for each prompt beyond the first, here 4";
    assertEquals(
        new ScalingFit.Refused(ScalingForm.LOG, reason, 20),
        ScalingFit.of(ScalingForm.LOG, fixed, BUDGETS, C));
  }

  @Test
  void nothingOutsideOfTheTestedRange() {
    ScalingFit.Fitted fit =
        fitted(ScalingFit.of(ScalingForm.LOG, curve(Math::log, 0.1, 9), BUDGETS, C));
    assertEquals("the curve was not tested at 3300.0", Cells.refusal(fit.at(3300)));
    assertEquals("the curve was not tested at 49.0", Cells.refusal(fit.at(49)));
    Cells.interval(fit.at(3200));
  }
}
