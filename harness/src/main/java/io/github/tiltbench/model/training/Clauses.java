package io.github.tiltbench.model.training;

import io.github.tiltbench.model.MaskedNetwork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clauses of verses, made of frequent words alone.
 *
 * <p>A line is a verse behind its name and a blank. In lower case it falls into words and marks,
 * and ends a clause at {@code . ; : ? !}. Of the clauses of the right size those stay whose tokens
 * are all among the most frequent of such clauses. Every twentieth block of fifty verses is held
 * out.
 *
 * @param words in the vocabulary, marks included, the end not
 * @param fewest tokens of a clause
 * @param most tokens of a clause
 */
public record Clauses(
    String name, String text, String sha256, String command, int words, int fewest, int most)
    implements Corpus {
  private static final Pattern TOKEN = Pattern.compile("[a-z]+(?:'s)?|[.,;:?!]");
  private static final String ENDS = ".;:?!";
  private static final int BLOCK = 50;
  private static final int BLOCKS = 20;

  /** Refuses a vocabulary and sizes of nothing. */
  public Clauses {
    CardContent.require(words > 0, "words must be positive but is " + words);
    CardContent.require(fewest > 0, "fewest must be positive but is " + fewest);
    CardContent.require(most >= fewest, "most must be at least fewest but is " + most);
  }

  @Override
  public MaskedNetwork.Spelling spelling() {
    return MaskedNetwork.Spelling.WORDS;
  }

  @Override
  public int tokens() {
    return words + 1;
  }

  @Override
  public int longest() {
    return most;
  }

  private record Clause(int verse, List<String> tokens) {
    boolean heldOut() {
      return verse / BLOCK % BLOCKS == BLOCKS - 1;
    }
  }

  @Override
  public Sequences sequences(List<String> lines) {
    List<Clause> clauses = new ArrayList<>();
    for (int verse = 0; verse < lines.size(); verse++) {
      String line = lines.get(verse).toLowerCase(Locale.ROOT);
      Matcher matcher = TOKEN.matcher(line.substring(line.indexOf(' ') + 1));
      List<String> tokens = new ArrayList<>();
      while (matcher.find()) {
        tokens.add(matcher.group());
        if (ENDS.contains(matcher.group())) {
          if (tokens.size() >= fewest && tokens.size() <= most) {
            clauses.add(new Clause(verse, tokens));
          }
          tokens = new ArrayList<>();
        }
      }
    }
    List<String> vocabulary = frequent(clauses);
    Map<String, Integer> ids = new HashMap<>();
    vocabulary.forEach(word -> ids.put(word, ids.size()));
    List<int[]> training = new ArrayList<>();
    List<int[]> heldOut = new ArrayList<>();
    for (Clause clause : clauses) {
      if (ids.keySet().containsAll(clause.tokens)) {
        int[] tokens = clause.tokens.stream().mapToInt(ids::get).toArray();
        (clause.heldOut() ? heldOut : training).add(tokens);
      }
    }
    vocabulary.add(MaskedNetwork.END);
    return new Sequences(vocabulary, training, heldOut);
  }

  /** The most frequent tokens, of equals the earlier. */
  private List<String> frequent(List<Clause> clauses) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    clauses.forEach(c -> c.tokens.forEach(token -> counts.merge(token, 1, Integer::sum)));
    return new ArrayList<>(
        counts.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(words)
            .map(Map.Entry::getKey)
            .toList());
  }
}
