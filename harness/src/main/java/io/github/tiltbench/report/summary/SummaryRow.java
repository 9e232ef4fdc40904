package io.github.tiltbench.report.summary;

import io.github.tiltbench.config.Decimals;
import io.github.tiltbench.stats.Estimate;
import java.util.List;
import java.util.OptionalLong;

/**
 * One number about one cell: a line of {@code tables/summary.csv}.
 *
 * @param study name
 * @param model label
 * @param verifier label of the target reward
 * @param algorithm name
 * @param params its place on the axes, empty without axes
 * @param budget empty for an algorithm that a larger one leaves as it is
 * @param unit of the budget, for example {@code nfe/sample}
 * @param prompt the condition, or {@link #ALL} for the number over all of them
 * @param metric name; scores by another judge are {@code metric@judge}
 * @param estimate the number
 * @param spent the price of a sample
 */
public record SummaryRow(
    String study,
    String model,
    String verifier,
    String algorithm,
    String params,
    OptionalLong budget,
    String unit,
    String prompt,
    String metric,
    Estimate estimate,
    Spent spent) {
  /** Stands for all prompts together. */
  public static final String ALL = "*";

  /** What stands between the name of a metric and that of the feature space. */
  public static final String IN = ":";

  /** The names of the columns. */
  public static final List<String> COLUMNS =
      List.of(
          "study",
          "model",
          "verifier",
          "algorithm",
          "params",
          "budget",
          "unit",
          "prompt",
          "metric",
          "estimate",
          "ci_low",
          "ci_high",
          "ci_method",
          "n",
          "nfe",
          "rows",
          "backward",
          "reward_calls",
          "wall_s");

  /** The algorithm with its place on the axes. */
  public String label() {
    return params.isEmpty() ? algorithm : algorithm + "[" + params + "]";
  }

  /**
   * The columns as text; of a refused number the three values are empty and the method says why.
   */
  public List<String> fields() {
    List<String> numbers = numbers(estimate);
    return List.of(
        study,
        model,
        verifier,
        algorithm,
        params,
        budget.isPresent() ? Long.toString(budget.getAsLong()) : "",
        unit,
        prompt,
        metric,
        numbers.get(0),
        numbers.get(1),
        numbers.get(2),
        numbers.get(3),
        numbers.get(4),
        amount(spent.nfe()),
        amount(spent.rows()),
        amount(spent.backward()),
        amount(spent.reward()),
        amount(Math.rint(spent.wall() * 1e6) / 1e6));
  }

  /**
   * Value, ends, method and size of an estimate, as in {@link #fields()}; of a refused one, the
   * values are empty and the method says why.
   */
  public static List<String> numbers(Estimate estimate) {
    String n = Integer.toString(estimate.n());
    return estimate instanceof Estimate.Interval i
        ? List.of(
            Decimals.text(i.value()),
            Decimals.text(i.low()),
            Decimals.text(i.high()),
            i.method(),
            n)
        : List.of("", "", "", "refused: " + ((Estimate.Refused) estimate).reason(), n);
  }

  private static String amount(double x) {
    return x == Math.rint(x) && Math.abs(x) < 1e15 ? Long.toString((long) x) : Decimals.text(x);
  }
}
