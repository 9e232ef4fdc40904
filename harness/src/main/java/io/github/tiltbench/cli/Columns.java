package io.github.tiltbench.cli;

import java.util.Locale;

/** Text that fits its columns. */
final class Columns {
  private Columns() {}

  /** A number of things, of which one is said in the singular. */
  static String count(int n, String thing) {
    return String.format(Locale.ROOT, "%,d %s%s", n, thing, n == 1 ? "" : "s");
  }

  /** The text, or its head and three dots. */
  static String fit(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 3) + "...";
  }

  /** The text in lines of at most {@code width}, broken at blanks, later ones indented. */
  static String wrap(String text, int width, String indent) {
    StringBuilder all = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > width) {
        all.append(System.lineSeparator()).append(indent);
        column = indent.length();
      } else if (column > 0) {
        all.append(' ');
        column++;
      }
      all.append(word);
      column += word.length();
    }
    return all.toString();
  }
}
