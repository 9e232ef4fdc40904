package io.github.tiltbench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Numbers in Markdown that are taken from committed results.
 *
 * <p>A comment after a number says where it is from: {@code 1.5 [1.4, 1.6]<!--STUDY WORD ...
 * METRIC-->}. The words choose rows of the study's {@code tables/summary.csv}: a model, a verifier,
 * an algorithm with its parameters as {@code svdd[alpha=0]}, a budget as {@code @80}. The last word
 * is a metric, or a metric and a column: {@code mean/n}. What the table says of a number, such as
 * that it is not resolved from zero, follows in round brackets. Digits and {@code %} stay as they
 * are written, since they say how much of a number is worth reading.
 *
 * <p>{@code <!--ratio STUDY ALGORITHM @BUDGET AGAINST-->} is how many times the other's budget an
 * algorithm needs for what the other has at this one.
 *
 * <p>{@code 3 [2, 5]<!--rank STUDY WORD ... METRIC-->} is the rank of an algorithm by a metric with
 * those it can have, from {@code tables/standings.csv}, chosen by the same words.
 *
 * <p>{@code <!--bounds-->} and {@code <!--end-->} enclose the table of bounds of the benchmarks;
 * {@code training CARD KEY} names what a training run measured, with a second key inside the first
 * where there is one.
 *
 * @param results the folder {@code results}
 * @param models the folder of the models that ship here
 */
record QuotedNumbers(Path results, Path models, Map<String, List<CSVRecord>> tables) {
  private static final String VALUE = "-?\\d[\\d,]*(?:\\.\\d+)?";
  private static final String INTERVAL = "\\[(" + VALUE + "), (" + VALUE + ")\\]";
  private static final Pattern QUOTED =
      Pattern.compile(
          "(%s)( %%)?(?: %s)?(?: \\([^()\\n]*\\))?<!--([^>]*)-->".formatted(VALUE, INTERVAL));
  private static final Pattern BARE =
      Pattern.compile("%s(?: %%)? %s(?!(?: \\([^()\\n]*\\))?<!--)".formatted(VALUE, INTERVAL));
  private static final Pattern BOUNDS =
      Pattern.compile("(<!--bounds-->\\n).*?(<!--end-->)", Pattern.DOTALL);

  QuotedNumbers(Path results, Path models) {
    this(results, models, new HashMap<>());
  }

  /** The text with every quoted number as the results have it. */
  String renewed(String text) {
    String numbers = QUOTED.matcher(text).replaceAll(m -> Matcher.quoteReplacement(number(m)));
    return BOUNDS
        .matcher(numbers)
        .replaceAll(m -> Matcher.quoteReplacement(m.group(1) + bounds() + m.group(2)));
  }

  /** Numbers with an interval that name no source. */
  static List<String> withoutSource(String text) {
    String rest = BOUNDS.matcher(text).replaceAll("");
    return BARE.matcher(rest).results().map(MatchResult::group).toList();
  }

  private String number(MatchResult m) {
    Quote quote =
        switch (m.group(5).split(" ", -1)[0]) {
          case "training" -> training(m.group(5));
          case "ratio" -> ratio(m.group(5));
          case "rank" -> rank(m.group(5));
          default -> summary(m.group(5));
        };
    boolean percent = m.group(2) != null;
    StringBuilder text = new StringBuilder(like(m.group(1), quote.value(), percent));
    text.append(percent ? " %" : "");
    if (m.group(3) != null) {
      text.append(" [").append(like(m.group(3), quote.low(), percent));
      text.append(", ").append(like(m.group(4), quote.high(), percent)).append(']');
    }
    if (!quote.note().isEmpty()) {
      text.append(" (").append(quote.note()).append(')');
    }
    return text + "<!--" + m.group(5) + "-->";
  }

  private record Quote(String value, String low, String high, String note) {}

