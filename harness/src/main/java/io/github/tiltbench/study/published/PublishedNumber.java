package io.github.tiltbench.study.published;

import io.github.tiltbench.config.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One number that a paper or a repository reports: a line of a file under {@code
 * datasets/published}, as printed there.
 *
 * @param paper arXiv id with its version, or a repository
 * @param table table, figure or file of it
 * @param model as the source names it, may be empty
 * @param task as the source names it, may be empty
 * @param reward what guided, may be empty
 * @param method as the source names it, may be empty where the model is the method
 * @param setting what else tells numbers apart, may be empty
 * @param metric {@code mean} or {@code q0.5} for the reward itself, else the source's name
 * @param value a number with its trailing zeros; in files of settings perhaps a text
 * @param halfWidth what follows the plus-or-minus sign, may be empty
 * @param halfWidthKind name of a {@link Half}; empty if there is no half-width
 * @param note how it was read, and doubts; may be empty
 */
public record PublishedNumber(
    String paper,
    String table,
    String model,
    String task,
    String reward,
    String method,
    String setting,
    String metric,
    String value,
    String halfWidth,
    String halfWidthKind,
    String note) {
  /** The header of such a file. */
  public static final List<String> COLUMNS =
      Arrays.stream(PublishedNumber.class.getRecordComponents())
          .map(c -> Names.snake(c.getName()))
          .toList();

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

  /** What a published half-width is; none of them is an interval of what a study measures. */
  public enum Half {
    /** Of unknown construction, or one that gives no interval. */
    PRINTED("as printed, of unknown construction: a display value, no interval"),
    /** 1.96 standard errors. */
    NORMAL_95("1.96 standard errors"),
    /** Half the length of a percentile bootstrap interval of released scores. */
    BOOTSTRAP_95("half a 95 % bootstrap interval of released scores"),
    /** The error of measuring in a picture. */
    READING_ERROR("the error of reading a figure, not of sampling");

    private final String meaning;

    Half(String meaning) {
      this.meaning = meaning;
    }

    /** One clause for a reader. */
    public String meaning() {
      return meaning;
    }

    /** The kind of a name. */
    public static Half of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    static List<String> names() {
      return Arrays.stream(values()).map(h -> Names.kebab(h.name())).toList();
    }
  }

  static PublishedNumber of(List<String> fields) {
    return new PublishedNumber(
        fields.get(0),
        fields.get(1),
        fields.get(2),
        fields.get(3),
        fields.get(4),
        fields.get(5),
        fields.get(6),
        fields.get(7),
        fields.get(8),
        fields.get(9),
        fields.get(10),
        fields.get(11));
  }

  /** The fields in the order of the columns. */
  public List<String> fields() {
    return List.of(
        paper,
        table,
        model,
        task,
        reward,
        method,
        setting,
        metric,
        value,
        halfWidth,
        halfWidthKind,
        note);
  }

  /** The field of a column. */
  String field(String column) {
    return fields().get(COLUMNS.indexOf(column));
  }

  /** Whether the value is a number and not a text. */
  boolean numeric() {
    return isNumber(value);
  }

  static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  /** The same number with a doubt added to its note. */
  PublishedNumber doubted(String doubt) {
    String both = note.isEmpty() ? doubt : note + "; " + doubt;
    List<String> fields = new ArrayList<>(fields());
    fields.set(COLUMNS.size() - 1, both);
    return of(fields);
  }
}
