package io.github.tiltbench.report.folder;

import io.github.tiltbench.config.OwnFiles;
import io.github.tiltbench.report.page.Block;
import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.HtmlPage;
import io.github.tiltbench.report.page.HtmlTable;
import io.github.tiltbench.report.page.Latex;
import io.github.tiltbench.report.page.Markdown;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.page.Terminal;
import io.github.tiltbench.report.page.Written;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.result.CellDefinition;
import io.github.tiltbench.result.StoreException;
import io.github.tiltbench.stats.Estimate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Several result folders on one page; the folders themselves are only read. */
public final class SideBySide {
  private static final int BRIEF = 12;
  private static final String NAME = "comparison";
  private static final String PAGE = ".html";
  private static final String FIRST = "The folders";
  private static final String MARK =
      "Made by tiltbench report from several result folders, which it left as they are.";

  /** What tells a file of ours from somebody else's of that name. */
  private static final Map<String, String> MARKS =
      Map.of(
          PAGE,
          HtmlTable.escape(MARK),
          ".csv",
          Meeting.header(),
          ".md",
          "**" + FIRST + "**",
          ".tex",
          "\\caption{" + FIRST + "}");

  private final List<Folder> folders;
  private final List<Meeting> meetings;

  private SideBySide(List<Folder> folders, Faults faults) {
    this.folders = folders;
    this.meetings = Meeting.of(folders, faults);
  }

  /**
   * Writes {@code comparison.html}, {@code .csv}, {@code .md} and {@code .tex}.
   *
   * @param paths two result folders or more; the first is what others are compared with
   * @param out a folder, or the name of the page if it ends in {@code .html}
   * @throws StoreException if a folder is none, or the page would take the place of something else
   * @throws IllegalArgumentException if a folder is named twice
   */
  public static Written write(List<Path> paths, Path out) {
    boolean named = out.toString().toLowerCase(Locale.ROOT).endsWith(PAGE);
    Path page = named ? out : out.resolve(NAME + PAGE);
    String file = page.getFileName().toString();
    String stem = file.substring(0, file.length() - PAGE.length());
    Path directory = page.toAbsolutePath().getParent();
    Faults faults = new Faults();
    SideBySide all = new SideBySide(Folder.read(paths, faults), faults);
    try {
      checkFree(page, stem);
      Files.createDirectories(directory);
      OwnFiles.write(page, all.page());
      OwnFiles.write(page.resolveSibling(stem + ".csv"), all.csv());
      OwnFiles.write(page.resolveSibling(stem + ".md"), all.rendered(Markdown::render));
      OwnFiles.write(page.resolveSibling(stem + ".tex"), all.rendered(Latex::render));
      return new Written(page, all.terminal(), faults.found());
    } catch (IOException e) {
      throw new StoreException(page, "the comparison cannot be written: " + e.getMessage());
    }
  }

  /** Refuses to write over what no comparison wrote, and into a result folder. */
  private static void checkFree(Path page, String stem) throws IOException {
    if (Files.exists(page.resolveSibling("plan.json"))) {
      throw new StoreException(
          page, "lies in a result folder, which stays as it is; name another place with --out");
    }
    for (Map.Entry<String, String> mark : MARKS.entrySet()) {
      Path file = page.resolveSibling(stem + mark.getKey());
      if (Files.exists(file) && !Files.readString(file).contains(mark.getValue())) {
        throw new StoreException(
            file, "is there and was not made by a comparison; name another place with --out");
      }
    }
  }

  private List<Table> tables() {
    return Stream.concat(
            Stream.of(origins(), definitions()),
            meetings.stream().flatMap(m -> m.tables().stream()))
        .toList();
  }

