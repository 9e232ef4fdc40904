package io.github.tiltbench.metric.sample;

import io.github.tiltbench.particle.Preference;
import java.util.Arrays;
import java.util.List;

/**
 * Populations near real data are preferred, by their Frechet distance: a preference that no sample
 * has by itself.
 *
 * <p>Of several families of candidates one member each is kept, by a sweep: the first of every
 * family stand to begin with; family by family, the member that stands gives way to the one with
 * which the whole set is nearest, the first among equals. A set that grew one by one beside others
 * would be chosen for what those lack.
 *
 * @param references real data, at least one set
 */
public record FrechetSweep(List<Reference> references) implements Preference {
  /** The same sets. */
  public FrechetSweep {
    references = List.copyOf(references);
  }

  /**
   * What is read of a sample.
   *
   * @param reference which of the sets it is to be near
   * @param features its point
   */
  public static double[] row(int reference, double[] features) {
    double[] row = new double[features.length + 1];
    row[0] = reference;
    System.arraycopy(features, 0, row, 1, features.length);
    return row;
  }

  /** Minus the distance of the whole set, for each of its members. */
  @Override
  public double[] scores(double[][] rows) {
    double[] scores = new double[rows.length];
    Arrays.fill(scores, -gaussian(rows).distance(moments(points(rows))));
    return scores;
  }

  @Override
  public int[] keep(double[][] rows, int width) {
    double[][] points = points(rows);
    FrechetDistance.Gaussian gaussian = gaussian(rows);
    int[] standing = new int[rows.length / width];
    Arrays.setAll(standing, family -> family * width);
    for (int family = 0; family < standing.length; family++) {
      Moments others = new Moments(points[0]);
      for (int other = 0; other < standing.length; other++) {
        if (other != family) {
          others.add(points[standing[other]]);
        }
      }
      double least = Double.POSITIVE_INFINITY;
      for (int i = family * width; i < (family + 1) * width; i++) {
        Moments with = new Moments(points[0]).combine(others).add(points[i]);
        double distance = gaussian.distance(with);
        if (distance < least) {
          least = distance;
          standing[family] = i;
        }
      }
    }
    return standing;
  }

  private FrechetDistance.Gaussian gaussian(double[][] rows) {
    return FrechetDistance.Gaussian.of(references.get((int) rows[0][0]));
  }

  private static double[][] points(double[][] rows) {
    return Arrays.stream(rows)
        .map(row -> Arrays.copyOfRange(row, 1, row.length))
        .toArray(double[][]::new);
  }

  private static Moments moments(double[][] points) {
    Moments moments = new Moments(points[0].length);
    Arrays.stream(points).forEach(moments::add);
    return moments;
  }
}
