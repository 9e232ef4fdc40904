package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Self-BLEU: the mean over the samples of a prompt of the BLEU score of one with all others as its
 * references, averaged over prompts; smaller is more diverse.
 *
 * <p>Zhu et al., arXiv 1802.01886, with the BLEU of Papineni et al. (ACL 2002) as NLTK has it:
 * orders 1 to 4 with equal weights, counts clipped by the reference that has most, brevity penalty
 * by the reference nearest in length, the shorter of two. Smoothing is NLTK's method 1: an order
 * without a match counts as 0.1 matches out of its n-grams, or out of one where the sample is too
 * short to have any; a sample without a single token of the others scores 0. It grows with the
 * number of samples.
 */
public record SelfBleu() implements SequenceMetric {
  private static final int ORDERS = 4;
  private static final double SMOOTHED = 0.1;

  @Override
  public String name() {
    return "self-bleu";
  }

  @Override
  public Estimate estimate(Cloud cloud, double level) {
    Estimate estimate = Sequences.within(cloud, name(), SelfBleu::of, false, level);
    return Notes.with(estimate, "of " + cloud.fewest() + " samples a prompt, the more the higher");
  }

  /** The most that samples have of an n-gram, by whom, and the most that any other has. */
  private static final class Most {
    private int owner = -1;
    private int most;
    private int second;

    void see(int sample, int count) {
      if (count > most) {
        second = most;
        most = count;
        owner = sample;
      } else {
        second = Math.max(second, count);
      }
    }

    int without(int sample) {
      return sample == owner ? second : most;
    }
  }

  /** The value of one prompt; NaN for fewer than two samples. */
  static double of(WeightedPoints part) {
    int n = part.size();
    if (n < 2) {
      return Double.NaN;
    }
    int[][] samples = Arrays.stream(part.rows()).map(Sequences::tokens).toArray(int[][]::new);
    TreeMap<Integer, Integer> lengths = new TreeMap<>();
    Arrays.stream(samples).forEach(s -> lengths.merge(s.length, 1, Integer::sum));
    double[] log = new double[n];
    for (int order = 1; order <= ORDERS; order++) {
      add(samples, order, log);
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.exp(log[i] / ORDERS + brevity(samples[i].length, lengths));
    }
    return sum / n;
  }

  /** Adds the log-precision of an order to that of each sample. */
  private static void add(int[][] samples, int order, double[] log) {
    Map<IntBuffer, Most> known = new HashMap<>();
    for (int i = 0; i < samples.length; i++) {
      int sample = i;
      counts(samples[i], order)
          .forEach(
              (gram, c) -> known.computeIfAbsent(gram, g -> new Most()).see(sample, c.intValue()));
    }
    for (int i = 0; i < samples.length; i++) {
      int sample = i;
      long matches =
          counts(samples[i], order).entrySet().stream()
              .mapToLong(e -> Math.min(e.getValue(), known.get(e.getKey()).without(sample)))
              .sum();
      double all = Math.max(1, samples[i].length - order + 1);
      boolean nothing = order == 1 && matches == 0;
      log[i] +=
          nothing ? Double.NEGATIVE_INFINITY : Math.log((matches == 0 ? SMOOTHED : matches) / all);
    }
  }

  private static Map<IntBuffer, Long> counts(int[] tokens, int order) {
    return Sequences.grams(tokens, order).stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  /** The log of the brevity penalty of a sample among others of these lengths, itself included. */
  private static double brevity(int length, TreeMap<Integer, Integer> lengths) {
    if (lengths.get(length) > 1) {
      return 0;
    }
    Integer shorter = lengths.lowerKey(length);
    Integer longer = lengths.higherKey(length);
    boolean down = longer == null || (shorter != null && length - shorter <= longer - length);
    return down || length == 0 ? 0 : 1 - (double) longer / length;
  }
}
