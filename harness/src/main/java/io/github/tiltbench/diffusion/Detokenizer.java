package io.github.tiltbench.diffusion;

import io.github.tiltbench.config.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How tokens become a text, and a text tokens. */
public interface Detokenizer {
  /** What stands in a text for a mask. */
  String MASK = "_";

  /** The token before which a text ends, if there is one. */
  default Optional<String> end() {
    return Optional.empty();
  }

  /** The text of tokens, in which masks may be left. */
  String text(Vocabulary vocabulary, int[] tokens);

  /**
   * The tokens of a text, without those that stand for no part of it.
   *
   * @throws IllegalArgumentException in one line if the vocabulary cannot spell it
   */
  int[] tokens(Vocabulary vocabulary, String text);

  /**
   * Words and punctuation, and pieces that continue a word where they begin with {@code ##}.
   *
   * <p>There is no space before {@code . , ; : ! ? ) '} and none after {@code (}. A text is read
   * word by word, in lower case where the vocabulary has no other, a word that it lacks in the
   * longest pieces from its beginning on.
   *
   * @param end a text ends before the first such token
   * @param silent tokens that stand for no text
   */
  record Words(Optional<String> end, Set<String> silent) implements Detokenizer {
    /** No end and nothing silent. */
    public static final Words PLAIN = new Words(Optional.empty(), Set.of());

    private static final String NO_SPACE_BEFORE = ".,;:!?)'";
    private static final String CONTINUES = "##";
    private static final Pattern UNITS = Pattern.compile("[\\p{L}\\p{N}_]+('[\\p{L}\\p{N}]+)*|\\S");
    private static final Pattern PARTS = Pattern.compile("[\\p{L}\\p{N}_]+|\\S");

    public Words {
      silent = Set.copyOf(silent);
    }

    @Override
    public String text(Vocabulary vocabulary, int[] tokens) {
      StringBuilder text = new StringBuilder();
      for (String piece : spoken(vocabulary, tokens, end, silent)) {
        boolean continues = piece.startsWith(CONTINUES) && piece.length() > CONTINUES.length();
        boolean joins =
            text.isEmpty()
                || continues
                || NO_SPACE_BEFORE.indexOf(piece.charAt(0)) >= 0
                || text.charAt(text.length() - 1) == '(';
        text.append(joins ? "" : " ").append(continues ? piece.substring(2) : piece);
      }
      return text.toString();
    }

    @Override
    public int[] tokens(Vocabulary vocabulary, String text) {
      Map<String, Integer> ids = ids(vocabulary);
      List<Integer> tokens = new ArrayList<>();
      for (String chunk : text.strip().split("\\s+", -1)) {
        if (ids.containsKey(chunk)) {
          tokens.add(ids.get(chunk));
          continue;
        }
        Matcher units = UNITS.matcher(chunk);
        while (units.find()) {
          Optional<List<Integer>> unit = word(ids, units.group());
          Matcher parts = PARTS.matcher(units.group());
          while (unit.isEmpty() && parts.find()) {
            String part = parts.group();
            tokens.addAll(
                word(ids, part)
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "no token is '" + part + "'" + hint(vocabulary, part))));
          }
          unit.ifPresent(tokens::addAll);
        }
      }
      return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The token of a word, or its pieces; empty if there are none. */
    private static Optional<List<Integer>> word(Map<String, Integer> ids, String word) {
      return pieces(ids, word).or(() -> pieces(ids, word.toLowerCase(Locale.ROOT)));
    }

    private static Optional<List<Integer>> pieces(Map<String, Integer> ids, String word) {
      List<Integer> pieces = new ArrayList<>();
      for (int from = 0; from < word.length(); ) {
        String head = from == 0 ? "" : CONTINUES;
        int until = word.length();
        while (until > from && !ids.containsKey(head + word.substring(from, until))) {
          until--;
        }
        if (until == from) {
          return Optional.empty();
        }
        pieces.add(ids.get(head + word.substring(from, until)));
        from = until;
      }
      return Optional.of(pieces);
    }
  }

  /**
   * Characters, or pieces of a notation, that are written one after the other.
   *
   * @param end a text ends before the first such token
   * @param silent tokens that stand for no text
   */
  record Characters(Optional<String> end, Set<String> silent) implements Detokenizer {
    public Characters {
      silent = Set.copyOf(silent);
    }

    @Override
    public String text(Vocabulary vocabulary, int[] tokens) {
      return String.join("", spoken(vocabulary, tokens, end, silent));
    }

    /** The longest tokens from the beginning on. */
    @Override
    public int[] tokens(Vocabulary vocabulary, String text) {
      Map<String, Integer> ids = ids(vocabulary);
      List<Integer> tokens = new ArrayList<>();
      for (int from = 0; from < text.length(); ) {
        int until = text.length();
        while (until > from && !ids.containsKey(text.substring(from, until))) {
          until--;
        }
        if (until == from) {
          String rest = text.substring(from, from + 1);
          throw new IllegalArgumentException(
              "no token begins with '" + rest + "'" + hint(vocabulary, rest));
        }
        tokens.add(ids.get(text.substring(from, until)));
        from = until;
      }
      return tokens.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private static List<String> spoken(
      Vocabulary vocabulary, int[] tokens, Optional<String> end, Set<String> silent) {
    List<String> spoken = new ArrayList<>();
    for (int token : tokens) {
      String piece = token == vocabulary.size() ? MASK : vocabulary.text(token);
      if (end.isPresent() && piece.equals(end.get())) {
        break;
      }
      if (!silent.contains(piece) && !piece.isEmpty()) {
        spoken.add(piece);
      }
    }
    return spoken;
  }

  /** Ids by text, the lowest of equal ones. */
  private static Map<String, Integer> ids(Vocabulary vocabulary) {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      ids.putIfAbsent(vocabulary.text(id), id);
    }
    return ids;
  }

  private static String hint(Vocabulary vocabulary, String word) {
    return Nearest.hint(word, vocabulary.texts());
  }
}
