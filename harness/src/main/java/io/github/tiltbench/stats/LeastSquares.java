package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.math3.exception.MathIllegalStateException;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresBuilder;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresOptimizer;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresProblem;
import org.apache.commons.math3.fitting.leastsquares.LevenbergMarquardtOptimizer;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.util.Pair;

/**
 * Generalised least squares of one form to means with a known covariance {@code S = L L'}: ordinary
 * least squares after multiplying by {@code L^-1}.
 *
 * <p>Linear forms are solved directly. Power laws are fitted by Levenberg and Marquardt's method in
 * budgets over their geometric mean, with the exponent held inside {@link #LEAST} and {@link
 * #MOST}.
 */
final class LeastSquares {
  /** Smallest exponent of a power law; under it the law cannot be told from a logarithm. */
  static final double LEAST = 0.02;

  /** Largest exponent of a power law. */
  static final double MOST = 8;

  private static final double[] STARTS = {0.1, 0.3, 0.6, 1.2, 2.5};
  private static final int STEPS = 500;

  private final ScalingForm form;
  private final double centre;
  private final double[] scaled;
  private final RealMatrix whitening;
  private final Optional<RealMatrix> solution;

  /**
   * The fit's fixed part.
   *
   * @param covariance of the means, positive definite
   */
  LeastSquares(ScalingForm form, double[] budgets, double[][] covariance) {
    this.form = form;
    this.centre = Math.exp(Arrays.stream(budgets).map(Math::log).average().orElseThrow());
    this.scaled = Arrays.stream(budgets).map(b -> form.linear() ? b : b / centre).toArray();
    RealMatrix root =
        new CholeskyDecomposition(MatrixUtils.createRealMatrix(covariance), 1e-9, 0).getL();
    this.whitening = new QRDecomposition(root).getSolver().getInverse();
    this.solution =
        form.linear()
            ? Optional.of(
                new QRDecomposition(whitening.multiply(jacobian(null))).getSolver().getInverse())
            : Optional.empty();
  }

  /**
   * A fit.
   *
   * @param parameters of the form, for budgets in their own unit
   * @param squares the generalised sum of squares, {@code r' S^-1 r}
   */
  record Solution(double[] parameters, double squares) {}

  /** The best fit of several starts. */
  Optional<Solution> fit(double[] means) {
    RealVector target = whitening.operate(new ArrayRealVector(means, false));
    if (solution.isPresent()) {
      double[] t = solution.get().operate(target).toArray();
      return Optional.of(new Solution(t, squares(target, t)));
    }
    return Arrays.stream(STARTS)
        .mapToObj(g -> descend(target, start(means, g)))
        .flatMap(Optional::stream)
        .min((a, b) -> Double.compare(a.squares(), b.squares()))
        .map(this::unscaled);
  }

  /** The fit that starts from another one; for resamples. */
  Optional<Solution> refit(double[] means, Solution from) {
    RealVector target = whitening.operate(new ArrayRealVector(means, false));
    return solution.isPresent()
        ? fit(means)
        : descend(target, shifted(from.parameters(), -1)).map(this::unscaled);
  }

  private double[] start(double[] means, double g) {
    double first = means[0];
    double last = means[means.length - 1];
    if (form == ScalingForm.PURE_POWER) {
      double level =
          Arrays.stream(means).map(m -> Math.max(m, 1e-300)).map(Math::log).average().orElseThrow();
      return new double[] {level, g};
    }
    double rise = Math.max(last - first, 1e-3 * Math.max(Math.abs(first), Math.abs(last)) + 1e-300);
    double b0 = Math.pow(scaled[0], -g);
    double b1 = Math.pow(scaled[scaled.length - 1], -g);
    double a = rise / (b0 - b1);
    return new double[] {last + a * b1, Math.log(a), g};
  }

  private Optional<Solution> descend(RealVector target, double[] start) {
    LeastSquaresProblem problem =
        new LeastSquaresBuilder()
            .start(start)
            .target(target)
            .model(
                point ->
                    Pair.create(
                        model(point.toArray()), whitening.multiply(jacobian(point.toArray()))))
            .parameterValidator(this::held)
            .maxEvaluations(STEPS)
            .maxIterations(STEPS)
            .build();
    try {
      LeastSquaresOptimizer.Optimum best = new LevenbergMarquardtOptimizer().optimize(problem);
      double[] t = best.getPoint().toArray();
      return Optional.of(new Solution(t, squares(target, t)));
    } catch (MathIllegalStateException e) {
      return Optional.empty();
    }
  }

  private RealVector held(RealVector t) {
    RealVector inside = t.copy();
    int g = t.getDimension() - 1;
    inside.setEntry(g, Math.max(LEAST, Math.min(MOST, t.getEntry(g))));
    return inside;
  }

  private RealVector model(double[] t) {
    return whitening.operate(
        new ArrayRealVector(Arrays.stream(scaled).map(b -> form.at(b, t)).toArray(), false));
  }

  private RealMatrix jacobian(double[] t) {
    return new Array2DRowRealMatrix(
        Arrays.stream(scaled).mapToObj(b -> form.gradient(b, t)).toArray(double[][]::new), false);
  }

  private double squares(RealVector target, double[] t) {
    RealVector residual = target.subtract(model(t));
    return residual.dotProduct(residual);
  }

  private Solution unscaled(Solution s) {
    return new Solution(shifted(s.parameters(), 1), s.squares());
  }

  /** Moves {@code ln a} between scaled budgets and budgets in their own unit. */
  private double[] shifted(double[] t, int direction) {
    double[] out = t.clone();
    int g = t.length - 1;
    out[g - 1] += direction * t[g] * Math.log(centre);
    return out;
  }
}
