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
import java.util.Collections;
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
    long budget = pairing.contest().largestBudget();
    List<PlanFile.Row> cells = pairing.contest().largest();
    if (cells.size() < FEWEST) {
      return Optional.empty();
    }
    List<Estimate> strengths =
        pairing.number(
            STRENGTH,
            cells,
            MatchedTrials.TARGET,
            BradleyTerry::strengths,
            r -> Collections.nCopies(cells.size(), new Estimate.Refused(r, 0)));
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
            + (budget > 0
                ? " at " + Numbers.amount((double) budget) + " " + pairing.contest().unit()
                : "")
            + ": "
            + pairing.contest().name(),
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
