package io.github.tiltbench.report.summary;

import io.github.tiltbench.config.Decimals;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One number about one cell: a line of {@code tables/summary.csv}.
 *
 * @param cell of the plan
 * @param prompt the condition, or {@link #ALL} for the number over all of them
 * @param metric name; scores by another judge are {@code metric@judge}
 * @param estimate the number
 * @param spent the price of a sample
 */
public record SummaryRow(
    PlanFile.Row cell, String prompt, String metric, Estimate estimate, Spent spent) {
  /** Stands for all prompts together. */
  public static final String ALL = "*";

  /** What stands between the name of a metric and that of the feature space. */
  public static final String IN = ":";

  /** The columns that name a cell. */
  public static final List<String> CELL =
      List.of("model", "verifier", "algorithm", "params", "budget", "unit");

  /** The columns of an estimate, in every file that has estimates. */
  public static final List<String> NUMBERS =
      List.of("estimate", "ci_low", "ci_high", "ci_method", "n", "refused");

  private static final List<String> COSTS =
      List.of("nfe", "rows", "backward", "compute", "reward_calls", "wall_s");

  private static final Set<String> TEXTS =
      Set.of(
          "study",
          "model",
          "verifier",
          "algorithm",
          "params",
          "unit",
          "prompt",
          "metric",
          "ci_method",
          "refused");

  /** The algorithm with its place on the axes. */
  public String label() {
    return cell.label();
  }

  /** The budget; empty for an algorithm that a larger one leaves as it is. */
  public OptionalLong budget() {
    return budget(cell);
  }

  /** The budget of a cell; empty for an algorithm that a larger one leaves as it is. */
  public static OptionalLong budget(PlanFile.Row cell) {
    return cell.at() == null ? OptionalLong.empty() : OptionalLong.of(cell.at());
  }

  /** A budget as files have it: empty for an algorithm that a larger one leaves as it is. */
  public static String text(OptionalLong budget) {
    return budget.isPresent() ? Long.toString(budget.getAsLong()) : "";
  }

  /** The names of all columns. */
  static List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("study"));
    columns.addAll(CELL);
    columns.addAll(List.of("prompt", "metric"));
    columns.addAll(NUMBERS);
    columns.addAll(COSTS);
    return columns;
  }

  /** Its columns as text. */
  List<String> fields(PlanFile plan) {
    List<String> fields = new ArrayList<>(List.of(plan.study()));
    fields.addAll(cell(plan, cell));
    fields.addAll(List.of(prompt, metric));
    fields.addAll(numbers(estimate));
    fields.add(amount(spent.nfe()));
    fields.add(amount(spent.rows()));
    fields.add(amount(spent.backward()));
    fields.add(amount(spent.compute()));
    fields.add(amount(spent.reward()));
    fields.add(amount(Math.rint(spent.wall() * 1e6) / 1e6));
    return fields;
  }

  /** Its columns by name: texts, and numbers or null. */
  public Map<String, Object> named(PlanFile plan) {
    Map<String, Object> named = new LinkedHashMap<>();
    List<String> names = columns();
    List<String> fields = fields(plan);
    for (int i = 0; i < fields.size(); i++) {
      boolean text = TEXTS.contains(names.get(i));
      named.put(names.get(i), text ? fields.get(i) : number(fields.get(i)));
    }
    return named;
  }

  private static Double number(String field) {
    return field.isEmpty() ? null : Double.valueOf(field);
  }

  /** The columns {@link #CELL} of a cell. */
  public static List<String> cell(PlanFile plan, PlanFile.Row cell) {
    return List.of(
        cell.model(),
        cell.verifier(),
        cell.algorithm(),
        cell.params(),
        text(budget(cell)),
        plan.unit() + "/" + plan.per());
  }

  /** The columns {@link #NUMBERS} of an estimate; a refused one has its reason and no value. */
  public static List<String> numbers(Estimate estimate) {
    String n = Integer.toString(estimate.n());
    return estimate instanceof Estimate.Interval i
        ? List.of(
            Decimals.text(i.value()),
            Decimals.text(i.low()),
            Decimals.text(i.high()),
            i.method(),
            n,
            "")
        : List.of("", "", "", "", n, ((Estimate.Refused) estimate).reason());
  }

  private static String amount(double x) {
    return x == Math.rint(x) && Math.abs(x) < 1e15 ? Long.toString((long) x) : Decimals.text(x);
  }
}
