package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * The Frechet distance extrapolated to infinitely many samples: the intercept of a line through the
 * distances of parts of size N, against 1/N (Chong and Forsyth, arXiv 1911.07023).
 *
 * <p>Ten sizes from the larger of n/10 and 5 p up to n, each the mean over as many disjoint parts
 * as there are; points are taken at golden-section steps through all of them, so that a part holds
 * every prompt in its share. The reference stays finite. Refused under 10 samples a feature, under
 * 10 groups, and where the line falls or does not explain 95 % of the variance.
 */
public record FrechetLimit() implements Distance<Reference> {
  private static final int SIZES = 10;
  private static final int GROUPS = 10;
  private static final double GOLDEN = 0.6180339887498949;
  private static final double EXPLAINED = 0.95;

  @Override
  public String name() {
    return "fd-limit";
  }

  @Override
  public Estimate estimate(Cloud cloud, Reference reference, double level) {
    Estimate.Refused refused = FrechetDistance.refusal(cloud, reference);
    if (refused != null) {
      return refused;
    }
    Part all = cloud.pooled(-1);
    if (all.size() < 10 * all.width() || cloud.groups() < GROUPS) {
      return cloud.refused(
          "extrapolation needs 10 samples a feature ("
              + 10 * all.width()
              + ") and 10 groups; there are "
              + all.size()
              + " and "
              + cloud.groups());
    }
    SimpleRegression line = line(all.rows(), reference);
    if (!(line.getSlope() > 0) || !(line.getRSquare() >= EXPLAINED)) {
      return cloud.refused(
          "the distance does not fall with 1/N on a line: R^2 is "
              + Notes.number(line.getRSquare()));
    }
    return cloud.jackknife(g -> line(cloud.pooled(g).rows(), reference).getIntercept(), level);
  }

  /** Distances of parts against 1/N. */
  static SimpleRegression line(double[][] rows, Reference reference) {
    int n = rows.length;
    int[] order = spread(n);
    int least = Math.max(n / SIZES, Math.min(n / 2, 5 * reference.width()));
    SimpleRegression line = new SimpleRegression();
    for (int s = 0; s < SIZES; s++) {
      int size = least + (int) ((long) (n - least) * s / (SIZES - 1));
      List<Double> values = new ArrayList<>();
      for (int from = 0; from + size <= n; from += size) {
        double[][] part =
            Arrays.stream(order, from, from + size).mapToObj(i -> rows[i]).toArray(double[][]::new);
        values.add(FrechetDistance.of(part, reference));
      }
      line.addData(
          1.0 / size, values.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
    }
    return line;
  }

  /** All indices below n, consecutive ones far apart. */
  private static int[] spread(int n) {
    int step = Math.max(1, (int) (n * GOLDEN));
    while (gcd(step, n) != 1) {
      step++;
    }
    int stride = step;
    return IntStream.range(0, n).map(i -> (int) ((long) i * stride % n)).toArray();
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
