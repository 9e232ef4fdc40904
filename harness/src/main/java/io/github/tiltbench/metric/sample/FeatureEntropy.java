package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.util.stream.IntStream;

/**
 * The entropy, in nats, of a Gaussian along the leading directions of the features of a prompt's
 * samples, averaged over prompts; larger is more diverse, negative is legitimate.
 *
 * <p>{@code (k/2) ln(2 pi e) + 1/2 sum_{i<=k} ln l_i} with l the eigenvalues of the unbiased
 * covariance, largest first. The truncated CLIP entropy in use (code fibarrola/image_diversity)
 * takes the first outputs of a general eigen-solver, which need not be the largest. Biased in the
 * number of samples: to be compared at equal n and k only. Samples must be equally weighted.
 *
 * @param most largest k; the width of the features if that is smaller
 */
public record FeatureEntropy(int most) implements SampleMetric {
  @Override
  public String name() {
    return "tfe";
  }

  @Override
  public Estimate estimate(Cloud cloud, double level) {
    if (cloud.weighted()) {
      return cloud.refused("the entropy of features has no weighted form");
    }
    int k = directions(cloud.pooled(-1).width());
    // Leaving out a group must leave more samples than directions as well.
    int fewest =
        IntStream.range(0, cloud.groups())
            .flatMap(g -> cloud.prompts(g).stream().mapToInt(WeightedPoints::size))
            .min()
            .orElse(0);
    if (fewest <= k) {
      return cloud.refused(
          "the entropy along " + k + " directions needs more samples a prompt than there are");
    }
    return Notes.with(cloud.withinPrompts(this::of, level), "k = " + k);
  }

  private int directions(int width) {
    return Math.min(most, width);
  }

  /** The value of one prompt; not finite if the points span fewer than k directions. */
  double of(WeightedPoints part) {
    double[] lambda = Symmetric.principal(part.rows());
    int k = directions(part.width());
    double entropy = k / 2.0 * Math.log(2 * Math.PI * Math.E);
    for (int i = 0; i < k; i++) {
      entropy += 0.5 * Math.log(lambda[i]);
    }
    return entropy;
  }
}
