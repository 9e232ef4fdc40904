package io.github.tiltbench.metric.law;

import io.github.tiltbench.metric.sample.Cloud;
import io.github.tiltbench.metric.sample.Distance;
import io.github.tiltbench.metric.sample.Notes;
import io.github.tiltbench.metric.sample.WeightedPoints;
import io.github.tiltbench.stats.Estimate;
import java.util.Arrays;
import java.util.Locale;

/**
 * The squared error of the mean, of the covariance or of the weights of modes against the known
 * law, estimated without bias.
 *
 * <p>Each unit (a trial, or an independent draw) gives a vector with the law's as its mean; the
 * number is the mean over pairs of different units of the inner product of their differences from
 * the law. Scales: the law's total variance for the mean, the squared Frobenius norm of its
 * covariance for the second moments about the law's mean, none for the shares of modes, where a
 * point belongs to the component that is most likely for it. Where the law is known by points, the
 * error those have themselves is noted as the floor.
 *
 * @param of what is compared
 */
public record LawError(Of of) implements Distance<Law> {
  /** What is compared. */
  public enum Of {
    /** The mean. */
    MEAN,
    /** Second moments about the law's mean. */
    COVARIANCE,
    /** Shares of the components of the data. */
    MODES
  }

  @Override
  public String name() {
    return "law-" + of.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Estimate estimate(Cloud cloud, Law law, double level) {
    if (of == Of.MODES && law.modes().weights().length == 1) {
      return cloud.refused("the law has one mode");
    }
    double[] truth = truth(law);
    double scale = scale(law);
    int groups = cloud.groups();
    int[] group = cloud.groupOfUnit();
    double[][] sums = new double[groups][truth.length];
    double[] squares = new double[groups];
    int[] counts = new int[groups];
    int unit = 0;
    for (WeightedPoints part : cloud.byUnit()) {
      double[] off = difference(part.rows(), part.weights(), law, truth);
      int g = group[unit++];
      counts[g]++;
      for (int k = 0; k < off.length; k++) {
        sums[g][k] += off[k];
        squares[g] += off[k] * off[k];
      }
    }
    double chance = chance(sums, counts) / scale;
    Estimate estimate =
        cloud.jackknife(g -> pairs(sums, squares, counts, g) / scale, level, chance * chance);
    String floor =
        law.exact() && of != Of.MODES ? "" : ", floor " + Notes.number(noise(law, truth) / scale);
    return Notes.with(estimate, "law of " + law.name() + floor);
  }

  /** The mean inner product over pairs of different units outside of a group. */
  private static double pairs(double[][] sums, double[] squares, int[] counts, int without) {
    double[] sum = new double[sums[0].length];
    double self = 0;
    double n = 0;
    for (int g = 0; g < sums.length; g++) {
      if (g != without) {
        n += counts[g];
        self += squares[g];
        for (int k = 0; k < sum.length; k++) {
          sum[k] += sums[g][k];
        }
      }
    }
    return (Arrays.stream(sum).map(v -> v * v).sum() - self) / (n * (n - 1));
  }

  /**
   * The standard deviation of the number under the law: {@code sqrt(2) |C| / n}, C the covariance
   * of the units' vectors. For sums A, B of a and b independent differences, {@code <A, B>^2} is
   * {@code a b |C|^2} in the mean.
   */
  private static double chance(double[][] sums, int[] counts) {
    double squares = 0;
    int pairs = 0;
    for (int g = 0; g < sums.length; g++) {
      for (int h = 0; h < g; h++) {
        double product = 0;
        for (int k = 0; k < sums[g].length; k++) {
          product += sums[g][k] * sums[h][k];
        }
        squares += product * product / counts[g] / counts[h];
        pairs++;
      }
    }
    return pairs == 0 ? 0 : Math.sqrt(2 * squares / pairs) / Arrays.stream(counts).sum();
  }

  /** What the mean over weighted points is above the truth. */
  private double[] difference(double[][] rows, double[] weights, Law law, double[] truth) {
    double[] off = new double[truth.length];
    for (int i = 0; i < rows.length; i++) {
      double[] v = vector(rows[i], law);
      for (int k = 0; k < off.length; k++) {
        off[k] += weights[i] * (v[k] - truth[k]);
      }
    }
    return off;
  }

  private double[] vector(double[] x, Law law) {
    return switch (of) {
      case MEAN -> x;
      case MODES -> {
        double[] shares = new double[law.modes().weights().length];
        shares[law.mode(x)] = 1;
        yield shares;
      }
      case COVARIANCE -> {
        int d = x.length;
        double[] products = new double[d * d];
        for (int i = 0; i < d; i++) {
          for (int j = 0; j < d; j++) {
            products[i * d + j] = (x[i] - law.mean()[i]) * (x[j] - law.mean()[j]);
          }
        }
        yield products;
      }
    };
  }

  private double[] truth(Law law) {
    return switch (of) {
      case MEAN -> law.mean();
      case COVARIANCE -> Arrays.stream(law.covariance()).flatMapToDouble(Arrays::stream).toArray();
      case MODES ->
          difference(law.points(), law.weights(), law, new double[law.modes().weights().length]);
    };
  }

  private double scale(Law law) {
    double[][] c = law.covariance();
    double scale = 0;
    for (int i = 0; i < c.length; i++) {
      scale += of == Of.MEAN ? c[i][i] : Arrays.stream(c[i]).map(v -> v * v).sum();
    }
    return of == Of.MODES ? 1 : scale;
  }

  /** The expected squared error of the law's own points: sum w^2 |v - truth|^2. */
  private double noise(Law law, double[] truth) {
    double noise = 0;
    for (int i = 0; i < law.points().length; i++) {
      double[] v = vector(law.points()[i], law);
      double w = law.weights()[i];
      for (int k = 0; k < truth.length; k++) {
        noise += w * w * (v[k] - truth[k]) * (v[k] - truth[k]);
      }
    }
    return noise;
  }
}
