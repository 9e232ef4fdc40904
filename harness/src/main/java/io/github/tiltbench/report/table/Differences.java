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
import io.github.tiltbench.stats.Multiplicity;
import io.github.tiltbench.stats.Paired;
import io.github.tiltbench.stats.Simultaneous;
import io.github.tiltbench.stats.TestResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Every algorithm of a contest minus its baseline, by the target reward, on the trials that both
 * have: shared luck cancels.
 *
 * <p>A difference has an interval of its own and one that holds for all lines at once, by the
 * largest studentised deviation over joint resamples.
 *
 * <p>A cell without a budget is compared at the budget of each other one. The primary contrast is
 * that of the declared algorithm at its largest budget and is tested by itself; the p-values of all
 * others are adjusted for each other.
 *
 * @param baseline label
 * @param lines by budget, then in plan order
 */
record Differences(MatchedTrials pairing, String baseline, List<Line> lines) {
  private static final String DIFFERENCE = "difference";
  private static final String WINS = "win rate";
  private static final String EFFECT = "difference/sd";
  private static final String TOGETHER = "all at once";

  /**
   * One algorithm minus the baseline.
   *
   * @param budget of one of them at least, else empty
   * @param together the same difference with an interval that holds for all lines at once
   * @param wins how often a sample is better than one of the baseline in the same trial
   * @param effect the difference in standard deviations of the differences between trials
   * @param test of no difference
   */
  record Line(
      String label,
      OptionalLong budget,
      boolean primary,
      Estimate difference,
      Estimate together,
      Estimate wins,
      Estimate effect,
      TestResult test) {
    private Line with(TestResult adjusted) {
      return new Line(label, budget, primary, difference, together, wins, effect, adjusted);
    }

    private Line with(Estimate joint) {
      return new Line(label, budget, primary, difference, joint, wins, effect, test);
    }
  }

  private record Place(String label, OptionalLong budget) {}

  /** The differences; empty if the contest lacks the baseline or has nothing else. */
  static Optional<Differences> of(MatchedTrials pairing) {
    String baseline = pairing.contest().plan().versus().baseline();
    if (!pairing.contest().algorithms().contains(baseline)
        || pairing.contest().algorithms().size() == 1) {
      return Optional.empty();
    }
    List<Place> places = List.copyOf(places(pairing, baseline));
    String primary = pairing.contest().plan().versus().primary();
    int declared = places.stream().map(Place::label).toList().lastIndexOf(primary);
    List<Line> lines =
        IntStream.range(0, places.size())
            .mapToObj(i -> line(pairing, baseline, places.get(i), i == declared))
            .toList();
    return Optional.of(
        new Differences(pairing, baseline, adjusted(together(pairing, baseline, lines))));
  }

  private static Set<Place> places(MatchedTrials pairing, String baseline) {
    boolean any = pairing.contest().budgets(baseline).isEmpty();
    Set<Place> places = new LinkedHashSet<>();
    List<Long> budgets =
        pairing.contest().budgets().isEmpty() ? List.of(0L) : pairing.contest().budgets();
    for (long budget : budgets) {
      for (String label : pairing.contest().algorithms()) {
        Optional<PlanFile.Row> cell = pairing.contest().cell(label, budget);
        if (!label.equals(baseline) && cell.isPresent()) {
          boolean neither = any && cell.get().at() == null;
          places.add(new Place(label, neither ? OptionalLong.empty() : OptionalLong.of(budget)));
        }
      }
    }
    return places;
  }

  private static Line line(MatchedTrials pairing, String baseline, Place place, boolean primary) {
    long budget = place.budget().orElse(0);
    Optional<PlanFile.Row> base = pairing.contest().cell(baseline, budget);
    if (base.isEmpty()) {
      return refused(place, primary, baseline + " was not run at this budget");
    }
    List<PlanFile.Row> pair =
        List.of(pairing.contest().cell(place.label(), budget).orElseThrow(), base.get());
    Estimate difference = pairing.estimate(DIFFERENCE, pair, MatchedTrials.TARGET, Paired::mean);
    return new Line(
        place.label(),
        place.budget(),
        primary,
        difference,
        difference,
        pairing.estimate(WINS, pair, MatchedTrials.TARGET, Paired::winRate),
        pairing.estimate(EFFECT, pair, MatchedTrials.TARGET, Paired::effect),
        pairing.number(
            "p", pair, MatchedTrials.TARGET, Paired::signFlips, r -> new TestResult.Refused(r, 0)));
  }

  private static Line refused(Place place, boolean primary, String reason) {
    Estimate none = new Estimate.Refused(reason, 0);
    TestResult untested = new TestResult.Refused(reason, 0);
    return new Line(place.label(), place.budget(), primary, none, none, none, none, untested);
  }

  /** The lines with joint intervals of those differences that can be told by themselves. */
  private static List<Line> together(MatchedTrials pairing, String baseline, List<Line> lines) {
    List<Line> family =
        lines.stream().filter(l -> l.difference() instanceof Estimate.Interval).toList();
    if (family.isEmpty()) {
      return lines;
    }
    List<PlanFile.Row> cells = new ArrayList<>();
    List<Simultaneous.Pair> pairs =
        family.stream()
            .map(
                l ->
                    new Simultaneous.Pair(
                        place(
                            cells,
                            pairing.contest().cell(l.label(), l.budget().orElse(0)).orElseThrow()),
                        place(
                            cells,
                            pairing.contest().cell(baseline, l.budget().orElse(0)).orElseThrow())))
            .toList();
    // cells of which each pair shares trials may all together share none, as in a part of a run
    List<Estimate> joint =
        pairing.number(
            TOGETHER,
            cells,
            MatchedTrials.TARGET,
            (matched, c) -> Simultaneous.differences(matched, pairs, c),
            r -> Collections.nCopies(pairs.size(), new Estimate.Refused(r, 0)));
    return lines.stream()
        .map(l -> family.contains(l) ? l.with(joint.get(family.indexOf(l))) : l)
        .toList();
  }

