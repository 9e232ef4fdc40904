package io.github.tiltbench.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tiltbench.report.page.Block;
import io.github.tiltbench.report.page.HtmlPage;
import io.github.tiltbench.report.page.Latex;
import io.github.tiltbench.report.page.Markdown;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Terminal;
import io.github.tiltbench.report.page.Written;
import io.github.tiltbench.report.plot.Figures;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.summary.Summary;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.report.table.Contrasts;
import io.github.tiltbench.report.table.Gradients;
import io.github.tiltbench.report.table.Ranks;
import io.github.tiltbench.report.table.ScalingFits;
import io.github.tiltbench.report.table.SummaryTables;
import io.github.tiltbench.report.table.View;
import io.github.tiltbench.report.table.Views;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes everything that is derived from a result folder, and puts it there. */
public final class Report {
  private static final int TERMINAL = 100;

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

  private final Path folder;
  private final Results results;
  private final Faults faults = new Faults();
  private final StudyComponents parts;
  private final List<SummaryRow> rows;
  private final List<Task> contests;
  private final List<List<Table>> summaries;
  private final List<String> answers;
  private final List<ScalingFits> fits;
  private final Ranks ranks;
  private final Incompleteness gaps;
  private final Views views;

  private Report(Results results) {
    this.folder = results.folder();
    this.results = results;
    this.parts = new StudyComponents(results);
    this.rows = Summary.of(results, parts, faults);
    this.contests = Task.of(results.plan(), rows);
    this.gaps = new Incompleteness(results);
    List<MatchedTrials> matched =
        contests.stream().map(c -> new MatchedTrials(results, c, parts, faults)).toList();
    this.fits = matched.stream().flatMap(m -> ScalingFits.of(m).stream()).toList();
    this.ranks = Ranks.of(contests);
    List<Contrasts> contrasts = matched.stream().map(Contrasts::of).toList();
    this.summaries = contests.stream().map(c -> SummaryTables.of(c, gaps::of)).toList();
    this.answers =
        IntStream.range(0, contests.size())
            .mapToObj(i -> answer(contests.get(i), contrasts.get(i)))
            .toList();
    List<View> compared =
        Stream.of(Contrasts.view(contrasts), ScalingFits.view(fits), ranks.view())
            .flatMap(Optional::stream)
            .toList();
    this.views = Views.of(results.plan(), contests, compared, gaps::of);
  }

  private String answer(Task task, Contrasts contrasts) {
    return Stream.of(
            Answer.of(task),
            Gradients.note(task, task.largest()).orElse(""),
            contrasts.answer(),
            gaps.answer(task))
        .filter(s -> !s.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /**
   * Writes {@code tables/}, {@code figures/} and {@code report.html} anew.
   *
   * @throws StoreException if the folder cannot be read or written
   */
  public static Written write(Path folder) {
    return write(Results.read(folder));
  }

  static Written write(Results results) {
    Report report = new Report(results);
    try {
      report.writeTables();
      Path page = report.writePage();
      return new Written(page, report.terminal(), report.faults.found());
    } catch (IOException e) {
      throw new StoreException(results.folder(), "the report cannot be written: " + e.getMessage());
    }
  }

  private void writeTables() throws IOException {
    Path tables = Files.createDirectories(folder.resolve("tables"));
    for (String name : Views.names()) {
      for (String form : List.of("csv", "md", "tex", "html")) {
        Files.deleteIfExists(tables.resolve(name + "." + form));
      }
    }
    List<Table> all = summaries.stream().flatMap(List::stream).toList();
    write(tables, new View("summary", all, Summary.csv(results.plan(), rows)));
    for (View view : views.all()) {
      write(tables, view);
    }
  }

  private void write(Path tables, View view) throws IOException {
    Files.writeString(tables.resolve(view.name() + ".csv"), view.csv());
    Files.writeString(
        tables.resolve(view.name() + ".md"),
        view.tables().stream().map(Markdown::render).collect(Collectors.joining("\n")));
    Files.writeString(
        tables.resolve(view.name() + ".tex"),
        view.tables().stream().map(Latex::render).collect(Collectors.joining("\n")));
    Files.writeString(
        tables.resolve(view.name() + ".html"),
        HtmlPage.render(results.plan().study(), tabular(view)));
  }

  private static List<Block> tabular(View view) {
    return view.tables().stream().map(t -> (Block) new Block.Tabular(t)).toList();
  }

  private Path writePage() throws IOException {
    Content content = new Content(results.plan(), rows, contests, answers, gaps);
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Section("The question", List.of(new Block.Text(content.question()))));
    blocks.add(content.run(new Matrix(results)));
    blocks.add(new Block.Section("The answer", content.answer()));
    blocks.addAll(tables());
    blocks.addAll(drawn());
    blocks.addAll(content.gaps());
    blocks.add(content.methods());
    blocks.addAll(content.origin(provenance(), read("study.yaml")));
    Path page = folder.resolve("report.html");
    Files.writeString(page, HtmlPage.render(results.plan().study(), blocks));
    return page;
  }

  private List<Block> tables() {
    List<Block> first = new ArrayList<>();
    List<Block> more = new ArrayList<>();
    for (List<Table> tables : summaries) {
      tables.stream().limit(1).map(Block.Tabular::new).forEach(first::add);
      tables.stream().skip(1).map(Block.Tabular::new).forEach(more::add);
    }
    views.published().ifPresent(v -> first.addAll(tabular(v)));
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Section("Reward", first));
    List<Block> compared = new ArrayList<>();
    views.compared().forEach(v -> compared.addAll(tabular(v)));
    if (!compared.isEmpty()) {
      ranks
          .refusal()
          .ifPresent(r -> compared.add(new Block.Text("No ranking over tasks: " + r + ".")));
      blocks.add(new Block.Section("Compared", compared));
    }
    views.asked().forEach(v -> blocks.add(new Block.Section("Table " + v.name(), tabular(v))));
    views.missing().forEach(m -> blocks.add(new Block.Warning(m)));
    if (!more.isEmpty()) {
      blocks.add(new Block.Section("Other judges and populations", more));
    }
    return blocks;
  }

