package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;

/**
 * A curve of means against the budget, fitted with the covariance of the means, since the same
 * units meet every budget.
 *
 * <p>Intervals of parameters, and of everything derived from them, are percentile intervals over
 * refits to resamples of the units. The covariance comes from the n rows and is kept in the refits;
 * that it is estimated itself makes generalised least squares vary more, by the factor {@code (n-1)
 * / (n-1-q)} in standard deviations for q budgets more than parameters (C. R. Rao, Fifth Berkeley
 * Symposium 1 (1967) 355-372), by which the ends are taken further out.
 */
public sealed interface ScalingFit {
  /** The form that was to be fitted. */
  ScalingForm form();

  /**
   * No fit, because the data cannot carry one.
   *
   * @param reason in words
   * @param n number of units there were
   */
  record Refused(ScalingForm form, String reason, int n) implements ScalingFit {}

  /** A fitted curve. */
  final class Fitted implements ScalingFit {
    private final ScalingForm form;
    private final double[] budgets;
    private final LeastSquares.Solution best;
    private final double[][] stars;
    private final JointMeans panel;
    private final double reach;
    private final Confidence c;

    private Fitted(
        ScalingForm form,
        double[] budgets,
        LeastSquares.Solution best,
        double[][] stars,
        JointMeans panel,
        Confidence c) {
      this.form = form;
      this.budgets = budgets;
      this.best = best;
      this.stars = stars;
      this.panel = panel;
      this.c = c;
      double freedom = panel.freedom() - spare();
      this.reach = Intervals.reach(panel.n(), freedom, c) * panel.freedom() / freedom;
    }

    private int spare() {
      return budgets.length - best.parameters().length;
    }

    @Override
    public ScalingForm form() {
      return form;
    }

    /** The parameters in the order of their names. */
    public List<Estimate> parameters() {
      return IntStream.range(0, best.parameters().length)
          .mapToObj(k -> derived(t -> t[k]))
          .toList();
    }

    /**
     * The generalised sum of squares; near the number of budgets less that of parameters if good.
     */
    public double squares() {
      return best.squares();
    }

    /** Akaike's criterion with the correction for few budgets; smaller is better. */
    public double aicc() {
      int k = best.parameters().length;
      return best.squares() + 2.0 * k + 2.0 * k * (k + 1) / (budgets.length - k - 1);
    }

    /** The mean at a budget; refused outside of the tested ones. */
    public Estimate at(double budget) {
      return budget < budgets[0] || budget > budgets[budgets.length - 1]
          ? new Estimate.Refused("the curve was not tested at " + budget, panel.n())
          : derived(t -> form.at(budget, t));
    }

    /** What twice the budget gains; refused where that depends on the budget. */
    public Estimate perDoubling() {
      return form == ScalingForm.LOG
          ? derived(t -> t[1] * Math.log(2))
          : new Estimate.Refused("the gain by a doubling depends on the budget", panel.n());
    }

    private Estimate derived(ToDoubleFunction<double[]> number) {
      double[] values = Arrays.stream(stars).mapToDouble(number).toArray();
      return Bootstrap.percentile(
          number.applyAsDouble(best.parameters()),
          values,
          c,
          reach,
          "refits to resamples, " + panel.unit(),
          panel.n());
    }

    private boolean bounded() {
      int last = best.parameters().length - 1;
      return !form.linear()
          && derived(t -> t[last]) instanceof Estimate.Interval i
          && (i.low() <= 1.001 * LeastSquares.LEAST || i.high() >= 0.999 * LeastSquares.MOST);
    }
  }

