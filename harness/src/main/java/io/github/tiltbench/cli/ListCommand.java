package io.github.tiltbench.cli;

import io.github.tiltbench.config.Catalogue;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.report.page.Terminal;
import io.github.tiltbench.study.Catalogues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench list}. */
@Command(
    name = "list",
    description = "List what a study can name, with the parameters and defaults of each.",
    footer = {
      "",
      "All algorithms:        tiltbench list algorithms",
      "What svdd takes:       tiltbench list svdd",
      "With your own names:   tiltbench list --with my.jar"
    })
final class ListCommand implements Callable<Integer> {
  /**
   * One name.
   *
   * @param name what a study calls it
   * @param parameters with their defaults
   * @param choices of parameters that have a fixed number of values
   * @param missing on this machine, and the command that brings it; empty if nothing is
   */
  private record Line(
      String family,
      String name,
      String meaning,
      List<String> parameters,
      Map<String, List<String>> choices,
      String missing) {
    /** A name that takes nothing. */
    Line(String family, String name, String meaning) {
      this(family, name, meaning, List.of(), Map.of(), "");
    }

    /** Whether a filter is about it. */
    boolean matches(String filter) {
      return (family + " " + name + " " + meaning).toLowerCase(Locale.ROOT).contains(filter);
    }
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "FILTER",
      defaultValue = "",
      description =
          "Only what has this text in its family, name or meaning; of a whole name also what each"
              + " key can be.")
  String filter;

  @Option(names = "--json", description = "As a JSON array, for other programs.")
  boolean json;

  @Override
  public Integer call() {
    Catalogues catalogues = Catalogues.load();
    List<Line> all = lines(catalogues);
    String wanted = filter.toLowerCase(Locale.ROOT);
    List<Line> exact = all.stream().filter(l -> l.name().equals(wanted)).toList();
    List<Line> lines =
        exact.isEmpty() ? all.stream().filter(l -> l.matches(wanted)).toList() : exact;
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing is called '"
              + filter
              + "'"
              + Nearest.hint(filter, all.stream().map(Line::name).distinct().toList()));
    }
    if (json) {
      System.out.println(Json.canonical(lines));
    } else {
      lines.stream()
          .collect(Collectors.groupingBy(Line::family, LinkedHashMap::new, Collectors.toList()))
          .forEach((family, named) -> print(family, named, !exact.isEmpty()));
      catalogues.families().stream()
          .flatMap(family -> family.kinds().stream())
          .filter(entry -> entry.name().equals(wanted))
          .forEach(entry -> entry.brings().forEach(ListCommand::printBrought));
    }
    return Main.DONE;
  }

  private static List<Line> lines(Catalogues catalogues) {
    List<Line> lines = new ArrayList<>();
    for (Catalogue<?> family : catalogues.families()) {
      for (CatalogueEntry<?> entry : family.kinds()) {
        lines.add(line(plural(family), entry));
      }
    }
    catalogues.metrics().forEach(m -> lines.add(new Line("metrics", m.name(), m.meaning())));
    catalogues.layouts().forEach(l -> lines.add(new Line("layouts", l.name(), l.meaning())));
    return lines;
  }

  private static Line line(String family, CatalogueEntry<?> entry) {
    Map<String, List<String>> choices = new LinkedHashMap<>();
    for (String key : entry.keys()) {
      if (!entry.choices(key).isEmpty()) {
        choices.put(key, entry.choices(key));
      }
    }
    return new Line(
        family,
        entry.name(),
        entry.meaning(),
        Defaults.of(entry),
        choices,
        entry.lack().get().orElse(""));
  }

  private static String plural(Catalogue<?> family) {
    return family.family() + (family.family().endsWith("s") ? "es" : "s");
  }

  /** What a file is that a user brings; a command to copy is never broken into lines. */
  private static void printBrought(String key, String what) {
    System.out.println(key + ": " + what);
  }

  private static void print(String family, List<Line> lines, boolean whole) {
    System.out.println(family);
    int width = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0) + 4;
    String indent = " ".repeat(width);
    for (Line line : lines) {
      String meaning = Columns.wrap(line.meaning(), Terminal.columns() - width, indent);
      String first = String.format(Locale.ROOT, "  %-" + (width - 2) + "s%s", line.name(), meaning);
      System.out.println(first.stripTrailing());
      if (!line.parameters().isEmpty()) {
        String keys = String.join(", ", line.parameters());
        print(keys, indent);
      }
      if (!line.missing().isEmpty()) {
        print("not here: it " + line.missing(), indent);
      }
      if (whole) {
        line.choices().forEach((key, all) -> print(key + ": " + String.join(", ", all), indent));
      }
    }
    System.out.println();
  }

  private static void print(String text, String indent) {
    int width = Terminal.columns() - indent.length();
    System.out.println(indent + Columns.wrap(text, width, indent));
  }
}
