package io.github.tiltbench.report.table;

import io.github.tiltbench.metric.sample.Notes;
import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Methods;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.BudgetCurves;
import io.github.tiltbench.stats.BudgetCurves.Turning;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Matched;
import io.github.tiltbench.stats.Multiplicity;
import io.github.tiltbench.stats.Overoptimisation;
import io.github.tiltbench.stats.Overoptimisation.Finding;
import io.github.tiltbench.stats.TestResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Over-optimisation: what judges that guided nothing say of the gain in the target reward.
 *
 * <p>Scores are compared with those of the sampler without search. A judge of one cell is flagged
 * where the target has gained for certain and the judge has lost for certain, after Holm over all
 * lines of the table, so that a table without over-optimisation has a flag with probability 5 % at
 * most.
 *
 * @param lines by algorithm and judge, then by budget
 */
record OveroptimisationTable(MatchedTrials pairing, List<Line> lines) {
  private static final String NO_BASE = "there is no " + Task.BASE + " to compare with";
  private static final String NO_DECLINE = "no decline is shown";
  private static final String TURNING = "turning-point";
  private static final double LEVEL = 0.05;

  /**
   * One judge of one cell.
   *
   * @param budget empty for an algorithm that has no use for one
   * @param target z of the target reward
   * @param finding z of the judge and what follows; its test is adjusted over the table
   * @param turning where along the budget the judge's mean turns down, the same in all lines of an
   *     algorithm and a judge
   */
  record Line(
      String label, OptionalLong budget, Estimate target, Finding finding, Turning turning) {
    private Line with(TestResult test) {
      boolean flagged = finding.flagged() && test instanceof TestResult.Tested t && t.p() <= LEVEL;
      return new Line(
          label,
          budget,
          target,
          new Finding(finding.judge(), finding.z(), finding.transfer(), test, flagged),
          turning);
    }

    private String group() {
      return label + " " + finding.judge();
    }

    private String place() {
      return label
          + (budget.isPresent() ? " at " + Numbers.amount((double) budget.getAsLong()) : "");
    }
  }

  /** What the judges say; empty if there is no judge or nothing that it could judge. */
  static Optional<OveroptimisationTable> of(MatchedTrials pairing) {
    List<Line> lines = new ArrayList<>();
    if (!pairing.contest().judges().isEmpty()) {
      for (String label : pairing.contest().algorithms()) {
        if (!label.equals(Task.BASE)) {
          lines.addAll(lines(pairing, label));
        }
      }
    }
    List<TestResult> family =
        Multiplicity.holm(lines.stream().map(l -> l.finding().test()).toList());
    for (int i = 0; i < lines.size(); i++) {
      lines.set(i, lines.get(i).with(family.get(i)));
    }
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(new OveroptimisationTable(pairing, lines));
  }

  private static List<Line> lines(MatchedTrials pairing, String label) {
    List<PlanFile.Row> cells = new ArrayList<>(pairing.contest().curve(label));
    if (cells.isEmpty()) {
      cells.add(pairing.contest().cell(label, 0).orElseThrow());
    }
    Map<PlanFile.Row, Overoptimisation> found = new LinkedHashMap<>();
    cells.forEach(c -> found.put(c, found(pairing, c)));
    List<Line> lines = new ArrayList<>();
    for (int k = 0; k < pairing.contest().judges().size(); k++) {
      Turning turning = turning(pairing, cells, pairing.contest().judges().get(k));
      for (PlanFile.Row cell : cells) {
        Overoptimisation o = found.get(cell);
        OptionalLong at = cell.at() == null ? OptionalLong.empty() : OptionalLong.of(cell.at());
        lines.add(new Line(label, at, o.guide(), o.judges().get(k), turning));
      }
    }
    return lines;
  }

  private static Overoptimisation found(MatchedTrials pairing, PlanFile.Row cell) {
    Optional<PlanFile.Row> base = pairing.contest().cell(Task.BASE, 0);
    if (base.isEmpty()) {
      return refused(pairing, NO_BASE);
    }
    List<PlanFile.Row> pair = List.of(cell, base.get());
    return pairing.number(
        "over-optimisation",
        pair,
        MatchedTrials.TARGET,
        (target, c) -> found(pairing, pair, target, c),
        reason -> refused(pairing, reason));
  }

  private static Overoptimisation found(
      MatchedTrials pairing, List<PlanFile.Row> pair, Matched target, Confidence c) {
    List<String> judges = pairing.contest().judges();
    Optional<String> refusal =
        judges.stream().flatMap(j -> pairing.refusal(pair, j).stream()).findFirst();
    return refusal.isPresent()
        ? refused(pairing, refusal.get())
        : Overoptimisation.of(
            new Overoptimisation.Score(pairing.contest().verifier(), target, true),
            judges.stream()
                .map(j -> new Overoptimisation.Score(j, pairing.matched(pair, j), true))
                .toList(),
            c);
  }

  private static Overoptimisation refused(MatchedTrials pairing, String reason) {
    Estimate none = new Estimate.Refused(reason, 0);
    TestResult untested = new TestResult.Refused(reason, 0);
    return new Overoptimisation(
        none,
        pairing.contest().judges().stream()
            .map(j -> new Finding(j, none, none, untested, false))
            .toList(),
        none);
  }

