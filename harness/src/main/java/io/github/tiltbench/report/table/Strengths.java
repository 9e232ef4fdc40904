package io.github.tiltbench.report.table;

import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Methods;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.BradleyTerry;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * How strong the algorithms of a contest are at the largest budget, from all wins of one against
 * another in trials that share their noise.
 *
 * @param budget zero where none has a use for one
 * @param lines in plan order
 */
record Strengths(MatchedTrials pairing, long budget, List<Line> lines) {
  private static final int FEWEST = 3;
  private static final String STRENGTH = "strength";

  /** One algorithm. */
  record Line(String label, Estimate strength) {}

  /** The strengths; empty for two algorithms, of which a win rate says as much. */
  static Optional<Strengths> of(MatchedTrials pairing) {
    List<Long> budgets = pairing.budgets();
    long budget = budgets.isEmpty() ? 0 : budgets.get(budgets.size() - 1);
    List<PlanFile.Row> cells =
        pairing.labels().stream().flatMap(l -> pairing.cell(l, budget).stream()).toList();
    if (cells.size() < FEWEST) {
      return Optional.empty();
    }
    Optional<String> refusal = pairing.refusal(cells, MatchedTrials.TARGET);
    List<Estimate> strengths =
        refusal.isPresent()
            ? cells.stream().<Estimate>map(c -> new Estimate.Refused(refusal.get(), 0)).toList()
            : BradleyTerry.strengths(
                pairing.matched(cells, MatchedTrials.TARGET), pairing.confidence(STRENGTH));
    return Optional.of(
        new Strengths(
            pairing,
            budget,
            IntStream.range(0, cells.size())
                .mapToObj(i -> new Line(cells.get(i).label(), strengths.get(i)))
                .toList()));
  }

  Table table() {
    Footnotes footnotes = new Footnotes();
    Methods methods = new Methods();
    List<Table.Row> body = new ArrayList<>();
    for (Line line : refused() ? List.of(new Line("all", lines.get(0).strength())) : lines) {
      methods.add(STRENGTH, line.strength());
      body.add(
          new Table.Row(
              List.of(
                  Cell.of(line.label()),
                  Comparison.number(line.strength(), footnotes),
                  Cell.of(Integer.toString(line.strength().n()))),
              false));
    }
    List<String> notes = new ArrayList<>(footnotes.lines());
    methods.sentence().ifPresent(notes::add);
    notes.add(
        "One beats another in a trial that both have with the odds of the exponential of the"
            + " difference of their strengths, which have the sum zero.");
    return new Table(
        "Strengths"
            + (budget > 0 ? " at " + Numbers.amount((double) budget) + " " + pairing.unit() : "")
            + ": "
            + pairing.contest().verifier()
            + " on "
            + pairing.contest().model(),
        List.of(
            Column.key("algorithm", false),
            new Column(STRENGTH, true, 0),
            new Column("n", true, 0)),
        body,
        notes);
  }

  /** They are estimated together, so all of them are refused or none. */
  private boolean refused() {
    return lines.stream().allMatch(line -> line.strength() instanceof Estimate.Refused);
  }

  void enter(Ledger ledger) {
    OptionalLong at = budget > 0 ? OptionalLong.of(budget) : OptionalLong.empty();
    for (Line line : lines) {
      ledger.add(
          new Ledger.Subject(pairing.contest(), line.label(), at, "", MatchedTrials.TARGET),
          STRENGTH,
          line.strength());
    }
  }
}
