package io.github.tiltbench.metric.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * A number with a bias of the order 1/N, at ten sizes N of parts against 1/N: the intercept of the
 * line is the number of infinitely many samples (Chong and Forsyth, arXiv 1911.07023).
 *
 * <p>A size has the mean over as many disjoint parts as there are; points are taken at
 * golden-section steps through all of them, so that a part holds every prompt in its share.
 */
final class Extrapolation {
  /** Fewest groups of a jackknife of the intercept. */
  static final int GROUPS = 10;

  private static final int SIZES = 10;
  private static final double GOLDEN = 0.6180339887498949;
  private static final double EXPLAINED = 0.95;

  private Extrapolation() {}

  /**
   * The line through the numbers of parts of the sizes from one to all points.
   *
   * @param least the smallest size; not under a tenth of all points
   */
  static SimpleRegression line(double[][] rows, int least, ToDoubleFunction<double[][]> number) {
    int n = rows.length;
    int[] order = spread(n);
    int first = Math.max(n / SIZES, least);
    SimpleRegression line = new SimpleRegression();
    for (int s = 0; s < SIZES; s++) {
      int size = first + (int) ((long) (n - first) * s / (SIZES - 1));
      List<Double> values = new ArrayList<>();
      for (int from = 0; from + size <= n; from += size) {
        double[][] part =
            Arrays.stream(order, from, from + size).mapToObj(i -> rows[i]).toArray(double[][]::new);
        values.add(number.applyAsDouble(part));
      }
      line.addData(
          1.0 / size, values.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
    }
    return line;
  }

  /** Whether a line explains 95 % of the variance and has the slope of the bias. */
  static boolean straight(SimpleRegression line, boolean falling) {
    return (falling ? line.getSlope() < 0 : line.getSlope() > 0) && line.getRSquare() >= EXPLAINED;
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
