package io.github.tiltbench.result;

import java.util.regex.Pattern;

/**
 * Texts of CSV files, none of which a spreadsheet takes for a formula.
 *
 * <p>A text that begins with {@code =}, {@code +}, {@code -} or {@code @} is one; an apostrophe
 * before it makes it a text. Numbers, and a sign that stands alone, are no formulas.
 */
public final class SpreadsheetText {
  private static final Pattern FORMULA = Pattern.compile("(?s)[=+@\\-\\t\\r].+");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?|Infinity|inf)");

  private SpreadsheetText() {}

  /** The text as it stands in a file, before it is quoted. */
  public static String of(String text) {
    boolean formula = FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches();
    return formula ? "'" + text : text;
  }
}
