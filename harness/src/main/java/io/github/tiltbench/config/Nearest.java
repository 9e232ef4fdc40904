package io.github.tiltbench.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name a user most likely meant. */
public final class Nearest {
  private static final int LISTED = 24;
  private static final int LONGEST = 100;

  private Nearest() {}

  /** The known name at the smallest edit distance, if that is small beside the word's length. */
  public static Optional<String> to(String word, Collection<String> known) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    int most = Math.max(1, word.length() / 3);
    return known.stream()
        .filter(k -> distance(plain(word), plain(k)) <= most)
        .min(
            Comparator.comparingInt((String k) -> distance(plain(word), plain(k)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The end of an error message: {@code ; did you mean 'x'?}, or the list of what is known. */
  public static String hint(String word, Collection<String> known) {
    Optional<String> near = to(word, known);
    if (near.isPresent()) {
      return "; did you mean '" + near.get() + "'?";
    }
    if (known.isEmpty()) {
      return "; none is known";
    }
    String list = String.join(", ", known.stream().limit(LISTED).toList());
    return "; known: " + list + (known.size() > LISTED ? ", ..." : "");
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Edit distance in which a swap of two neighbours counts once (optimal string alignment). */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : cell(d, a, b, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int cell(int[][] d, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int best = Math.min(d[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(d[i - 1][j], d[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
  }
}
