package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.nio.IntBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Distinct-n: how many different n-grams the samples of a prompt have, over how many they have in
 * all, averaged over prompts; larger is more diverse.
 *
 * <p>Li et al., arXiv 1510.03055, pooled over the samples of a prompt. It falls as there are more
 * samples: to be compared at equal numbers only.
 *
 * @param order n, at least 1
 * @param over what the different n-grams are divided by
 */
public record Distinct(int order, Over over) implements SequenceMetric {
  /** What the different n-grams are divided by. */
  public enum Over {
    /** The n-grams that there are. */
    GRAMS,
    /**
     * The words that there are, n-grams being of words: so published with SSD-LM and FK steering,
     * arXiv 2210.17432 and 2501.06848. It reaches 1 for single words only.
     */
    WORDS
  }

  /** Refuses orders below 1. */
  public Distinct {
    if (order < 1) {
      throw new IllegalArgumentException("order must be at least 1 but is " + order);
    }
  }

  @Override
  public String name() {
    return "distinct-" + order + (ofWords() ? "-per-word" : "");
  }

  @Override
  public boolean ofWords() {
    return over == Over.WORDS;
  }

  @Override
  public Estimate estimate(Cloud cloud, double level) {
    return Sequences.within(cloud, name(), this::of, true, level);
  }

  /** The value of one prompt; NaN where there is nothing to count. */
  double of(WeightedPoints part) {
    Set<IntBuffer> different = new HashSet<>();
    long all = 0;
    for (double[] row : part.rows()) {
      int[] tokens = Sequences.tokens(row);
      var grams = Sequences.grams(tokens, order);
      different.addAll(grams);
      all += ofWords() ? tokens.length : grams.size();
    }
    return all == 0 ? Double.NaN : (double) different.size() / all;
  }
}
