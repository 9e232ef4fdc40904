package io.github.tiltbench.report.table;

import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Methods;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.TargetBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How many times the budget an algorithm needs to reach the mean reward of the baseline at one of
 * its budgets, and the other way round.
 *
 * @param baseline label of an algorithm with budgets
 * @param lines by algorithm, then by budget
 */
record Ratios(MatchedTrials pairing, String baseline, List<Line> lines) {
  private static final int FEWEST = 3;

  /**
   * Both ratios at one budget.
   *
   * @param budget of the one to be matched; empty if there can be no ratio at any
   * @param needs times this budget that the algorithm needs to match the baseline
   * @param needed times this budget that the baseline needs to match the algorithm
   */
  record Line(String label, OptionalLong budget, Estimate needs, Estimate needed) {}

  /** The ratios; empty if the baseline is not there or has fewer than three budgets. */
  static Optional<Ratios> of(MatchedTrials pairing) {
    String baseline = pairing.contest().plan().versus().baseline();
    if (pairing.contest().budgets(baseline).size() < FEWEST) {
      return Optional.empty();
    }
    List<Line> lines = new ArrayList<>();
    for (String label : pairing.contest().algorithms()) {
      if (!label.equals(baseline)) {
        lines.addAll(lines(pairing, label, baseline));
      }
    }
    return lines.isEmpty() ? Optional.empty() : Optional.of(new Ratios(pairing, baseline, lines));
  }

  private static List<Line> lines(MatchedTrials pairing, String label, String baseline) {
    int budgets = pairing.contest().budgets(label).size();
    if (budgets < FEWEST) {
      Estimate none =
          new Estimate.Refused(
              budgets == 0
                  ? "a larger budget leaves " + label + " as it is"
                  : "a ratio needs " + FEWEST + " budgets; " + label + " has " + budgets,
              0);
      return List.of(new Line(label, OptionalLong.empty(), none, none));
    }
    return Stream.concat(
            pairing.contest().budgets(label).stream(), pairing.contest().budgets(baseline).stream())
        .distinct()
        .sorted()
        .map(
            b ->
                new Line(
                    label,
                    OptionalLong.of(b),
                    match(pairing, label, baseline, b),
                    match(pairing, baseline, label, b)))
        .toList();
  }

  /** Times a budget that the first needs to match the second at that budget. */
  private static Estimate match(MatchedTrials pairing, String first, String second, long budget) {
    Optional<PlanFile.Row> other = pairing.contest().cell(second, budget);
    if (other.isEmpty()) {
      return new Estimate.Refused(second + " was not run at this budget", 0);
    }
    List<PlanFile.Row> cells = new ArrayList<>(pairing.contest().curve(first));
    cells.add(other.get());
    double[] budgets =
        pairing.contest().budgets(first).stream().mapToDouble(Long::doubleValue).toArray();
    return pairing.estimate(
        "budget ratio",
        cells,
        MatchedTrials.TARGET,
        (m, c) -> TargetBudget.match(m, budgets, (double) budget, c));
  }

  private String needs() {
    return "to match " + baseline;
  }

  private String needed() {
    return baseline + " to match it";
  }

  Table table() {
    Footnotes footnotes = new Footnotes();
    Methods methods = new Methods();
    List<Table.Row> body = new ArrayList<>();
    String before = null;
    for (Line line : lines) {
      List<Cell> cells = new ArrayList<>();
      cells.add(Cell.of(line.label()));
      cells.add(Comparison.budget(line.budget()));
      cells.add(Comparison.number(line.needs(), footnotes));
      cells.add(Comparison.number(line.needed(), footnotes));
      methods.add("ratios", line.needs());
      methods.add("ratios", line.needed());
      body.add(new Table.Row(cells, before != null && !before.equals(line.label())));
      before = line.label();
    }
    List<String> notes = new ArrayList<>(footnotes.lines());
    methods.sentence().ifPresent(notes::add);
    notes.add(
        "Times the budget of its line, in "
            + pairing.contest().unit()
            + ", that the one needs to reach the mean reward of the other at it; under 1 is"
            + " cheaper. Nothing is read beyond the tested budgets.");
    return new Table(
        "Budget ratios at equal reward: " + pairing.contest().name(),
        List.of(
            Column.key("algorithm", false),
            Column.key("budget", true),
            new Column(needs(), true, 0),
            new Column(needed(), true, 0)),
        body,
        notes);
  }

  /** What of the baseline's largest budget others need to match it; empty text if none is known. */
  String answer() {
    List<Long> budgets = pairing.contest().budgets(baseline);
    long largest = budgets.get(budgets.size() - 1);
    String known =
        lines.stream()
            .filter(l -> l.budget().orElse(0) == largest)
            .filter(l -> l.needs() instanceof Estimate.Interval)
            .map(l -> l.label() + " " + Numbers.both((Estimate.Interval) l.needs()))
            .collect(Collectors.joining(", "));
    return known.isEmpty()
        ? ""
        : "Times the budget that is needed to match "
            + baseline
            + " at "
            + Numbers.amount((double) largest)
            + " "
            + pairing.contest().unit()
            + ": "
            + known
            + ".";
  }

  void enter(Ledger ledger) {
    for (Line line : lines) {
      enter(ledger, line.label(), line.budget(), baseline, line.needs());
      enter(ledger, baseline, line.budget(), line.label(), line.needed());
    }
  }

  private void enter(
      Ledger ledger, String label, OptionalLong budget, String against, Estimate ratio) {
    ledger.add(
        new Ledger.Subject(pairing.contest(), label, budget, against, MatchedTrials.TARGET),
        "budget-ratio",
        ratio);
  }
}