  private String page() {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Text(MARK));
    blocks.add(new Block.Text(answer()));
    blocks.add(
        new Block.Section(
            "What is compared",
            List.of(new Block.Tabular(origins()), new Block.Tabular(definitions()))));
    for (Meeting meeting : meetings) {
      List<Block> body = meeting.tables().stream().map(t -> (Block) new Block.Tabular(t)).toList();
      blocks.add(new Block.Section(meeting.title(), body));
    }
    List<String> alone = alone();
    if (!alone.isEmpty()) {
      blocks.add(new Block.Section("Not compared", List.of(new Block.Bullets(alone))));
    }
    return HtmlPage.render(title(), blocks);
  }

  private String title() {
    return "Comparison of " + folders.stream().map(Folder::label).collect(Collectors.joining(", "));
  }

  private String csv() {
    return Meeting.header() + meetings.stream().map(Meeting::csv).collect(Collectors.joining());
  }

  private String rendered(Function<Table, String> form) {
    return tables().stream().map(form).collect(Collectors.joining("\n"));
  }

  private String terminal() {
    StringBuilder out = new StringBuilder();
    tables().forEach(t -> out.append(Terminal.render(t, Terminal.columns())).append('\n'));
    Stream.concat(Stream.of(answer()), alone().stream())
        .flatMap(s -> Terminal.wrap(s, Terminal.columns()).stream())
        .forEach(l -> out.append(l).append('\n'));
    return out.toString();
  }

  /** Which cells several folders have, and what came of comparing them. */
  private String answer() {
    List<Relation> relations = meetings.stream().flatMap(m -> m.relations().stream()).toList();
    if (relations.isEmpty()) {
      return "No cell occurs in two of these folders: nothing is compared.";
    }
    List<Relation> again = relations.stream().filter(r -> r.same().isPresent()).toList();
    int shared = again.stream().mapToInt(Relation::shared).sum();
    int same = again.stream().mapToInt(r -> r.same().getAsInt()).sum();
    List<Relation> differ =
        relations.stream().filter(r -> r.difference() instanceof Estimate.Interval).toList();
    long apart =
        differ.stream()
            .map(r -> (Estimate.Interval) r.difference())
            .filter(i -> i.low() > 0 || i.high() < 0)
            .count();
    StringBuilder answer = new StringBuilder();
    answer.append(count(relations.size(), "pair")).append(" of cells side by side. ");
    if (!again.isEmpty()) {
      answer
          .append(count(again.size(), "pair"))
          .append(again.size() == 1 ? " is" : " are")
          .append(" the same cell: ")
          .append(same)
          .append(" of ")
          .append(count(shared, "shared trial"))
          .append(same == 1 ? " agrees to the byte. " : " agree to the byte. ");
    }
    if (!differ.isEmpty()) {
      answer
          .append("Of ")
          .append(count(differ.size(), "difference"))
          .append(", ")
          .append(apart)
          .append(apart == 1 ? " has" : " have")
          .append(" an interval without zero; by chance alone, one of 20 would. ");
    }
    return answer.toString().strip();
  }

  private static String count(int n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  /** What nothing is compared with, and why. */
  private List<String> alone() {
    List<String> alone = new ArrayList<>();
    for (int f = 0; f < folders.size(); f++) {
      Folder folder = folders.get(f);
      int index = f;
      Set<String> places = new LinkedHashSet<>();
      folder
          .definitions()
          .forEach(
              (cell, d) -> {
                boolean met =
                    meetings.stream()
                        .flatMap(m -> m.lines().stream())
                        .flatMap(l -> l.entries().stream())
                        .anyMatch(e -> e.folder() == index && e.cell().equals(cell));
                if (!met) {
                  places.add(cell.verifier() + " on " + cell.model());
                }
              });
      places.forEach(
          p -> alone.add(p + " is in " + folder.label() + " only, by what defines the two."));
      long unknown = folder.unknown().count();
      if (unknown > 0) {
        alone.add(count((int) unknown, "cell") + " of " + folder.label() + " without a trial.");
      }
    }
    return alone;
  }

  /** Where the numbers come from, a column a folder. */
  private Table origins() {
    Map<String, Function<Folder, String>> facts = new LinkedHashMap<>();
    facts.put("study", f -> f.results().plan().study());
    facts.put("seed", f -> Long.toString(f.results().plan().seed()));
    facts.put("prompts", f -> Integer.toString(f.results().plan().prompts().size()));
    facts.put("repetitions", f -> Integer.toString(f.results().plan().repetitions()));
    facts.put("samples a trial", f -> Integer.toString(f.results().plan().count()));
    facts.put("cells", f -> Integer.toString(f.results().plan().cells().size()));
    facts.put("finished trials", Folder::finished);
    List<Column> columns = new ArrayList<>(List.of(Column.key("", false)));
    folders.forEach(f -> columns.add(new Column(f.label(), false, 0)));
    List<Table.Row> body = new ArrayList<>();
    facts.forEach((name, fact) -> body.add(new Table.Row(cells(name, fact), false)));
    List<String> notes =
        folders.stream().map(f -> f.label() + ": " + f.results().folder()).toList();
    return new Table(FIRST, columns, body, notes);
  }

  private List<Cell> cells(String name, Function<Folder, String> fact) {
    return Stream.concat(Stream.of(name), folders.stream().map(fact)).map(Cell::of).toList();
  }

  /** What is called alike in several folders, and whether it is the same. */
  private Table definitions() {
    List<Map<String, CellDefinition>> parts = folders.stream().map(Folder::parts).toList();
    Set<String> names = new LinkedHashSet<>();
    for (String kind : List.of("model ", "verifier ", "algorithm ")) {
      parts.forEach(p -> p.keySet().stream().filter(n -> n.startsWith(kind)).forEach(names::add));
    }
    Footnotes footnotes = new Footnotes();
    List<Column> columns = new ArrayList<>(List.of(Column.key("definition", false)));
    folders.forEach(f -> columns.add(new Column(f.label(), false, 0)));
    columns.add(new Column("equal", false, 0));
    List<Table.Row> body = new ArrayList<>();
    for (String name : names) {
      List<CellDefinition> known =
          parts.stream().filter(p -> p.containsKey(name)).map(p -> p.get(name)).toList();
      List<Cell> cells = new ArrayList<>(List.of(Cell.of(name)));
      IntStream.range(0, folders.size())
          .mapToObj(f -> Optional.ofNullable(parts.get(f).get(name)))
          .map(d -> d.map(x -> x.digest().substring(0, BRIEF)).orElse(""))
          .map(Cell::of)
          .forEach(cells::add);
      cells.add(equal(name, known, footnotes));
      body.add(new Table.Row(cells, false));
    }
    List<String> notes = new ArrayList<>(footnotes.lines());
    notes.add(
        "The first digits of a digest of all that enters the key of a cell; files count by their"
            + " content.");
    return new Table("Definitions", columns, body, notes);
  }

  private static Cell equal(String name, List<CellDefinition> known, Footnotes footnotes) {
    if (known.size() == 1) {
      return Cell.of("");
    }
    Optional<List<String>> differences =
        known.stream()
            .skip(1)
            .map(d -> d.differences(known.get(0)))
            .filter(d -> !d.isEmpty())
            .findFirst();
    return differences
        .map(d -> new Cell("no", "", footnotes.mark(name + ": " + Relation.named(d))))
        .orElse(Cell.of("yes"));
  }
}
