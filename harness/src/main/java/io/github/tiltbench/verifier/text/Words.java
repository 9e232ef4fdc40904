package io.github.tiltbench.verifier.text;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The words of a text, as language models and word lists know them. */
final class Words {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:'\\p{L}+)*");

  private Words() {}

  /** In lower case, without punctuation but for apostrophes within. */
  static List<String> of(String text) {
    return WORD.matcher(text.toLowerCase(Locale.ROOT).replace('\u2019', '\''))
        .results()
        .map(MatchResult::group)
        .toList();
  }
}