  /**
   * Fits one form to a curve.
   *
   * @param curve a cell for every budget
   * @param budgets ascending, positive; for {@link ScalingForm#EVT} at least 1
   */
  static ScalingFit of(ScalingForm form, Matched curve, double[] budgets, Confidence c) {
    TargetBudget.check(budgets, curve.cells().size());
    if (form == ScalingForm.EVT && budgets[0] < 1) {
      throw new IllegalArgumentException("the best of less than one draw: " + budgets[0]);
    }
    int m = budgets.length;
    double decades = Math.log10(budgets[m - 1] / budgets[0]);
    if (m < form.budgets() || decades < form.decades() - 1e-9) {
      String needs = form.budgets() + " budgets over " + form.decades() + " decades";
      return new Refused(form, "the fit needs " + needs, curve.n());
    }
    return BudgetCurves.<ScalingFit>jointly(
        curve,
        (panel, scale) -> of(form, panel, budgets.clone(), c, scale),
        r -> new Refused(form, r.reason(), r.n()));
  }

  private static ScalingFit of(
      ScalingForm form, JointMeans panel, double[] budgets, Confidence c, Scale scale) {
    int n = panel.n();
    int needed = Math.max(Intervals.UNITS, budgets.length + 10);
    if (panel.freedom() < needed - 1) {
      return new Refused(
          form,
          "a curve of " + budgets.length + " budgets needs " + needed + " units" + lost(panel),
          n);
    }
    double[] means = panel.means();
    if (form == ScalingForm.PURE_POWER && Arrays.stream(means).anyMatch(y -> y <= 0)) {
      return new Refused(form, "a pure power needs positive means", n);
    }
    LeastSquares problem;
    try {
      problem = new LeastSquares(form, budgets, panel.covariance());
    } catch (NonPositiveDefiniteMatrixException e) {
      return new Refused(form, "means at some budgets determine each other", n);
    }
    Optional<LeastSquares.Solution> best = problem.fit(means);
    if (best.isEmpty()) {
      return new Refused(form, "the fit does not converge", n);
    }
    List<double[]> stars = refits(problem, best.get(), panel.replicates(c));
    if (stars.size() < c.resamples()) {
      int failed = c.resamples() - stars.size();
      return new Refused(form, failed + " of " + c.resamples() + " refits do not converge", n);
    }
    stars.replaceAll(t -> form.out(t, scale));
    LeastSquares.Solution whole =
        new LeastSquares.Solution(form.out(best.get().parameters(), scale), best.get().squares());
    Fitted fit = new Fitted(form, budgets, whole, stars.toArray(double[][]::new), panel, c);
    return fit.bounded() ? new Refused(form, "the budgets do not determine the exponent", n) : fit;
  }

  /** Why units that are there do not count: each fixed prompt has a mean of its own. */
  private static String lost(JointMeans panel) {
    int means = panel.n() - panel.freedom() - 1;
    return means == 0 ? "" : ", and one more for each prompt beyond the first, here " + means;
  }

  private static List<double[]> refits(
      LeastSquares problem, LeastSquares.Solution best, double[][] means) {
    return Arrays.stream(means)
        .parallel()
        .map(m -> problem.refit(m, best))
        .flatMap(Optional::stream)
        .map(LeastSquares.Solution::parameters)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** The fits whose criterion is within 2 of the smallest, best first: those to be reported. */
  static List<Fitted> plausible(List<ScalingFit> fits) {
    List<Fitted> fitted = fitted(fits);
    return fitted.stream().filter(f -> f.aicc() <= fitted.get(0).aicc() + 2).toList();
  }

  /**
   * Akaike's weight of a fit among some fits of one curve: {@code exp(-aicc / 2)}, so scaled that
   * those of all curves that could be fitted have the sum one.
   */
  static double weight(Fitted fit, List<ScalingFit> among) {
    double sum =
        fitted(among).stream().mapToDouble(f -> Math.exp((fit.aicc() - f.aicc()) / 2)).sum();
    return 1 / sum;
  }

  /** Those that could be fitted, best first. */
  private static List<Fitted> fitted(List<ScalingFit> fits) {
    List<Fitted> fitted = new ArrayList<>();
    for (ScalingFit fit : fits) {
      if (fit instanceof Fitted f) {
        fitted.add(f);
      }
    }
    fitted.sort((a, b) -> Double.compare(a.aicc(), b.aicc()));
    return fitted;
  }
}
