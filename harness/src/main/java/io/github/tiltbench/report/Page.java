package io.github.tiltbench.report;

import io.github.tiltbench.report.page.Block;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.plot.Figures;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.report.table.Excerpts;
import io.github.tiltbench.report.table.SummaryTables;
import io.github.tiltbench.report.table.View;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The page, most wanted first: the answer, its table and samples; then all numbers and all figures;
 * then how they were made. A section without anything to show is one folded line with the reasons.
 */
final class Page {
  private static final String CURVES =
      "Bars and bands are the intervals of the table; a number that was refused has no point."
          + " A broken line across belongs to an algorithm that has no use for a larger budget.";

  private static final String JUDGED =
      "What judges say that guided nothing, in the same form. Where reward rises and these fall,"
          + " the reward was over-optimised.";

  private static final String TRAJECTORIES =
      "The mean reward by the target against that by a judge, from an algorithm's smallest budget"
          + " to its largest.";

  private static final String REWARDS =
      "How the rewards of samples spread, which means and medians do not say.";

  private static final String HEALTH =
      "How even the weights of populations are on the way from noise to data: where ESS / N is near"
          + " zero, few particles carry all.";

  private static final String SAMPLES =
      "Nothing is picked by its looks: the first trials of each prompt, at the largest budget. What"
          + " is shown in a row is sorted by its reward, highest first.";

  private static final String TEXTS =
      Excerpts.RULE
          + " What the prompt gave is marked. More samples, folded, are the first trials of each"
          + " prompt, those in a row sorted by their reward.";

  private final Findings findings;
  private final Figures figures;
  private final List<Block> blocks = new ArrayList<>();

  Page(Findings findings) {
    this.findings = findings;
    this.figures = new Figures(findings.results(), findings.components());
  }

  /** All of it, its figures still to be drawn. */
  List<Block> blocks() {
    Content content = new Content(findings);
    blocks.add(new Block.Text(content.question()));
    blocks.add(
        new Block.Section(
            "The answer",
            content.answer(contained("medians", () -> figures.medians(findings.tasks())))));
    samples();
    blocks.add(content.run(new Matrix(findings.results())));
    tables();
    drawn();
    blocks.addAll(content.gaps());
    blocks.add(content.methods());
    blocks.addAll(Origin.of(findings.results().folder()));
    return List.copyOf(blocks);
  }

  /** Blocks below a warning of faults of the program, if there are any. */
  static List<Block> told(List<String> faults, List<Block> blocks) {
    return faults.isEmpty()
        ? blocks
        : Stream.concat(
                Stream.of(
                    new Block.Warning(
                        "Internal faults of the program, each of which left a number or a figure"
                            + " out: "
                            + String.join("; ", faults)
                            + ".")),
                blocks.stream())
            .toList();
  }

  private void samples() {
    boolean texts = findings.excerpts().stream().anyMatch(e -> !e.excerpts().isEmpty());
    figures(
        "Samples",
        texts ? TEXTS : SAMPLES,
        t -> figures.samples(t, findings.excerpts().get(findings.tasks().indexOf(t))));
  }

  private void tables() {
    List<Table> rewards = all(SummaryTables::rewards);
    findings.views().published().ifPresent(v -> rewards.addAll(v.tables()));
    tables("Reward", rewards);
    tables(
        "Compared",
        findings.views().compared().stream().flatMap(v -> v.tables().stream()).toList());
    findings
        .ranks()
        .refusal()
        .filter(r -> findings.tasks().size() > 1)
        .ifPresent(
            r ->
                blocks.add(
                    new Block.Folded("No ranking over tasks", List.of(new Block.Text(r + ".")))));
    for (View view : findings.views().asked()) {
      tables("Table " + view.name(), view.tables());
    }
    findings.views().missing().forEach(m -> blocks.add(new Block.Warning(m)));
    tables("Distance from the known law", all(SummaryTables::law));
    tables("Other judges and populations", all(SummaryTables::others));
  }

  private List<Table> all(Function<SummaryTables, List<Table>> kind) {
    return new ArrayList<>(
        findings.summaries().stream().flatMap(s -> kind.apply(s).stream()).toList());
  }

  /** A section of tables; those of dashes alone are folded, and so is a section of nothing else. */
  private void tables(String title, List<Table> tables) {
    List<Block> body =
        tables.stream()
            .map(
                t ->
                    t.silent()
                        ? new Block.Folded(
                            t.caption() + ": no number", List.of(new Block.Tabular(t)))
                        : (Block) new Block.Tabular(t))
            .toList();
    section(title, body);
  }

  private void drawn() {
    figures("Reward against budget", CURVES, figures::curves);
    List<Block> growth =
        findings.fits().stream()
            .flatMap(f -> contained("growth", () -> figures.growth(f)).stream())
            .toList();
    section("Growth with the budget", growth);
    section(
        "Ranks within tasks",
        findings.views().standings().stream()
            .flatMap(
                s ->
                    contained("standings, " + s.task().name(), () -> figures.standings(s)).stream())
            .toList());
    figures("Held-out reward against budget", JUDGED, figures::judged);
    figures("Over-optimisation", TRAJECTORIES, figures::trajectories);
    figures("Rewards of samples", REWARDS, figures::rewards);
    figures("Populations along the chain", HEALTH, figures::health);
    section("Ranks over tasks", contained("ranks", () -> figures.ranks(findings.ranks())));
  }

  private void figures(String title, String about, Function<Task, List<Block>> of) {
    List<Block> body =
        findings.tasks().stream()
            .flatMap(t -> contained(title + ", " + t.name(), () -> of.apply(t)).stream())
            .toList();
    boolean silent = body.stream().allMatch(Page::silent);
    section(
        title,
        silent ? body : Stream.concat(Stream.of(new Block.Text(about)), body.stream()).toList());
  }

  private List<Block> contained(String what, Supplier<List<Block>> figures) {
    return findings
        .faults()
        .contained(
            "figures, " + what,
            figures,
            reason -> List.of(new Block.Text("No figure of " + what + ": " + reason + ".")));
  }

  private void section(String title, List<Block> body) {
    if (body.isEmpty()) {
      return;
    }
    blocks.add(
        body.stream().allMatch(Page::silent)
            ? new Block.Folded(title + ": nothing to show", body)
            : new Block.Section(title, body));
  }

  /** Whether a block says no more than that something is not there. */
  private static boolean silent(Block block) {
    return block instanceof Block.Text
        || (block instanceof Block.Folded f
            && f.body().stream().allMatch(b -> b instanceof Block.Tabular t && t.table().silent()));
  }
}
