package io.github.tiltbench.engine.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Byte-pair encoding of a piece of text: its bytes are symbols, of which neighbours are merged, the
 * pair of lowest rank first, until no pair has a rank.
 *
 * <p>Sources: Sennrich et al. 2016, arXiv:1508.07909; over bytes and with an end-of-word mark as in
 * openai/CLIP, simple_tokenizer.py.
 */
final class BytePairs {
  /** What the last symbol of a piece ends with. */
  static final String END_OF_WORD = "</w>";

  private static final String[] BYTES = bytes();

  private final Map<String, Integer> ranks = new HashMap<>();

  /**
   * The encoding of some merges.
   *
   * @param merges two symbols with a blank between them, the first to be merged first
   */
  BytePairs(List<String> merges) {
    for (String pair : merges) {
      ranks.putIfAbsent(pair, ranks.size());
    }
  }

  /** Printable bytes stand for themselves, the others for the characters from 256 on. */
  private static String[] bytes() {
    String[] symbols = new String[256];
    char next = 256;
    for (int b = 0; b < symbols.length; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      symbols[b] = String.valueOf(printable ? (char) b : next++);
    }
    return symbols;
  }

  /** The symbols that single bytes are, in the middle of a piece. */
  static List<String> alphabet() {
    return List.of(BYTES);
  }

  /** The symbols of a piece, at least one character long. */
  List<String> symbols(String piece) {
    List<String> symbols = new ArrayList<>();
    for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
      symbols.add(BYTES[Byte.toUnsignedInt(b)]);
    }
    int last = symbols.size() - 1;
    symbols.set(last, symbols.get(last) + END_OF_WORD);
    for (String pair = first(symbols); pair != null; pair = first(symbols)) {
      symbols = merged(symbols, pair);
    }
    return symbols;
  }

  /** The neighbours to be merged next, or null. */
  private String first(List<String> symbols) {
    String first = null;
    int least = Integer.MAX_VALUE;
    for (int i = 1; i < symbols.size(); i++) {
      String pair = symbols.get(i - 1) + " " + symbols.get(i);
      int rank = ranks.getOrDefault(pair, Integer.MAX_VALUE);
      if (rank < least) {
        least = rank;
        first = pair;
      }
    }
    return first;
  }

  /** With every occurrence of a pair merged, from left to right. */
  private static List<String> merged(List<String> symbols, String pair) {
    List<String> merged = new ArrayList<>();
    for (int i = 0; i < symbols.size(); i++) {
      String symbol = symbols.get(i);
      if (i + 1 < symbols.size() && pair.equals(symbol + " " + symbols.get(i + 1))) {
        merged.add(symbol + symbols.get(++i));
      } else {
        merged.add(symbol);
      }
    }
    return merged;
  }
}
