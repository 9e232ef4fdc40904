package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The Frechet distance of Gaussians with the moments of samples and of the reference: {@code |m_1 -
 * m_2|^2 + tr(S_1 + S_2 - 2 (S_1 S_2)^(1/2))}, covariances unbiased, in squared units of the
 * features.
 *
 * <p>Biased upward by about {@link Gaussian#floor(int)}, which is noted beside it; within two
 * floors of zero it is not resolved. It is not FID, which is defined by one network and its
 * preprocessing alone (arXiv 2104.11222). Refused with no more samples than features and for
 * weighted samples.
 */
public record FrechetDistance() implements Distance<Reference> {
  @Override
  public String name() {
    return "fd";
  }

  @Override
  public Estimate estimate(Cloud cloud, Reference reference, double level) {
    Estimate.Refused refused = refusal(cloud, reference);
    if (refused != null) {
      return refused;
    }
    List<Moments> groups = groups(cloud);
    Estimate estimate =
        cloud.jackknife(g -> Gaussian.of(reference).distance(without(groups, g)), level);
    int n = cloud.pooled(-1).size();
    double floor = Gaussian.of(reference).floor(n) + Gaussian.of(reference).floor(reference.size());
    boolean near = estimate instanceof Estimate.Interval i && i.value() < 2 * floor;
    return Notes.with(
        estimate, "floor " + Notes.number(floor) + (near ? ", not resolved from zero" : ""));
  }

  /** Why there cannot be a distance, or null. */
  static Estimate.Refused refusal(Cloud cloud, Reference reference) {
    int p = reference.width();
    if (cloud.weighted()) {
      return cloud.refused("a Frechet distance has no weighted form");
    }
    if (!cloud.balanced()) {
      return cloud.refused("prompts have unequal numbers of samples");
    }
    int n = cloud.pooled(-1).size();
    int least = Math.min(n - n / Math.max(1, cloud.groups()), reference.size());
    return least > p
        ? null
        : cloud.refused(
            "a Frechet distance needs more samples than the " + p + " features, and has " + least);
  }

  private static List<Moments> groups(Cloud cloud) {
    WeightedPoints all = cloud.pooled(-1);
    int[] group = cloud.groupOfPoint();
    List<Moments> groups = new ArrayList<>();
    for (int g = 0; g < cloud.groups(); g++) {
      groups.add(new Moments(all.rows()[0]));
    }
    for (int i = 0; i < group.length; i++) {
      groups.get(group[i]).add(all.rows()[i]);
    }
    return groups;
  }

  private static Moments without(List<Moments> groups, int left) {
    Moments all = new Moments(groups.get(0).origin());
    for (int g = 0; g < groups.size(); g++) {
      if (g != left) {
        all.combine(groups.get(g));
      }
    }
    return all;
  }

  /** The value of two sets of points. */
  static double of(double[][] rows, Reference reference) {
    Moments moments = new Moments(rows[0].length);
    Arrays.stream(rows).forEach(moments::add);
    return Gaussian.of(reference).distance(moments);
  }

  /**
   * The moments of a reference.
   *
   * @param root symmetric square root of its covariance
   * @param eigenvalues of its covariance
   */
  record Gaussian(double[] mean, double[][] root, double[] eigenvalues) {
    static Gaussian of(Reference reference) {
      return reference.once(
          Gaussian.class,
          () -> {
            Moments moments = new Moments(reference.width());
            Arrays.stream(reference.rows()).forEach(moments::add);
            double[][] covariance = moments.covariance();
            return new Gaussian(
                moments.mean(), Symmetric.root(covariance), Symmetric.nonNegative(covariance));
          });
    }

    double distance(Moments sample) {
      return distance(sample.mean(), sample.covariance());
    }

    double distance(double[] sampleMean, double[][] covariance) {
      double cross = 0;
      for (double l : Symmetric.nonNegative(Symmetric.sandwich(root, covariance))) {
        cross += Math.sqrt(l);
      }
      return Vectors.squaredDistance(mean, sampleMean)
          + Symmetric.trace(covariance)
          + Arrays.stream(eigenvalues).sum()
          - 2 * cross;
    }

    /**
     * The distance to be expected of n independent samples of the very Gaussian: {@code tr S / n +
     * (sum_ij l_i l_j / (l_i + l_j) + tr S / 2) / (2 (n - 1))}, to first order in 1/n.
     */
    double floor(int n) {
      double trace = Arrays.stream(eigenvalues).sum();
      double pairs = 0;
      for (double a : eigenvalues) {
        for (double b : eigenvalues) {
          pairs += a + b > 0 ? a * b / (a + b) : 0;
        }
      }
      return trace / n + (pairs + trace / 2) / (2 * (n - 1));
    }
  }
}
