package io.github.tiltbench.metric.sample;

import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.stats.Estimate;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Sequences of tokens as points: a row holds the ids of the free positions, and {@link #BLANK} from
 * the first end token on.
 */
public final class Sequences {
  /** What stands at a position behind the end. */
  public static final int BLANK = -1;

  private Sequences() {}

  /**
   * The sequences of one trial, equally weighted.
   *
   * <p>Weighted sequences are drawn as often as there are samples, at evenly spaced ranks of their
   * cumulative weight, so that a heavy one stands there as often as in a resampled population.
   * Ranks go by weight and content: the order of the samples does not matter.
   *
   * @param prompt the condition it was run on
   * @param rows ids of one sample each; shorter ones are blank at their end
   * @param logWeights log-weight of each, not all minus infinity
   */
  public static Points points(String prompt, int[][] rows, double[] logWeights) {
    int longest = Arrays.stream(rows).mapToInt(row -> row.length).max().orElseThrow();
    return Points.of(
        prompt,
        Arrays.stream(drawn(rows, logWeights))
            .mapToObj(i -> padded(rows[i], longest))
            .toArray(double[][]::new));
  }

  private static double[] padded(int[] row, int length) {
    double[] padded = new double[length];
    Arrays.setAll(padded, at -> at < row.length ? row[at] : BLANK);
    return padded;
  }

  private static int[] drawn(int[][] rows, double[] logWeights) {
    int n = rows.length;
    if (Arrays.stream(logWeights).distinct().count() == 1) {
      return IntStream.range(0, n).toArray();
    }
    double[] weight = new Weights(logWeights).normalised();
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(i -> -weight[i])
                    .thenComparing(i -> rows[i], Arrays::compare))
            .mapToInt(i -> i)
            .toArray();
    int[] drawn = new int[n];
    double cumulated = weight[order[0]];
    int at = 0;
    for (int i = 0; i < n; i++) {
      while (cumulated < (i + 0.5) / n && at < n - 1) {
        cumulated += weight[order[++at]];
      }
      drawn[i] = order[at];
    }
    return drawn;
  }

  /** The tokens of a row up to its end. */
  static int[] tokens(double[] row) {
    return Arrays.stream(row).takeWhile(t -> t != BLANK).mapToInt(t -> (int) t).toArray();
  }

  /** Runs of so many tokens, in their order; two with the same tokens are equal. */
  static List<IntBuffer> grams(int[] tokens, int order) {
    List<IntBuffer> grams = new ArrayList<>();
    for (int i = 0; i + order <= tokens.length; i++) {
      grams.add(IntBuffer.wrap(tokens, i, order));
    }
    return grams;
  }

  /**
   * The mean over prompts of a share, with its interval.
   *
   * @param name as a reason calls it
   * @param share of one prompt, NaN where there is none
   * @param counts whether it depends on the number of samples, which a note then tells
   */
  static Estimate within(
      Cloud cloud,
      String name,
      ToDoubleFunction<WeightedPoints> share,
      boolean counts,
      double level) {
    if (cloud.fewest() < 2) {
      return cloud.refused(name + " needs 2 samples a prompt; one has " + cloud.fewest());
    }
    Estimate estimate = cloud.withinPrompts(share, level).within(0, 1);
    if (estimate instanceof Estimate.Refused r && r.reason().startsWith("no spread")) {
      double value = cloud.prompts(-1).stream().mapToDouble(share).average().orElseThrow();
      return cloud.refused(Notes.number(value) + ", with " + r.reason());
    }
    return counts
        ? Notes.with(estimate, "of " + cloud.fewest() + " samples a prompt, the more the lower")
        : estimate;
  }
}
