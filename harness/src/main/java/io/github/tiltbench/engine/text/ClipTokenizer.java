package io.github.tiltbench.engine.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokenizer of CLIP text encoders: lower-cased byte pairs between a start and an end.
 *
 * <p>It gives what Hugging Face's {@code CLIPTokenizerFast} gives; texts are not repaired (ftfy).
 */
public final class ClipTokenizer {
  /** What a prompt starts with. */
  public static final String START = "<|startoftext|>";

  /** What a prompt ends with. */
  public static final String END = "<|endoftext|>";

  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern PIECE =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private final Map<String, Integer> vocabulary;
  private final BytePairs pairs;
  private final int length;
  private final long pad;

  /**
   * A tokenizer of some vocabulary.
   *
   * @param vocabulary number of each symbol
   * @param merges two symbols with a blank between them, the first to be merged first
   * @param length of every encoded prompt
   * @param pad the symbol behind the end
   * @throws IllegalArgumentException for a symbol that has no number
   */
  public ClipTokenizer(
      Map<String, Integer> vocabulary, List<String> merges, int length, String pad) {
    if (length < 2) {
      throw new IllegalArgumentException("a length of " + length + " has no place for a prompt");
    }
    this.vocabulary = Map.copyOf(vocabulary);
    this.pairs = new BytePairs(merges, BytePairs.END_OF_WORD);
    this.length = length;
    for (String symbol : BytePairs.alphabet()) {
      id(symbol);
      id(symbol + BytePairs.END_OF_WORD);
    }
    merges.forEach(pair -> id(pair.replace(" ", "")));
    id(START);
    id(END);
    this.pad = id(pad);
  }

  /** One more than the largest number it gives. */
  public int size() {
    return 1 + vocabulary.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  /** The length of every encoded prompt. */
  public int length() {
    return length;
  }

  /**
   * A prompt as the encoder reads it; of a long one the beginning.
   *
   * @throws IllegalArgumentException if the prompt holds a special token: references disagree on it
   */
  public Tokens encode(String prompt) {
    String text = clean(prompt);
    for (String special : List.of(START, END)) {
      if (text.contains(special)) {
        throw new IllegalArgumentException("the prompt '" + prompt + "' holds " + special);
      }
    }
    List<Integer> ids = new ArrayList<>();
    Optional<String> cut = Optional.empty();
    int place = length - 2;
    Matcher piece = PIECE.matcher(text);
    while (cut.isEmpty() && piece.find()) {
      pairs.symbols(piece.group()).forEach(symbol -> ids.add(id(symbol)));
      cut = ids.size() > place ? Optional.of(text.substring(piece.start())) : cut;
    }
    int count = Math.min(ids.size(), place);
    long[] row = new long[length];
    Arrays.fill(row, pad);
    row[0] = id(START);
    for (int i = 0; i < count; i++) {
      row[i + 1] = ids.get(i);
    }
    row[count + 1] = id(END);
    return new Tokens(row, count + 1, cut);
  }

  /** Composed, with single blanks, lower case character by character. */
  private static String clean(String prompt) {
    String composed = Normalizer.normalize(prompt, Normalizer.Form.NFC);
    StringBuilder text = new StringBuilder();
    SPACE
        .matcher(composed)
        .replaceAll(" ")
        .codePoints()
        .forEach(c -> text.append(Character.toString(c).toLowerCase(Locale.ROOT)));
    return text.toString();
  }

  private int id(String symbol) {
    Integer id = vocabulary.get(symbol);
    if (id == null) {
      throw new IllegalArgumentException("the vocabulary has no '" + symbol + "'");
    }
    return id;
  }
}
