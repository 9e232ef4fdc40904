package io.github.tiltbench.report;

import io.github.tiltbench.metric.sample.Notes;
import io.github.tiltbench.report.page.Block;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.table.BudgetTable;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the report page says, from the question to how to run it again. */
final class Content {
  private static final int LISTED = 20;
  private static final String GAPS = "Skips and failures";

  private final Findings findings;
  private final PlanFile plan;

  Content(Findings findings) {
    this.findings = findings;
    this.plan = findings.results().plan();
  }

  /** What was asked. */
  String question() {
    List<String> algorithms =
        findings.tasks().stream().flatMap(c -> c.algorithms().stream()).distinct().toList();
    String prompts = plan.prompts().size() == 1 ? "" : plan.prompts().size() + " prompts, ";
    return (algorithms.size() == 1
            ? "What reward does " + algorithms.get(0) + " find? "
            : "Which of "
                + String.join(", ", algorithms)
                + " finds the higher reward at the same budget? ")
        + prompts
        + plan.until().map(rule -> rule.atLeast() + " to ").orElse("")
        + plan.repetitions()
        + (plan.repetitions() == 1 ? " trial" : " trials")
        + (plan.prompts().size() == 1 ? "" : " each")
        + ", "
        + plan.count()
        + (plan.count() == 1 ? " sample" : " samples")
        + " a trial, seed "
        + plan.seed()
        + ". The study file stands at the end.";
  }

  /** What was run. */
  Block run(Matrix matrix) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        gaps().isEmpty()
            ? new Block.Text(matrix.sentence())
            : new Block.Jump(matrix.sentence() + " Each by name:", GAPS));
    if (plan.until().isPresent()) {
      blocks.add(new Block.Text(findings.gaps().rule()));
    }
    blocks.add(new Block.Tabular(matrix.table()));
    return new Block.Section("What was run", blocks);
  }

  /** The answers with what qualifies them, the medians as a chart, and as tables by budget. */
  List<Block> answer(List<Block> chart) {
    List<Block> blocks = new ArrayList<>();
    findings.answers().forEach(a -> blocks.add(new Block.Text(a.outcome())));
    blocks.addAll(chart);
    findings.answers().stream()
        .map(Answer::ratios)
        .filter(r -> !r.isEmpty())
        .forEach(r -> blocks.add(new Block.Text(r)));
    Stream.concat(
            findings.answers().stream().flatMap(a -> a.caveats().stream()),
            Stream.of(findings.gaps().warning()).filter(w -> !w.isEmpty()))
        .forEach(c -> blocks.add(new Block.Warning(c)));
    blocks.addAll(
        byBudget(
            findings.tasks().stream()
                .flatMap(t -> BudgetTable.of(t, findings.remark()).stream())
                .toList()));
    return blocks;
  }

  /** Tables of which the first is in sight and the others open when asked for: samples follow. */
  static List<Block> byBudget(List<Table> tables) {
    return IntStream.range(0, tables.size())
        .mapToObj(
            i -> {
              Block table = new Block.Tabular(tables.get(i));
              return i == 0 ? table : new Block.Folded(tables.get(i).caption(), List.of(table));
            })
        .toList();
  }

  /** Skips, failures and damages; empty if there are none. */
  List<Block> gaps() {
    List<Block> blocks = new ArrayList<>();
    list(blocks, "Left out by the plan:", findings.gaps().skips());
    list(
        blocks,
        "Trials that failed, to be tried again by the next run:",
        findings.gaps().failures());
    list(blocks, "Stored lines that are not as they were written:", findings.gaps().damages());
    return blocks.isEmpty() ? List.of() : List.of(new Block.Section(GAPS, blocks));
  }

  private static void list(List<Block> blocks, String head, List<String> items) {
    if (items.isEmpty()) {
      return;
    }
    blocks.add(new Block.Text(head));
    List<String> listed = new ArrayList<>(items.subList(0, Math.min(LISTED, items.size())));
    if (items.size() > LISTED) {
      listed.add("and " + (items.size() - LISTED) + " more");
    }
    blocks.add(new Block.Bullets(listed));
  }

  /** How the numbers were made. */
  Block methods() {
    Set<String> methods = new LinkedHashSet<>();
    for (SummaryRow row : findings.rows()) {
      if (row.estimate() instanceof Estimate.Interval i && row.prompt().equals(SummaryRow.ALL)) {
        methods.add(Notes.method(i.method()));
      }
    }
    List<String> items = new ArrayList<>();
    items.add(
        "The unit of replication is the trial, one prompt and one repetition. Samples of one"
            + " population share ancestors and are never counted as independent.");
    items.add(
        plan.until().isPresent()
            ? "Every prompt counts alike. A rule decided at looks how many rounds a cell has, a round"
                + " being one repetition of every prompt. Intervals hold at all rounds at once, so"
                + " that looking costs no coverage; they speak about new rounds on these prompts."
                + " Those of quantiles, shares and win rates are exact, those of means are for many"
                + " rounds. What has only an interval for a fixed number of trials is refused."
            : "Every prompt counts alike. Under 20 prompts, intervals speak about new trials on these"
                + " prompts; from 20, about new prompts of the same kind.");
    items.add(
        "Median and top 10 % are the quantiles 0.5 and 0.9 of the reward by the Harrell-Davis"
            + " estimator, weighted where samples are.");
    items.add(
        "Intervals have a nominal coverage of 95 %, each by itself; "
            + (methods.isEmpty() ? "none could be made" : "made by " + String.join("; ", methods))
            + ". Bootstraps use 9999 resamples from fixed keys.");
    items.add(
        "A number that its data cannot carry is a dash with the reason. Algorithms share their"
            + " noise trial by trial; these intervals do not use that, so differences are known"
            + " better than the intervals show. Where differences have a table, it does use it.");
    items.add(
        "Costs are metered. NFE counts denoised particles, ROWS network rows, BACKWARD gradients,"
            + " REWARD scored states; all of them and the wall time are means a returned sample.");
    return new Block.Section("Methods", List.of(new Block.Bullets(items)));
  }
}
