package io.github.tiltbench.report.folder;

import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.Summary;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.result.CellDefinition;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.stats.Estimate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One of several result folders that are set side by side.
 *
 * @param label short and unlike that of the others
 * @param rows scores by the target over all prompts
 * @param definitions of the cells that have one, in plan order
 */
record Folder(
    String label,
    Results results,
    List<SummaryRow> rows,
    Map<PlanFile.Row, CellDefinition> definitions) {
  /**
   * Reads folders.
   *
   * @param faults where what goes wrong in one of their numbers is kept
   * @throws IllegalArgumentException if one is named twice
   * @throws io.github.tiltbench.result.StoreException if one is none or cannot be read
   */
  static List<Folder> read(List<Path> paths, Faults faults) {
    List<Results> all = paths.stream().map(Results::read).toList();
    List<Path> places = new ArrayList<>();
    for (Path path : paths) {
      Path place = real(path);
      if (places.contains(place)) {
        throw new IllegalArgumentException(path + " is named twice; name two folders or more");
      }
      places.add(place);
    }
    List<String> labels = labels(places);
    List<Folder> folders = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      folders.add(of(labels.get(i), all.get(i), faults));
    }
    return folders;
  }

  private static Folder of(String label, Results results, Faults faults) {
    Map<PlanFile.Row, CellDefinition> definitions = new LinkedHashMap<>();
    for (PlanFile.Row cell : results.plan().cells()) {
      results.definition(cell).ifPresent(d -> definitions.put(cell, d));
    }
    return new Folder(
        label, results, Summary.overall(results, MetricFamily.REWARD, faults), definitions);
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As many last names of each path as tell them apart. */
  private static List<String> labels(List<Path> places) {
    for (int names = 1; ; names++) {
      int last = names;
      List<String> labels = places.stream().map(p -> tail(p, last)).toList();
      if (labels.stream().distinct().count() == labels.size()) {
        return labels;
      }
    }
  }

  private static String tail(Path path, int names) {
    int count = path.getNameCount();
    return names >= count
        ? path.toString()
        : path.subpath(count - names, count).toString().replace('\\', '/');
  }

  /** A number of a cell over all prompts. */
  Optional<Estimate> number(PlanFile.Row cell, String metric) {
    return rows.stream()
        .filter(r -> r.metric().equals(metric) && r.cell().equals(cell))
        .map(SummaryRow::estimate)
        .findFirst();
  }

  /** The unit of its budgets. */
  String unit() {
    return results.plan().unit() + "/" + results.plan().per();
  }

  /**
   * What its cells say of each model, verifier and algorithm, by a name such as "model fashion".
   */
  Map<String, CellDefinition> parts() {
    Map<String, CellDefinition> parts = new LinkedHashMap<>();
    definitions.forEach((cell, d) -> parts.putIfAbsent("model " + cell.model(), d.part("model")));
    definitions.forEach(
        (cell, d) -> parts.putIfAbsent("verifier " + cell.verifier(), d.part("verifier")));
    definitions.forEach(
        (cell, d) -> parts.putIfAbsent("algorithm " + cell.label(), d.part("algorithm")));
    return parts;
  }

  /** How many trials are finished, and of how many. */
  String finished() {
    long asked = results.plan().cells().stream().mapToLong(c -> results.asked(c).size()).sum();
    long missing = results.plan().cells().stream().mapToLong(results::missing).sum();
    return asked - missing + " of " + asked;
  }

  /** The cells without a single stored trial, which nothing is known of. */
  Stream<PlanFile.Row> unknown() {
    return results.plan().cells().stream().filter(c -> !definitions.containsKey(c));
  }
}
