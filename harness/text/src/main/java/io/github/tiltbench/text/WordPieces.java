package io.github.tiltbench.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Texts as ids of word pieces: in lower case and without accents, split at white space and around
 * every mark of punctuation, each word into the longest pieces from left to right.
 *
 * @param ids by piece; pieces within a word begin with {@code ##}
 */
record WordPieces(Map<String, Long> ids) {
  private static final Pattern ACCENT = Pattern.compile("\\p{Mn}");
  private static final Pattern IGNORED = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\ufffd&&[^\\s]]");
  private static final Pattern WORD =
      Pattern.compile(
          "[\\p{P}$+<=>^`|~]|[\\u4e00-\\u9fff]|[^\\s\\p{Z}\\p{P}$+<=>^`|~\\u4e00-\\u9fff]+");
  private static final int LONGEST_WORD = 100;

  /** Ids of a text between [CLS] and [SEP], of too many the first. */
  long[] encode(String text, int most) {
    String plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
    plain = IGNORED.matcher(ACCENT.matcher(plain).replaceAll("")).replaceAll("");
    List<Long> found = new ArrayList<>();
    WORD.matcher(plain).results().map(MatchResult::group).forEach(word -> add(word, found));
    List<Long> kept = new ArrayList<>(found.subList(0, Math.min(found.size(), most - 2)));
    kept.add(0, ids.get("[CLS]"));
    kept.add(ids.get("[SEP]"));
    return kept.stream().mapToLong(Long::longValue).toArray();
  }

  private void add(String word, List<Long> found) {
    List<Long> pieces = new ArrayList<>();
    int at = 0;
    while (at < word.length()) {
      int end = word.length();
      while (end > at && !ids.containsKey((at > 0 ? "##" : "") + word.substring(at, end))) {
        end--;
      }
      if (end == at || word.length() > LONGEST_WORD) {
        found.add(ids.get("[UNK]"));
        return;
      }
      pieces.add(ids.get((at > 0 ? "##" : "") + word.substring(at, end)));
      at = end;
    }
    found.addAll(pieces);
  }
}