  /** The figures; where this machine cannot draw, the reason, and the tables stand all the same. */
  private List<Block> drawn() throws IOException {
    Figures figures = new Figures(results, parts, faults);
    List<Block> blocks = new ArrayList<>();
    try {
      section(blocks, "Reward against budget", CURVES, figures::curves);
      List<Block> growth = fits.stream().flatMap(f -> figures.growth(f).stream()).toList();
      if (!growth.isEmpty()) {
        blocks.add(new Block.Section("Growth with the budget", growth));
      }
      section(blocks, "Held-out reward against budget", JUDGED, figures::judged);
      section(blocks, "Over-optimisation", TRAJECTORIES, figures::trajectories);
      section(blocks, "Rewards of samples", REWARDS, figures::rewards);
      section(blocks, "Populations along the chain", HEALTH, figures::health);
      List<Block> ranked = figures.ranks(ranks);
      if (!ranked.isEmpty()) {
        blocks.add(new Block.Section("Ranks over tasks", ranked));
      }
      section(blocks, "Samples", SAMPLES, figures::samples);
    } catch (RuntimeException | LinkageError | InternalError e) {
      blocks.add(new Block.Warning("Not all figures could be drawn: " + e.getMessage()));
    }
    Path directory = Files.createDirectories(folder.resolve("figures"));
    try (Stream<Path> old = Files.list(directory)) {
      for (Path file : old.filter(Report::ours).toList()) {
        Files.delete(file);
      }
    }
    for (Map.Entry<String, byte[]> figure : figures.files().entrySet()) {
      Files.write(directory.resolve(figure.getKey()), figure.getValue());
    }
    if (!faults.found().isEmpty()) {
      blocks.add(
          0,
          new Block.Warning(
              "Internal faults of the program, each of which left a number"
                  + " or a figure out: "
                  + String.join("; ", faults.found())
                  + "."));
    }
    return blocks;
  }

  private void section(
      List<Block> blocks, String title, String about, Function<Task, List<Block>> figures) {
    List<Block> body = new ArrayList<>(List.of(new Block.Text(about)));
    for (Task task : contests) {
      body.addAll(
          faults.contained(
              "figures, " + title + ", " + task.name(),
              () -> figures.apply(task),
              reason -> List.of(new Block.Text("No figure of " + task.name() + ": " + reason))));
    }
    if (body.size() > 1) {
      blocks.add(new Block.Section(title, body));
    }
  }

  private static boolean ours(Path file) {
    return file.getFileName()
        .toString()
        .matches(
            "((curves|densities|growth|health|rewards|samples|trajectory)-.*|ranking)\\.(png|svg)");
  }

  private String read(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /** Names and values of each line of the provenance; a line cut short is left out. */
  private List<List<Block.Fact>> provenance() throws IOException {
    return read("provenance.jsonl").lines().map(Report::facts).filter(f -> !f.isEmpty()).toList();
  }

  private static List<Block.Fact> facts(String line) {
    try {
      return JsonParser.parseString(line).getAsJsonObject().entrySet().stream()
          .filter(e -> !e.getValue().isJsonNull())
          .map(e -> new Block.Fact(e.getKey(), text(e.getValue())))
          .toList();
    } catch (JsonParseException | IllegalStateException e) {
      return List.of();
    }
  }

  private static String text(JsonElement value) {
    if (value.isJsonObject()) {
      return value.getAsJsonObject().entrySet().stream()
          .map(e -> e.getKey() + " " + text(e.getValue()))
          .collect(Collectors.joining(", "));
    }
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }

  private String terminal() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < contests.size(); i++) {
      summaries.get(i).stream()
          .limit(1)
          .forEach(t -> out.append(Terminal.render(t, TERMINAL)).append('\n'));
      Terminal.wrap(answers.get(i), TERMINAL).forEach(l -> out.append(l).append('\n'));
      out.append('\n');
    }
    Stream.concat(views.published().stream(), views.asked().stream())
        .flatMap(v -> v.tables().stream())
        .forEach(t -> out.append(Terminal.render(t, TERMINAL)).append('\n'));
    for (String missing : views.missing()) {
      Terminal.wrap(missing, TERMINAL).forEach(l -> out.append(l).append('\n'));
    }
    if (!gaps.warning().isEmpty()) {
      Terminal.wrap(gaps.warning(), TERMINAL).forEach(l -> out.append(l).append('\n'));
    }
    return out.toString();
  }
}