  private static Turning turning(MatchedTrials pairing, List<PlanFile.Row> cells, String judge) {
    if (cells.size() < 2) {
      return new Turning.Refused("a turning point needs 2 budgets", 0);
    }
    return pairing.number(
        "turning", cells, judge, BudgetCurves::turning, reason -> new Turning.Refused(reason, 0));
  }

  Table table() {
    Footnotes footnotes = new Footnotes();
    Methods methods = new Methods();
    List<Table.Row> body = new ArrayList<>();
    String before = null;
    for (Line line : lines) {
      Finding f = line.finding();
      boolean first = !line.group().equals(before);
      List<Cell> cells = new ArrayList<>();
      cells.add(Cell.of(line.label()));
      cells.add(Cell.of(f.judge()));
      cells.add(Comparison.budget(line.budget()));
      cells.add(Comparison.number(line.target(), footnotes));
      cells.add(Comparison.number(f.z(), footnotes));
      cells.add(Comparison.number(f.transfer(), footnotes));
      cells.add(Cell.of(flag(f)));
      cells.add(first ? turning(line, footnotes) : Cell.of(""));
      Stream.of(line.target(), f.z(), f.transfer()).forEach(e -> methods.add("z, transfer", e));
      body.add(new Table.Row(cells, first && before != null));
      before = line.group();
    }
    List<String> notes = new ArrayList<>(footnotes.lines());
    methods.sentence().ifPresent(notes::add);
    notes.add(
        "z is the change of the mean against "
            + Task.BASE
            + " in standard deviations of its samples; transfer is z of the judge over z of the"
            + " target. Of a judge that answers 0 or 1, z is the difference of shares."
            + " Over-optimised: the target gained and the judge lost for certain, after"
            + " Holm over the table; where nothing is over-optimised, a table says so of something"
            + " with probability 5 % at most.");
    notes.add(
        "The turning point, in the first line of each curve, is the first budget at which the"
            + " judge's mean is below an earlier one, by intervals that hold for all pairs of"
            + " budgets of that curve. Budget in "
            + pairing.contest().unit()
            + ".");
    return new Table(
        "Over-optimisation on "
            + pairing.contest().model()
            + ", guided by "
            + pairing.contest().verifier(),
        List.of(
            Column.key("algorithm", false),
            Column.key("judge", false),
            Column.key("budget", true),
            new Column("z of target", true, 0),
            new Column("z of judge", true, 0),
            new Column("transfer", true, 0),
            new Column("over-optimised", false, 0),
            new Column("turning point", true, 0)),
        body,
        notes);
  }

  private static String flag(Finding f) {
    if (f.test() instanceof TestResult.Refused) {
      return "-";
    }
    return f.flagged() ? "yes" : "no";
  }

  private Cell turning(Line line, Footnotes footnotes) {
    if (line.turning() instanceof Turning.At t) {
      return new Cell(
          Numbers.amount((double) budget(line, t.at())),
          Numbers.both(t.change()) + " from " + Numbers.amount((double) budget(line, t.peak())),
          "");
    }
    return line.turning() instanceof Turning.Refused r
        ? new Cell("-", "", footnotes.mark(r.reason()))
        : new Cell("none", "", footnotes.mark(NO_DECLINE));
  }

  private long budget(Line line, int index) {
    return pairing.contest().budgets(line.label()).get(index);
  }

  void enter(Ledger ledger) {
    String before = null;
    for (Line line : lines) {
      Finding f = line.finding();
      Ledger.Subject subject = subject(line, line.budget());
      ledger.add(subject, "z-target", line.target());
      ledger.add(subject, "z", f.z());
      ledger.add(subject, "transfer", f.transfer());
      ledger.add(subject, f.test());
      if (f.test() instanceof TestResult.Tested t) {
        String value = f.flagged() ? "1" : "0";
        String n = Integer.toString(t.n());
        ledger.add(subject, "over-optimised", List.of(value, "", "", t.method(), n, ""));
      }
      if (!line.group().equals(before)) {
        enterTurning(ledger, line);
      }
      before = line.group();
    }
  }

  /** The change at the turning point, or why there is none. */
  private void enterTurning(Ledger ledger, Line line) {
    if (line.turning() instanceof Turning.At t) {
      ledger.add(
          subject(line, OptionalLong.of(budget(line, t.at()))),
          TURNING,
          Notes.with(t.change(), "change since " + budget(line, t.peak())));
      return;
    }
    Estimate none =
        line.turning() instanceof Turning.Refused r
            ? new Estimate.Refused(r.reason(), r.n())
            : new Estimate.Refused(NO_DECLINE, ((Turning.None) line.turning()).n());
    ledger.add(subject(line, OptionalLong.empty()), TURNING, none);
  }

  private Ledger.Subject subject(Line line, OptionalLong budget) {
    return new Ledger.Subject(
        pairing.contest(), line.label(), budget, Task.BASE, line.finding().judge());
  }

  /** One sentence on what is over-optimised; empty text if nothing is. */
  String answer() {
    Map<String, List<String>> flagged =
        lines.stream()
            .filter(l -> l.finding().flagged())
            .collect(
                Collectors.groupingBy(
                    l -> l.finding().judge(),
                    LinkedHashMap::new,
                    Collectors.mapping(Line::place, Collectors.toList())));
    return flagged.isEmpty()
        ? ""
        : "Over-optimised, as it gains by the target and loses by a judge: "
            + flagged.entrySet().stream()
                .map(e -> String.join(", ", e.getValue()) + " by " + e.getKey())
                .collect(Collectors.joining("; "))
            + ".";
  }
}
