package io.github.tiltbench.engine.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokenizer of BERT: words and punctuation marks, each cut into the longest pieces that the
 * vocabulary has, from the left; a piece in the middle of a word begins with {@code ##}.
 *
 * <p>It gives what {@code BertTokenizer} of transformers gives, without a start and an end.
 *
 * <p>Source: Wu et al. 2016, arXiv:1609.08144; google-research/bert, tokenization.py.
 */
public final class WordPieces {
  /** What a sequence begins with. */
  public static final String START = "[CLS]";

  /** What a sequence ends with. */
  public static final String END = "[SEP]";

  /** What stands for a hidden piece. */
  public static final String MASK = "[MASK]";

  /** What stands for a word that cannot be cut into pieces. */
  public static final String UNKNOWN = "[UNK]";

  /** Pieces that are no part of a text. */
  private static final Pattern SPECIAL = Pattern.compile("\\[(CLS|SEP|MASK|UNK|PAD|unused\\d+)]");

  private static final int LONGEST = 100;

  /** Ideographs, a word each: their blocks and their extensions. */
  private static final int[][] IDEOGRAPHS = {
    {0x4E00, 0x9FFF},
    {0x3400, 0x4DBF},
    {0x20000, 0x2A6DF},
    {0x2A700, 0x2CEAF},
    {0xF900, 0xFAFF},
    {0x2F800, 0x2FA1F}
  };

  private final List<String> pieces;
  private final Map<String, Integer> ids = new HashMap<>();
  private final boolean lower;

  /**
   * A tokenizer of some vocabulary.
   *
   * @param pieces by id
   * @param lower whether texts lose capitals and accents
   * @throws IllegalArgumentException for a piece that stands twice, or a missing special one
   */
  public WordPieces(List<String> pieces, boolean lower) {
    this.pieces = List.copyOf(pieces);
    this.lower = lower;
    for (int id = 0; id < pieces.size(); id++) {
      Integer before = ids.putIfAbsent(pieces.get(id), id);
      if (before != null) {
        throw new IllegalArgumentException(
            "the piece '" + pieces.get(id) + "' stands twice, as " + before + " and " + id);
      }
    }
    for (String special : List.of(START, END, MASK, UNKNOWN)) {
      id(special);
    }
  }

  /** What it is made of, by id. */
  public List<String> pieces() {
    return pieces;
  }

  /**
   * The id of a piece.
   *
   * @throws IllegalArgumentException if there is none
   */
  public int id(String piece) {
    Integer id = ids.get(piece);
    if (id == null) {
      throw new IllegalArgumentException("the vocabulary has no '" + piece + "'");
    }
    return id;
  }

  /** Which pieces may stand in an English text: no special ones, ASCII alone. */
  public boolean[] open() {
    boolean[] open = new boolean[pieces.size()];
    for (int id = 0; id < open.length; id++) {
      String piece = pieces.get(id);
      open[id] = !SPECIAL.matcher(piece).matches() && piece.chars().allMatch(c -> c < 128);
    }
    return open;
  }

  /**
   * The ids of a text.
   *
   * @throws IllegalArgumentException if the text holds a special piece
   */
  public int[] encode(String text) {
    Matcher special = SPECIAL.matcher(text);
    if (special.find()) {
      throw new IllegalArgumentException("the text '" + text + "' holds " + special.group());
    }
    List<Integer> found = new ArrayList<>();
    for (String word : words(text)) {
      found.addAll(cut(word));
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private List<String> words(String text) {
    String folded = lower ? folded(text) : text;
    StringBuilder spaced = new StringBuilder();
    folded
        .codePoints()
        .forEach(
            c -> {
              if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                spaced.append(' ');
              } else if (isPunctuation(c) || isIdeograph(c)) {
                spaced.append(' ').appendCodePoint(c).append(' ');
              } else if (c != 0xFFFD && !isControl(c)) {
                spaced.appendCodePoint(c);
              }
            });
    return spaced.toString().isBlank() ? List.of() : List.of(spaced.toString().strip().split(" +"));
  }

  /** In lower case and without accents. */
  private static String folded(String text) {
    String apart = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
    return apart.replaceAll("\\p{Mn}", "");
  }

  private static boolean isPunctuation(int c) {
    boolean ascii = c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
    return ascii
        || switch (Character.getType(c)) {
          case Character.CONNECTOR_PUNCTUATION,
              Character.DASH_PUNCTUATION,
              Character.START_PUNCTUATION,
              Character.END_PUNCTUATION,
              Character.INITIAL_QUOTE_PUNCTUATION,
              Character.FINAL_QUOTE_PUNCTUATION,
              Character.OTHER_PUNCTUATION ->
              true;
          default -> false;
        };
  }

  private static boolean isControl(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }

  private static boolean isIdeograph(int c) {
    for (int[] block : IDEOGRAPHS) {
      if (c >= block[0] && c <= block[1]) {
        return true;
      }
    }
    return false;
  }

  private List<Integer> cut(String word) {
    List<Integer> found = new ArrayList<>();
    int length = word.length();
    for (int from = 0; from < length; ) {
      int to = word.codePointCount(0, length) > LONGEST ? from : length;
      Integer id = null;
      for (; to > from && id == null; to--) {
        id = ids.get((from > 0 ? "##" : "") + word.substring(from, to));
      }
      if (id == null) {
        return List.of(id(UNKNOWN));
      }
      found.add(id);
      from = to + 1;
    }
    return found;
  }
}