  /** A number with as many decimals as the old one. */
  private static String like(String old, String value, boolean percent) {
    int point = old.indexOf('.');
    int digits = point < 0 ? 0 : old.length() - point - 1;
    BigDecimal number = new BigDecimal(value).movePointRight(percent ? 2 : 0);
    BigDecimal rounded = number.setScale(digits, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? rounded.abs().toPlainString() : rounded.toPlainString();
  }

  private Quote summary(String source) {
    List<String> words = List.of(source.split(" ", -1));
    String[] last = words.get(words.size() - 1).split("/", -1);
    List<CSVRecord> rows = new ArrayList<>();
    for (CSVRecord row : table(words.get(0), "summary")) {
      if (row.get("prompt").equals("*")
          && row.get("metric").equals(last[0])
          && words.subList(1, words.size() - 1).stream().allMatch(w -> says(row, w))) {
        rows.add(row);
      }
    }
    if (last.length > 1) {
      TreeSet<String> values = new TreeSet<>(rows.stream().map(r -> r.get(last[1])).toList());
      return new Quote(only(source, values), "", "", "");
    }
    return quote(only(source, rows));
  }

  private Quote ratio(String source) {
    String[] words = source.split(" ", -1);
    List<CSVRecord> rows =
        table(words[1], "comparison").stream()
            .filter(row -> row.get("number").equals("budget-ratio"))
            .filter(row -> row.get("algorithm").equals(words[2]))
            .filter(row -> words[3].equals("@" + row.get("budget")))
            .filter(row -> row.get("against").equals(words[4]))
            .toList();
    return quote(only(source, rows));
  }

  private Quote rank(String source) {
    List<String> words = List.of(source.split(" ", -1));
    String metric = words.get(words.size() - 1);
    List<CSVRecord> rows =
        table(words.get(1), "standings").stream()
            .filter(row -> row.get("metric").equals(metric) && !row.get("rank").isEmpty())
            .filter(row -> words.subList(2, words.size() - 1).stream().allMatch(w -> in(row, w)))
            .toList();
    CSVRecord row = only(source, rows);
    return new Quote(row.get("rank"), row.get("best_rank"), row.get("worst_rank"), "");
  }

  /** Whether a word is the model, the verifier, the algorithm or the budget of a rank. */
  private static boolean in(CSVRecord row, String word) {
    return List.of(
            row.get("model"), row.get("verifier"), row.get("algorithm"), "@" + row.get("budget"))
        .contains(word);
  }

  private static Quote quote(CSVRecord row) {
    String method = row.get("ci_method");
    int note = method.indexOf("; ");
    return new Quote(
        row.get("estimate"),
        row.get("ci_low"),
        row.get("ci_high"),
        note < 0 ? "" : method.substring(note + 2));
  }

  private static boolean says(CSVRecord row, String word) {
    String parameters = row.get("params");
    String label = row.get("algorithm") + (parameters.isEmpty() ? "" : "[" + parameters + "]");
    return word.equals(label)
        || word.equals(row.get("model"))
        || word.equals(row.get("verifier"))
        || word.equals("@" + row.get("budget"));
  }

  private static <T> T only(String source, Iterable<T> found) {
    List<T> all = new ArrayList<>();
    found.forEach(all::add);
    if (all.size() != 1) {
      throw new IllegalArgumentException(all.size() + " rows are '" + source + "'");
    }
    return all.get(0);
  }

  private List<CSVRecord> table(String study, String name) {
    return tables.computeIfAbsent(study + "/" + name, key -> read(study, name));
  }

  private List<CSVRecord> read(String study, String name) {
    Path file = results.resolve("reference").resolve(study).resolve("tables/" + name + ".csv");
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser parser = format.parse(Files.newBufferedReader(file))) {
      return parser.getRecords();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Quote training(String source) {
    String[] words = source.split(" ", -1);
    String text = read(models.resolve(words[1]).resolve("training.yaml"));
    int block = 0;
    for (int i = 2; i < words.length && block >= 0; i++) {
      block = text.indexOf("\n" + "  ".repeat(i - 2) + words[i] + ":\n", block);
    }
    if (block < 0) {
      throw new IllegalArgumentException("0 measurements are '" + source + "'");
    }
    String[] values = new String[3];
    String[] keys = {"(?:share|mean)", "ci95_low", "ci95_high"};
    for (int i = 0; i < keys.length; i++) {
      Matcher m = Pattern.compile("\\n +" + keys[i] + ": (\\S+)").matcher(text);
      if (!m.find(block)) {
        throw new IllegalArgumentException("'" + source + "' has no " + keys[i]);
      }
      values[i] = m.group(1);
    }
    return new Quote(values[0], values[1], values[2], "");
  }

  private String bounds() {
    String text = read(results.resolve("jmh/reference.md"));
    int start = text.indexOf("| bound ");
    int end = text.indexOf("\n\n", start);
    return "\n" + text.substring(start, end < 0 ? text.length() : end).strip() + "\n\n";
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
