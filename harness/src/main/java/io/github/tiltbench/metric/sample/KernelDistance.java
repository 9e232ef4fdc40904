package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.util.Arrays;
import java.util.List;

/**
 * The squared maximum mean discrepancy between samples and reference, unbiased at any number of
 * samples: it may be negative and is never clipped (Binkowski et al., arXiv 1801.01401).
 *
 * <p>The cubic kernel {@code (x.y/p + 1)^3} sees differences in the first three moments only; the
 * Gaussian kernel {@code exp(-|x-y|^2 / (2 h^2))}, h the median distance of pairs of the reference,
 * sees every difference of that scale. Weighted samples enter with {@code sum_{i != j} w_i w_j k_ij
 * / (1 - sum w^2)}. Under equality the statistic is degenerate and the interval, which is
 * Student's, is no test of it. Needs 50 samples on either side.
 *
 * @param kernel which of the two
 */
public record KernelDistance(Kernel kernel) implements Distance<Reference> {
  private static final int SAMPLES = 50;

  /** How alike two points are. */
  public enum Kernel {
    /** Third powers of inner products. */
    CUBIC,
    /** A Gaussian of the distance, as wide as the reference says. */
    GAUSSIAN
  }

  @Override
  public String name() {
    return kernel == Kernel.CUBIC ? "kd" : "kd-gaussian";
  }

  @Override
  public Estimate estimate(Cloud cloud, Reference reference, double level) {
    WeightedPoints all = cloud.pooled(-1);
    if (Math.min(all.size(), reference.size()) < SAMPLES) {
      return cloud.refused(
          "a kernel distance needs "
              + SAMPLES
              + " samples on either side and has "
              + Math.min(all.size(), reference.size()));
    }
    Sums sums = new Sums(cloud, reference);
    double chance = chance(reference) * (1.0 / all.size() + 1.0 / reference.size());
    Estimate estimate = cloud.jackknife(sums::distance, level, chance * chance);
    boolean near = estimate instanceof Estimate.Interval i && i.value() < 2 * chance;
    return Notes.with(
        estimate,
        "deviation of equals " + Notes.number(chance) + (near ? ", not resolved from zero" : ""));
  }

  /** The value of two sets of equally weighted points. */
  double of(double[][] rows, Reference reference) {
    Cloud cloud = new Cloud(List.of(Points.of("-", rows)), false);
    return new Sums(cloud, reference).distance(-1);
  }

  /** Kernel sums over pairs of groups, from which any group can be left out. */
  private final class Sums {
    private final double[][] pairs;
    private final double[] cross;
    private final double[] weight;
    private final double[] self;
    private final double ofReference;

    Sums(Cloud cloud, Reference reference) {
      WeightedPoints all = cloud.pooled(-1);
      int groups = cloud.groups();
      int[] group = cloud.groupOfPoint();
      double h = kernel == Kernel.CUBIC ? 0 : bandwidth(reference);
      pairs = new double[groups][groups];
      cross = new double[groups];
      weight = new double[groups];
      self = new double[groups];
      for (int i = 0; i < all.size(); i++) {
        double[] x = all.rows()[i];
        double w = all.weights()[i];
        weight[group[i]] += w;
        self[group[i]] += w * w;
        for (int j = 0; j < i; j++) {
          pairs[group[i]][group[j]] += 2 * w * all.weights()[j] * at(x, all.rows()[j], h);
        }
        double sum = 0;
        for (double[] y : reference.rows()) {
          sum += at(x, y, h);
        }
        cross[group[i]] += w * sum / reference.size();
      }
      ofReference = reference.once(kernel, () -> within(reference.rows(), h));
    }

    double distance(int without) {
      double pairSum = 0;
      double crossSum = 0;
      double total = 0;
      double squares = 0;
      for (int g = 0; g < cross.length; g++) {
        if (g != without) {
          crossSum += cross[g];
          total += weight[g];
          squares += self[g];
          for (int k = 0; k < cross.length; k++) {
            pairSum += k == without ? 0 : pairs[g][k];
          }
        }
      }
      return pairSum / (total * total - squares) + ofReference - 2 * crossSum / total;
    }
  }

  private double within(double[][] rows, double h) {
    double sum = 0;
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += at(rows[i], rows[j], h);
      }
    }
    return 2 * sum / ((double) rows.length * (rows.length - 1));
  }

  private double at(double[] x, double[] y, double h) {
    if (kernel == Kernel.CUBIC) {
      double base = Vectors.dot(x, y) / x.length + 1;
      return base * base * base;
    }
    return Math.exp(-Vectors.squaredDistance(x, y) / (2 * h * h));
  }

  /** sqrt(2 E k(x, x')^2) of the kernel centred on at most 500 points of the reference. */
  private double chance(Reference reference) {
    return reference.once(
        List.of("chance", kernel),
        () -> {
          double[][] rows = reference.thinned(500).rows();
          int m = rows.length;
          double h = kernel == Kernel.CUBIC ? 0 : bandwidth(reference);
          double[][] k = new double[m][m];
          double[] mean = new double[m];
          double all = 0;
          for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
              k[i][j] = at(rows[i], rows[j], h);
              mean[i] += k[i][j] / m;
            }
            all += mean[i] / m;
          }
          double squares = 0;
          for (int i = 0; i < m; i++) {
            for (int j = 0; j < i; j++) {
              double centred = k[i][j] - mean[i] - mean[j] + all;
              squares += centred * centred;
            }
          }
          return Math.sqrt(2 * squares / (0.5 * m * (m - 1)));
        });
  }

  /** The median distance of pairs of at most 500 evenly spaced points of the reference. */
  private static double bandwidth(Reference reference) {
    return reference.once(
        "bandwidth",
        () -> {
          double[][] rows = reference.thinned(500).rows();
          double[] distances = new double[rows.length * (rows.length - 1) / 2];
          int at = 0;
          for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < i; j++) {
              distances[at++] = Math.sqrt(Vectors.squaredDistance(rows[i], rows[j]));
            }
          }
          Arrays.sort(distances);
          return distances[distances.length / 2];
        });
  }
}
