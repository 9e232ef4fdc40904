package io.github.tiltbench.verifier.text;

import io.github.tiltbench.verifier.Lack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How fluent a text is by the trigram model of CMU Sphinx: minus the mean negative log-likelihood
 * of its words, {@code (sum_i log p(w_i | w_(i-2), w_(i-1)) + log p(end | w_(n-1), w_n)) / (n +
 * 1)}, so that the perplexity is {@code exp(-score)}.
 *
 * <p>The history begins with the start of a sentence; words are in lower case and without
 * punctuation. The model has 72,547 words and passes over others, and a search would learn to write
 * those; so a word that it does not know costs {@code unknown} nats, more than the rarest word it
 * knows, and the history begins anew behind it.
 *
 * @param unknown what a word outside the vocabulary costs, in nats
 * @param of which part is judged
 */
public record Trigram(double unknown, Judged of) implements TextVerifierSpec {
  /** Whole sentences. */
  public static final Trigram DEFAULT = new Trigram(25, Judged.ALL);

  /** Refuses a reward for words that do not exist. */
  public Trigram {
    if (!(unknown >= 0 && Double.isFinite(unknown))) {
      throw new IllegalArgumentException("unknown must be nats, at least 0");
    }
  }

  @Override
  public Optional<String> lack() {
    return Lack.of(WordModel.class, Lack.TEXT);
  }

  @Override
  public TextScorer scorer() {
    WordModel model = Lack.service(WordModel.class, Lack.TEXT);
    return text -> score(model, Words.of(text));
  }

  private double score(WordModel model, List<String> words) {
    List<String> history = new ArrayList<>(List.of(WordModel.START));
    double sum = 0;
    for (int i = 0; i <= words.size(); i++) {
      String word = i < words.size() ? words.get(i) : WordModel.END;
      if (model.knows(word)) {
        history.add(word);
        sum += model.logProbability(last(history));
      } else {
        history.clear();
        sum -= unknown;
      }
    }
    return sum / (words.size() + 1);
  }

  private static List<String> last(List<String> words) {
    return words.subList(Math.max(0, words.size() - WordModel.ORDER), words.size());
  }
}
