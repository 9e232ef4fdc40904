package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * The Frechet distance extrapolated to infinitely many samples: the intercept of a line through the
 * distances of parts of size N, against 1/N ({@link Extrapolation}).
 *
 * <p>Sizes go from the larger of n/10 and 5 p up to n. The reference stays finite. Refused under 10
 * samples a feature, under 10 groups, and where the line falls or does not explain 95 % of the
 * variance.
 */
public record FrechetLimit() implements Distance<Reference> {
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
    WeightedPoints all = cloud.pooled(-1);
    if (all.size() < 10 * all.width() || cloud.groups() < Extrapolation.GROUPS) {
      return cloud.refused(
          "extrapolation needs 10 samples a feature ("
              + 10 * all.width()
              + ") and 10 groups; there are "
              + all.size()
              + " and "
              + cloud.groups());
    }
    SimpleRegression line = line(all.rows(), reference);
    if (!Extrapolation.straight(line, false)) {
      return cloud.refused(
          "the distance does not fall with 1/N on a line: R^2 is "
              + Notes.number(line.getRSquare()));
    }
    return cloud.jackknife(g -> line(cloud.pooled(g).rows(), reference).getIntercept(), level);
  }

  /** Distances of parts against 1/N. */
  static SimpleRegression line(double[][] rows, Reference reference) {
    int least = Math.min(rows.length / 2, 5 * reference.width());
    return Extrapolation.line(rows, least, part -> FrechetDistance.of(part, reference));
  }
}
