package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Precision, recall, density or coverage: how samples and real points lie in balls that reach to
 * the k-th nearest other point of the ball's own set, k = 5.
 *
 * <p>Precision: the share of samples in some real ball; recall: of real points in some sample's
 * ball (Kynkaanniemi et al., arXiv 1904.06991, there with k = 3). Density: real balls a sample lies
 * in, over k; coverage: the share of real balls that hold a sample (Naeem et al., arXiv
 * 2002.09797). If both laws are equal, density is 1 and coverage {@code 1 - prod_{j<=k}
 * (N-j)/(M+N-j)} on average, exactly; precision and recall have no such baseline, and that of two
 * halves of the reference is noted. As many real points as samples are used where there are more.
 * Needs 200 on either side, equal weights, and no sample that is a real point.
 *
 * @param what which of the four
 */
public record Neighbours(What what) implements Distance<Reference> {
  static final int K = 5;
  private static final int POINTS = 200;

  /** Which number. */
  public enum What {
    PRECISION,
    RECALL,
    DENSITY,
    COVERAGE
  }

  @Override
  public String name() {
    return what.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Estimate estimate(Cloud cloud, Reference reference, double level) {
    if (cloud.weighted()) {
      return cloud.refused(name() + " has no weighted form");
    }
    if (!cloud.balanced()) {
      return cloud.refused("prompts have unequal numbers of samples");
    }
    WeightedPoints all = cloud.pooled(-1);
    int fewest = Math.min(all.size(), reference.size());
    if (fewest < POINTS) {
      return cloud.refused(
          name() + " needs " + POINTS + " points on either side and has " + fewest);
    }
    Reference real = reference.thinned(all.size());
    Balls balls =
        cloud.once(
            List.of(Balls.class, real),
            () -> new Balls(real, all.rows(), cloud.groupOfPoint(), cloud.groups(), K));
    if (balls.copies()) {
      return cloud.refused("a sample is a point of the reference");
    }
    return Notes.with(cloud.jackknife(g -> balls.value(what, g), level), note(real, all.size()));
  }

  private String note(Reference real, int samples) {
    return switch (what) {
      case DENSITY -> "1 if the laws are equal";
      case COVERAGE ->
          Notes.number(coverageOfEquals(real.size(), samples, K)) + " if the laws are equal";
      case PRECISION, RECALL ->
          Notes.number(ofHalves(real).value(what, -1)) + " between halves of the reference";
    };
  }

  private static Balls ofHalves(Reference real) {
    return real.once(
        "halves",
        () -> {
          double[][] rows = real.half(1).rows();
          return new Balls(real.half(0), rows, new int[rows.length], 1, K);
        });
  }

  /** Mean coverage of N real balls by M samples of the same continuous law. */
  static double coverageOfEquals(int n, int m, int k) {
    double missed = 1;
    for (int j = 1; j <= k; j++) {
      missed *= (double) (n - j) / (m + n - j);
    }
    return 1 - missed;
  }

  /** The squared distance from each point to its k-th nearest other one. */
  static double[] radii(double[][] rows, int k) {
    double[] radii = new double[rows.length];
    double[] distances = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows.length; j++) {
        distances[j] = Vectors.squaredDistance(rows[i], rows[j]);
      }
      distances[i] = Double.POSITIVE_INFINITY;
      double[] sorted = distances.clone();
      Arrays.sort(sorted);
      radii[i] = sorted[k - 1];
    }
    return radii;
  }
}
