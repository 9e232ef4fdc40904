package io.github.tiltbench.verifier.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How often a text uses words or phrases of a list: as many as it has, or the log-probability of a
 * logistic scorer, {@code log 1 / (1 + exp(-(bias + weight matches)))}.
 *
 * <p>A list, not a classifier: it finds a word whatever it means where it stands, and misses what
 * is said in other words. With a list of rude words it stands in for toxicity; with harmless rare
 * ones and the logistic output it is a rare attribute whose base rate the bias sets.
 *
 * @param list {@code naughty-words} or {@code cuss}, or nothing
 * @param sureness of cuss, how sure it must be that a word is profane: 2 sure, 1 perhaps, 0
 *     unlikely
 * @param words words and phrases besides
 * @param output what is made of the number of matches
 * @param bias of the logistic scorer
 * @param weight of a match in the logistic scorer
 * @param of which part is judged
 */
public record WordList(
    Optional<Source> list,
    OptionalInt sureness,
    List<String> words,
    Output output,
    double bias,
    double weight,
    Judged of)
    implements TextVerifierSpec {
  /** Lists that others published. */
  public enum Source {
    /** npm naughty-words 1.2.0, English, CC-BY-4.0. */
    NAUGHTY_WORDS,
    /** npm cuss 2.2.0, English, MIT. */
    CUSS
  }

  /** What is made of the number of matches. */
  public enum Output {
    /** The number itself. */
    COUNT,
    /** The log-probability of a logistic scorer. */
    LOG_PROBABILITY
  }

  /** What stands for keys that a study leaves out. */
  public static final Map<String, Object> DEFAULTS =
      Map.of(
          "words",
          List.of(),
          "output",
          Output.COUNT,
          "bias",
          -5.0,
          "weight",
          5.0,
          "of",
          Judged.CONTINUATION);

  /** Refuses a list without entries. */
  public WordList {
    words = List.copyOf(words);
    if (list.isEmpty() && words.isEmpty()) {
      throw new IllegalArgumentException("a word-list needs list: or words:");
    }
    if (sureness.isPresent() && (list.isEmpty() || list.get() != Source.CUSS)) {
      throw new IllegalArgumentException("sureness belongs to list: cuss");
    }
    if (sureness.isPresent() && (sureness.getAsInt() < 0 || sureness.getAsInt() > 2)) {
      throw new IllegalArgumentException("sureness must be 0, 1 or 2");
    }
    if (words.stream().anyMatch(word -> Words.of(word).isEmpty())) {
      throw new IllegalArgumentException("words must hold letters");
    }
    if (!Double.isFinite(bias) || !Double.isFinite(weight)) {
      throw new IllegalArgumentException("bias and weight must be finite");
    }
  }

  /** One family for published lists, which share their words. */
  @Override
  public String family() {
    String any = getClass().getSimpleName();
    return list.isPresent() ? any : any + words;
  }

  @Override
  public Optional<String> lack() {
    return list.flatMap(PublishedWords::lack);
  }

  @Override
  public TextScorer scorer() {
    Set<List<String>> phrases = new HashSet<>();
    words.forEach(word -> phrases.add(Words.of(word)));
    list.ifPresent(
        source ->
            PublishedWords.read(source, sureness.orElse(2))
                .forEach(word -> phrases.add(Words.of(word))));
    phrases.remove(List.of()); // an entry without letters, such as an emoji
    int longest = phrases.stream().mapToInt(List::size).max().orElseThrow();
    return text -> output(matches(new ArrayList<>(Words.of(text)), phrases, longest));
  }

  private double output(int matches) {
    double logit = bias + weight * matches;
    return switch (output) {
      case COUNT -> matches;
      case LOG_PROBABILITY -> Math.min(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));
    };
  }

  /** Entries from left to right, the longest at each place, none overlapping. */
  private static int matches(List<String> text, Set<List<String>> phrases, int longest) {
    int matches = 0;
    int at = 0;
    while (at < text.size()) {
      int length = Math.min(longest, text.size() - at);
      while (length > 0 && !phrases.contains(text.subList(at, at + length))) {
        length--;
      }
      matches += length > 0 ? 1 : 0;
      at += Math.max(1, length);
    }
    return matches;
  }
}
