package io.github.tiltbench.report;

import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.table.Comparison;
import io.github.tiltbench.result.Looks;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Power;
import io.github.tiltbench.stats.TrialNumbers;
import io.github.tiltbench.study.Stopping;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How many repetitions a study needs, by a pilot's trials of cells with the same labels: each cell
 * for the width that its rule wants, else each algorithm to be told from the baseline.
 *
 * @param plan of the study
 * @param pilot any results, of another seed or of the study's own first trials
 */
public record PilotPower(PlanFile plan, Results pilot) {
  private static final int RUNS = 200;
  private static final int MOST = 4096;
  private static final double POWER = 0.8;

  /** What is to be known: of one cell, or of a cell against the baseline's. */
  private record Question(PlanFile.Row cell, OptionalLong budget, List<PlanFile.Row> cells) {}

  /**
   * The table.
   *
   * @throws IllegalArgumentException if there is nothing to decide
   */
  public Table table() {
    Stopping rule =
        plan.until()
            .orElseGet(
                () ->
                    Stopping.of(
                        Stopping.Goal.DIFFERENCE,
                        0,
                        Stopping.Goal.DIFFERENCE.least(plan.prompts().size()),
                        MOST));
    List<Question> questions = rule.goal().contrast() ? contrasts() : cells();
    if (questions.isEmpty()) {
      throw new IllegalArgumentException(
          "there is nothing to decide: the study has no baseline beside its other algorithms");
    }
    boolean contrast = rule.goal().contrast();
    List<Column> columns =
        new ArrayList<>(
            List.of(
                Column.key("algorithm", false),
                Column.key("budget", true),
                new Column("model", false, 1),
                new Column("verifier", false, 2),
                new Column("pilot", true, 0),
                new Column("repetitions", true, 0)));
    if (contrast) {
      columns.add(new Column("fixed design", true, 0));
    }
    Footnotes footnotes = new Footnotes();
    List<Table.Row> rows =
        questions.stream().map(q -> new Table.Row(line(q, rule, footnotes), false)).toList();
    List<String> notes = new ArrayList<>(footnotes.lines());
    notes.add(
        String.format(
            Locale.ROOT,
            "Repetitions %s, with the range of 90 %% of %d runs whose rounds are drawn from the"
                + " pilot's, resampled for each; looks from %d to %d.",
            rule.text().replace("the primary contrast's", "the contrast's"),
            RUNS,
            rule.atLeast(),
            rule.atMost()));
    if (contrast) {
      notes.add(
          "A fixed design is one without looks that tells the mean difference from 0 with "
              + Math.round(100 * POWER)
              + " % power, and has to know it beforehand.");
    }
    String subject = contrast ? "against " + plan.versus().baseline() : "for each cell";
    return new Table("Repetitions needed " + subject + ", by a pilot", columns, rows, notes);
  }

  private List<Question> cells() {
    return plan.cells().stream()
        .map(cell -> new Question(cell, SummaryRow.budget(cell), List.of(cell)))
        .toList();
  }

  private List<Question> contrasts() {
    String baseline = plan.versus().baseline();
    return plan.cells().stream()
        .filter(cell -> !cell.label().equals(baseline))
        .flatMap(
            cell ->
                plan.cells().stream()
                    .filter(base -> base.label().equals(baseline))
                    .filter(base -> base.model().equals(cell.model()))
                    .filter(base -> base.verifier().equals(cell.verifier()))
                    .filter(
                        base ->
                            base.at() == null
                                || cell.at() == null
                                || Objects.equals(base.at(), cell.at()))
                    .map(
                        base ->
                            new Question(
                                cell,
                                SummaryRow.budget(cell.at() == null ? base : cell),
                                List.of(cell, base))))
        .toList();
  }

  private List<Cell> line(Question question, Stopping rule, Footnotes footnotes) {
    PlanFile.Row cell = question.cell();
    List<Cell> line =
        new ArrayList<>(
            List.of(
                Cell.of(cell.label()),
                Comparison.budget(question.budget()),
                Cell.of(cell.model()),
                Cell.of(cell.verifier())));
    Optional<String> refusal =
        question.cells().stream().flatMap(row -> refusal(row).stream()).findFirst();
    if (refusal.isPresent()) {
      String mark = footnotes.mark(refusal.get());
      line.add(Cell.of(""));
      line.add(new Cell("-", "", mark));
    } else {
      List<TrialNumbers> numbers =
          question.cells().stream().map(row -> numbers(row, rule.goal())).toList();
      Confidence c =
          new Confidence(rule.level(), RUNS, plan.seed())
              .keyed(String.join("/", cell.model(), cell.verifier(), cell.label()));
      int rounds = Power.rounds(numbers);
      line.add(Cell.of(Integer.toString(rounds)));
      if (rounds < Power.FEWEST) {
        line.add(
            new Cell("-", "", footnotes.mark("a pilot needs " + Power.FEWEST + " repetitions")));
      } else {
        line.add(
            text(Power.of(numbers, rule.looks(), seen -> Looks.met(rule, seen), c), footnotes));
        if (rule.goal().contrast()) {
          line.add(text(Power.ofFixed(numbers, POWER, 1_000_000, c), footnotes));
        }
      }
    }
    if (rule.goal().contrast() && line.size() < 7) {
      line.add(Cell.of(""));
    }
    return line;
  }

  private static Cell text(Power power, Footnotes footnotes) {
    String range = String.format(Locale.ROOT, "[%,d, %,d]", power.low(), power.high());
    String mark =
        power.unmet() == 0
            ? ""
            : footnotes.mark(
                String.format(Locale.ROOT, "not reached in %.0f %% of runs", 100 * power.unmet()));
    return new Cell(String.format(Locale.ROOT, "%,d", power.median()), range, mark);
  }

  private Optional<String> refusal(PlanFile.Row row) {
    return found(row).isEmpty()
        ? Optional.of("the pilot has no cell " + row.label() + " of this model and verifier")
        : MatchedTrials.unusable(row.label(), trials(row), MatchedTrials.TARGET);
  }

  private Optional<PlanFile.Row> found(PlanFile.Row row) {
    return pilot.plan().cells().stream()
        .filter(other -> other.label().equals(row.label()))
        .filter(other -> other.model().equals(row.model()))
        .filter(other -> other.verifier().equals(row.verifier()))
        .filter(other -> Objects.equals(other.at(), row.at()))
        .findFirst();
  }

  private List<Trial> trials(PlanFile.Row row) {
    return found(row).map(pilot::trials).orElse(List.of());
  }

  private TrialNumbers numbers(PlanFile.Row row, Stopping.Goal goal) {
    return MatchedTrials.scores(trials(row), MatchedTrials.TARGET, goal == Stopping.Goal.SHARE);
  }
}
