package io.github.tiltbench.report;

import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What was run: models, verifiers and algorithms by budget, with the trials of each. */
record Matrix(Results results) {
  private record Line(String model, String verifier, String algorithm) {
    static Line of(PlanFile.Row c) {
      return new Line(c.model(), c.verifier(), c.label());
    }

    static Line of(PlanFile.Skipped s) {
      return new Line(s.model(), s.verifier(), s.algorithm());
    }
  }

  /** All of it in one sentence or two. */
  String sentence() {
    PlanFile plan = results.plan();
    int planned = plan.cells().stream().mapToInt(c -> results.asked(c).size()).sum();
    int missing = plan.cells().stream().mapToInt(results::missing).sum();
    return count(plan.cells().stream().map(PlanFile.Row::model).distinct().count(), "model")
        + ", "
        + count(plan.cells().stream().map(PlanFile.Row::verifier).distinct().count(), "verifier")
        + ", "
        + count(plan.cells().stream().map(PlanFile.Row::label).distinct().count(), "algorithm")
        + ", "
        + count(budgets().stream().filter(Objects::nonNull).count(), "budget")
        + ": "
        + count(plan.cells().size(), "cell")
        + " of the plan, "
        + (planned - missing)
        + " of "
        + count(planned, "trial")
        + " finished, "
        + results.failures().size()
        + " failed; "
        + count(plan.skips().size(), "combination")
        + " left out.";
  }

  private static String count(long n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  /** Budgets that cells were run at, ascending; null, first, for having no use for one. */
  private List<Long> budgets() {
    List<Long> budgets = new ArrayList<>();
    if (results.plan().cells().stream().anyMatch(c -> c.at() == null)) {
      budgets.add(null);
    }
    results.plan().cells().stream()
        .map(PlanFile.Row::at)
        .filter(Objects::nonNull)
        .distinct()
        .sorted()
        .forEach(budgets::add);
    return budgets;
  }

  Table table() {
    PlanFile plan = results.plan();
    List<Long> budgets = budgets();
    List<Column> columns =
        new ArrayList<>(
            List.of(
                Column.key("algorithm", false),
                Column.key("model", false),
                Column.key("verifier", false)));
    budgets.forEach(
        b -> columns.add(new Column(b == null ? "any budget" : Numbers.amount(b), true, 0)));
    Set<Line> lines = new LinkedHashSet<>();
    plan.cells().forEach(c -> lines.add(Line.of(c)));
    plan.skips().stream().map(Line::of).filter(this::meets).forEach(lines::add);
    Footnotes footnotes = new Footnotes();
    List<Table.Row> rows = new ArrayList<>();
    Line before = null;
    for (Line line : lines) {
      List<Cell> cells =
          new ArrayList<>(
              List.of(Cell.of(line.algorithm()), Cell.of(line.model()), Cell.of(line.verifier())));
      budgets.forEach(b -> cells.add(cell(line, b, footnotes)));
      boolean opens =
          before != null
              && !(before.model().equals(line.model())
                  && before.verifier().equals(line.verifier()));
      rows.add(new Table.Row(cells, opens));
      before = line;
    }
    List<String> notes = new ArrayList<>(footnotes.lines());
    notes.add(
        "Finished trials at each budget, in "
            + plan.unit()
            + "/"
            + plan.per()
            + "; \"any budget\" is for algorithms that a larger one leaves as they are.");
    return new Table("Finished trials of each cell", columns, rows, notes);
  }

  /** Whether any algorithm runs where this one does not. */
  private boolean meets(Line line) {
    return results.plan().cells().stream()
        .anyMatch(c -> c.model().equals(line.model()) && c.verifier().equals(line.verifier()));
  }

  private Cell cell(Line line, Long budget, Footnotes footnotes) {
    PlanFile plan = results.plan();
    Optional<PlanFile.Row> cell =
        plan.cells().stream()
            .filter(c -> Line.of(c).equals(line) && Objects.equals(c.at(), budget))
            .findFirst();
    if (cell.isEmpty()) {
      return plan.skips().stream()
          .filter(s -> Line.of(s).equals(line))
          .filter(s -> s.at() == null || s.at().equals(budget))
          .findFirst()
          .map(s -> new Cell("-", "", footnotes.mark(s.reason())))
          .orElse(Cell.of(""));
    }
    int planned = results.asked(cell.get()).size();
    int missing = results.missing(cell.get());
    long failed =
        results.failures().stream().filter(f -> f.id().cell().equals(cell.get().brief())).count();
    return missing == 0
        ? Cell.of(Integer.toString(planned))
        : new Cell(
            planned - missing + " of " + planned,
            "",
            footnotes.mark(
                "incomplete" + (failed == 0 ? "" : "; failures have a section of their own")));
  }
}
