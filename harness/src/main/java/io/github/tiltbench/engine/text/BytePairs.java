package io.github.tiltbench.engine.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Byte-pair encoding of a piece of text: its bytes are symbols, of which neighbours are merged, the
 * pair of lowest rank first, until no pair has a rank.
 *
 * <p>Sources: Sennrich et al. 2016, arXiv:1508.07909; over bytes and with an end-of-word mark as in
 * openai/CLIP, simple_tokenizer.py.
 */
final class BytePairs {
  /** What the last symbol of a piece ends with in CLIP. */
  static final String END_OF_WORD = "</w>";

  private static final String[] BYTES = bytes();
  private static final Map<String, Integer> VALUES =
      IntStream.range(0, BYTES.length).boxed().collect(Collectors.toMap(b -> BYTES[b], b -> b));

  private final Map<String, Integer> ranks = new HashMap<>();
  private final String end;

  /**
   * The encoding of some merges.
   *
   * @param merges two symbols with a blank between them, the first to be merged first
   * @param end what the last symbol of a piece ends with; empty for nothing
   */
  BytePairs(List<String> merges, String end) {
    this.end = end;
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

  /** The text that symbols stand for; what is no UTF-8 becomes replacement characters. */
  static String text(String symbols) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    symbols
        .codePoints()
        .forEach(
            c -> {
              Integer b = VALUES.get(Character.toString(c));
              bytes.writeBytes(
                  b == null
                      ? Character.toString(c).getBytes(StandardCharsets.UTF_8)
                      : new byte[] {b.byteValue()});
            });
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The symbols of a piece, at least one character long. */
  List<String> symbols(String piece) {
    List<String> symbols = new ArrayList<>();
    for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
      symbols.add(BYTES[Byte.toUnsignedInt(b)]);
    }
    int last = symbols.size() - 1;
    symbols.set(last, symbols.get(last) + end);
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