  private static int place(List<PlanFile.Row> cells, PlanFile.Row cell) {
    if (!cells.contains(cell)) {
      cells.add(cell);
    }
    return cells.indexOf(cell);
  }

  private static List<Line> adjusted(List<Line> lines) {
    List<Line> others = lines.stream().filter(l -> !l.primary()).toList();
    List<TestResult> family = Multiplicity.holm(others.stream().map(Line::test).toList());
    List<Line> adjusted = new ArrayList<>();
    int next = 0;
    for (Line line : lines) {
      adjusted.add(line.primary() ? line : line.with(family.get(next++)));
    }
    return adjusted;
  }

  Table table() {
    boolean declared = lines.stream().anyMatch(Line::primary);
    Footnotes footnotes = new Footnotes();
    List<Column> columns =
        new ArrayList<>(List.of(Column.key("algorithm", false), Column.key("budget", true)));
    for (String header : List.of(DIFFERENCE, TOGETHER, WINS, EFFECT, "p", "n")) {
      columns.add(new Column(header, true, 0));
    }
    if (declared) {
      columns.add(new Column("contrast", false, 0));
    }
    List<Table.Row> body = new ArrayList<>();
    for (Line line : lines) {
      List<Cell> cells = new ArrayList<>();
      cells.add(Cell.of(line.label()));
      cells.add(Comparison.budget(line.budget()));
      cells.add(Comparison.number(line.difference(), footnotes));
      cells.add(joint(line.together(), footnotes));
      cells.add(Comparison.number(line.wins(), footnotes));
      cells.add(Comparison.number(line.effect(), footnotes));
      cells.add(p(line.test(), footnotes));
      cells.add(Cell.of(Integer.toString(line.difference().n())));
      if (declared) {
        cells.add(Cell.of(line.primary() ? "primary" : "exploratory"));
      }
      boolean opens = !body.isEmpty() && !line.budget().equals(lines.get(body.size() - 1).budget());
      body.add(new Table.Row(cells, opens));
    }
    String caption = "Differences from " + baseline + " at equal budgets: ";
    return new Table(caption + pairing.contest().name(), columns, body, notes(footnotes, declared));
  }

  private static Cell joint(Estimate e, Footnotes footnotes) {
    return e instanceof Estimate.Interval i
        ? Cell.of(Numbers.interval(i))
        : Comparison.number(e, footnotes);
  }

  private static Cell p(TestResult verdict, Footnotes footnotes) {
    return verdict instanceof TestResult.Tested t
        ? Cell.of(Numbers.p(t))
        : new Cell("-", "", footnotes.mark(((TestResult.Refused) verdict).reason()));
  }

  private List<String> notes(Footnotes footnotes, boolean declared) {
    Methods methods = new Methods();
    lines.forEach(l -> methods.add(DIFFERENCE, l.difference()));
    lines.forEach(l -> methods.add(WINS, l.wins()));
    lines.forEach(l -> methods.add(EFFECT, l.effect()));
    List<String> notes = new ArrayList<>(footnotes.lines());
    methods.sentence().ifPresent(notes::add);
    lines.stream()
        .map(Line::together)
        .filter(e -> e instanceof Estimate.Interval)
        .map(e -> (Estimate.Interval) e)
        .findFirst()
        .ifPresent(
            i ->
                notes.add(
                    "Intervals of the differences all at once cover every one of them together in "
                        + Numbers.percent(i.level())
                        + ", by "
                        + i.method()
                        + "."));
    notes.add(
        "Every number compares trials of the same prompt and repetition, which share their noise;"
            + " larger is better. p tests the mean difference by sign flips, "
            + (declared
                ? "the primary contrast by itself, the others adjusted for each other by Holm."
                : "adjusted by Holm over the table."));
    notes.add("Budget in " + pairing.contest().unit() + "; n counts independent units.");
    Gradients.note(pairing.contest(), pairing.contest().largest()).ifPresent(notes::add);
    return notes;
  }

  void enter(Ledger ledger) {
    for (Line line : lines) {
      Ledger.Subject subject =
          new Ledger.Subject(
              pairing.contest(), line.label(), line.budget(), baseline, MatchedTrials.TARGET);
      ledger.add(subject, DIFFERENCE, line.difference());
      ledger.add(subject, "difference-all-at-once", line.together());
      ledger.add(subject, "win-rate", line.wins());
      ledger.add(subject, "difference-per-sd", line.effect());
      ledger.add(subject, line.test());
    }
  }

  /** What came of the primary contrast, in a sentence; empty text if none was declared. */
  String answer() {
    return lines.stream().filter(Line::primary).map(this::sentence).findFirst().orElse("");
  }

  private String sentence(Line line) {
    String what =
        "Primary contrast, "
            + line.label()
            + " minus "
            + baseline
            + (line.budget().isPresent()
                ? " at "
                    + Numbers.amount((double) line.budget().getAsLong())
                    + " "
                    + pairing.contest().unit()
                : "")
            + ": ";
    Function<TestResult, String> p =
        v -> v instanceof TestResult.Tested t ? (t.least() ? ", p " : ", p = ") + Numbers.p(t) : "";
    return line.difference() instanceof Estimate.Interval i
        ? what + "mean difference " + Numbers.both(i) + p.apply(line.test()) + "."
        : what + "none, " + ((Estimate.Refused) line.difference()).reason() + ".";
  }
}
