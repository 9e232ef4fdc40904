package io.github.tiltbench.cli;

import java.util.Locale;

/** Text that fits its columns. */
final class Columns {
  private Columns() {}

  /** A number of things, of which one is said in the singular. */
  static String count(int n, String thing) {
    return String.format(Locale.ROOT, "%,d %s%s", n, thing, n == 1 ? "" : "s");
  }

  /** The text in lines of at most {@code width} beside an indent, which later ones begin with. */
  static String wrap(String text, int width, String indent) {
    StringBuilder all = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > width) {
        all.append(System.lineSeparator()).append(indent);
        column = 0;
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
