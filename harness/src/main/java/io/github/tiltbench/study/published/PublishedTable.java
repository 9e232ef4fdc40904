package io.github.tiltbench.study.published;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Yaml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file of published numbers, checked.
 *
 * <p>Quantiles of one method must not fall as their probability grows. Where they do, at least one
 * of them is a misprint, and all that take part are marked in their notes: such a pair stands in an
 * early version of arXiv 2408.08252.
 *
 * @param numbers in file order
 */
record PublishedTable(List<PublishedNumber> numbers) {
  /** Columns that tell numbers of one method and metric apart. */
  static final List<String> FILTERS =
      List.of("paper", "table", "model", "task", "reward", "setting");

  private static final Pattern QUANTILE = Pattern.compile("q(0\\.[0-9]+)");

  PublishedTable {
    numbers = List.copyOf(numbers);
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException for a line that is not as {@link PublishedNumber} wants it
   */
  static PublishedTable read(Path file) {
    return parse(file.toString(), Yaml.bytes(file));
  }

  /** The same for bytes at hand; {@code name} stands in for the file in messages. */
  static PublishedTable parse(String name, byte[] bytes) {
    List<CsvFile.Line> lines = CsvFile.parse(name, bytes).lines();
    if (lines.isEmpty() || !lines.get(0).fields().equals(PublishedNumber.COLUMNS)) {
      throw new ConfigException(
          new Mark(name, 1, 1),
          "not a file of published numbers: its first line must be "
              + String.join(",", PublishedNumber.COLUMNS));
    }
    Map<List<String>, PublishedNumber> numbers = new LinkedHashMap<>();
    for (CsvFile.Line line : lines.subList(1, lines.size())) {
      PublishedNumber n = number(line);
      List<String> identity = new ArrayList<>(series(n));
      identity.add(n.metric());
      if (numbers.put(identity, n) != null) {
        throw new ConfigException(
            line.at(), "the file has this " + n.metric() + " of '" + n.method() + "' twice");
      }
    }
    return new PublishedTable(doubted(numbers.values()));
  }

  /** The texts of a column, in file order. */
  Set<String> values(String column) {
    return numbers.stream()
        .map(n -> n.field(column))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The numbers with a text in a column, or an error that names the nearest text there. */
  PublishedTable with(String column, Node.Scalar wanted) {
    List<PublishedNumber> found =
        numbers.stream().filter(n -> n.field(column).equals(wanted.text())).toList();
    if (found.isEmpty()) {
      throw new ConfigException(
          wanted.at(),
          "no published number has the "
              + column
              + " '"
              + wanted.text()
              + "'"
              + Nearest.hint(wanted.text(), values(column)));
    }
    return new PublishedTable(found);
  }

  /** The number of a method and metric, if there is one; an error if there are several. */
  Optional<PublishedNumber> only(Node.Scalar method, String metric) {
    List<PublishedNumber> found =
        numbers.stream()
            .filter(n -> n.method().equals(method.text()) && n.metric().equals(metric))
            .toList();
    if (found.size() > 1) {
      List<String> differ =
          FILTERS.stream()
              .filter(f -> found.stream().map(n -> n.field(f)).distinct().count() > 1)
              .toList();
      throw new ConfigException(
          method.at(),
          found.size()
              + " published numbers are the "
              + metric
              + " of '"
              + method.text()
              + "'; say which by "
              + String.join(" or ", differ));
    }
    if (!found.isEmpty() && !found.get(0).numeric()) {
      throw new ConfigException(
          method.at(), "the published value '" + found.get(0).value() + "' is not a number");
    }
    return found.stream().findFirst();
  }

  private static PublishedNumber number(CsvFile.Line line) {
    int fields = line.fields().size();
    if (fields != PublishedNumber.COLUMNS.size()) {
      throw new ConfigException(
          line.at(), fields + " fields for " + PublishedNumber.COLUMNS.size() + " columns");
    }
    PublishedNumber n = PublishedNumber.of(line.fields());
    for (String column : List.of("paper", "table", "metric", "value")) {
      if (n.field(column).isBlank()) {
        throw new ConfigException(line.at(), column + " is empty");
      }
    }
    if (n.halfWidth().isEmpty() != n.halfWidthKind().isEmpty()) {
      throw new ConfigException(line.at(), "half_width and half_width_kind go together");
    }
    if (!n.halfWidth().isEmpty()) {
      checkHalf(line.at(), n);
    }
    return n;
  }

  private static void checkHalf(Mark at, PublishedNumber n) {
    if (!PublishedNumber.isNumber(n.halfWidth()) || n.halfWidth().startsWith("-")) {
      throw new ConfigException(at, "half_width must be a number, not '" + n.halfWidth() + "'");
    }
    if (!PublishedNumber.Half.names().contains(n.halfWidthKind())) {
      throw new ConfigException(
          at,
          "unknown half_width_kind '"
              + n.halfWidthKind()
              + "'"
              + Nearest.hint(n.halfWidthKind(), PublishedNumber.Half.names()));
    }
  }

  /** Marks quantiles that are out of order. */
  private static List<PublishedNumber> doubted(Collection<PublishedNumber> numbers) {
    Map<List<String>, TreeMap<Double, PublishedNumber>> methods = new LinkedHashMap<>();
    for (PublishedNumber n : numbers) {
      probability(n)
          .ifPresent(
              p -> methods.computeIfAbsent(series(n), key -> new TreeMap<>()).putIfAbsent(p, n));
    }
    List<PublishedNumber> checked = new ArrayList<>();
    for (PublishedNumber n : numbers) {
      Optional<PublishedNumber> against =
          probability(n).isPresent() ? rival(n, methods.get(series(n))) : Optional.empty();
      checked.add(
          against
              .map(
                  r ->
                      n.doubted(
                          "SUSPECT: out of order with " + r.metric() + ", which is " + r.value()))
              .orElse(n));
    }
    return checked;
  }

  /** A quantile of the same method that lies on the wrong side. */
  private static Optional<PublishedNumber> rival(
      PublishedNumber n, TreeMap<Double, PublishedNumber> quantiles) {
    double p = probability(n).getAsDouble();
    double value = Double.parseDouble(n.value());
    return quantiles.entrySet().stream()
        .filter(e -> (e.getKey() - p) * (Double.parseDouble(e.getValue().value()) - value) < 0)
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static OptionalDouble probability(PublishedNumber n) {
    var matcher = QUANTILE.matcher(n.metric());
    return matcher.matches() && n.numeric()
        ? OptionalDouble.of(Double.parseDouble(matcher.group(1)))
        : OptionalDouble.empty();
  }

  private static List<String> series(PublishedNumber n) {
    return List.of(n.paper(), n.table(), n.model(), n.task(), n.reward(), n.method(), n.setting());
  }
}
