package io.github.tiltbench.engine.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokenizer of GPT-2: byte pairs of words with the blank before them. Nothing is lost: the ids
 * of a text are the text.
 *
 * <p>Source: Radford et al. 2019; openai/gpt-2, src/encoder.py.
 */
public final class GptTokenizer {
  /** What stands between two texts. */
  public static final String END = "<|endoftext|>";

  private static final Pattern PIECE =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private final Map<String, Integer> vocabulary;
  private final List<String> symbols;
  private final BytePairs pairs;

  /**
   * A tokenizer of some vocabulary.
   *
   * @param vocabulary number of each symbol, from 0 without gaps
   * @param merges two symbols with a blank between them, the first to be merged first
   * @throws IllegalArgumentException for a symbol that has no number
   */
  public GptTokenizer(Map<String, Integer> vocabulary, List<String> merges) {
    this.vocabulary = Map.copyOf(vocabulary);
    String[] byId = new String[vocabulary.size()];
    vocabulary.forEach((symbol, id) -> byId[id] = symbol);
    this.symbols = List.of(byId);
    this.pairs = new BytePairs(merges, "");
    BytePairs.alphabet().forEach(this::id);
    merges.forEach(pair -> id(pair.replace(" ", "")));
    id(END);
  }

  /** What it is made of, by id. */
  public List<String> symbols() {
    return symbols;
  }

  /**
   * The number of a symbol.
   *
   * @throws IllegalArgumentException if it has none
   */
  public int id(String symbol) {
    Integer id = vocabulary.get(symbol);
    if (id == null) {
      throw new IllegalArgumentException("the vocabulary has no '" + symbol + "'");
    }
    return id;
  }

  /**
   * The ids of a text.
   *
   * @throws IllegalArgumentException if the text holds the end of a text
   */
  public int[] encode(String text) {
    if (text.contains(END)) {
      throw new IllegalArgumentException("the text '" + text + "' holds " + END);
    }
    List<Integer> ids = new ArrayList<>();
    Matcher piece = PIECE.matcher(text);
    while (piece.find()) {
      pairs.symbols(piece.group()).forEach(symbol -> ids.add(id(symbol)));
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The text of ids. */
  public String decode(int[] ids) {
    StringBuilder joined = new StringBuilder();
    Arrays.stream(ids).forEach(id -> joined.append(symbols.get(id)));
    return BytePairs.text(joined.toString());
  }
}
