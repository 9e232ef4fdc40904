package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.util.Optional;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * The class score of infinitely many samples: the exponential of the intercept of a line through
 * the logs of the uncorrected scores of parts of size N, against 1/N ({@link Extrapolation}).
 *
 * <p>Chong and Forsyth extrapolate the score; the log is what has a bias of the order 1/N by its
 * definition. Sizes go from 10 a class up to all. Refused where {@link ClassScore} is, under 20
 * samples a class, under 10 groups, and where the line rises with 1/N or does not explain 95 % of
 * the variance.
 */
public record ClassScoreLimit() implements SampleMetric {
  private static final int SAMPLES = 20;

  @Override
  public String name() {
    return "cs-limit";
  }

  @Override
  public boolean ofProbabilities() {
    return true;
  }

  @Override
  public Estimate estimate(Cloud cloud, double level) {
    Optional<Estimate.Refused> refused = ClassScore.refusal(cloud, SAMPLES);
    if (refused.isPresent()) {
      return refused.get();
    }
    if (cloud.groups() < Extrapolation.GROUPS) {
      return cloud.refused(
          "extrapolation needs " + Extrapolation.GROUPS + " groups; there are " + cloud.groups());
    }
    SimpleRegression line = line(cloud.pooled(-1).rows());
    if (!Extrapolation.straight(line, true)) {
      return cloud.refused(
          "the log score does not fall with 1/N on a line: R^2 is "
              + Notes.number(line.getRSquare()));
    }
    return cloud.jackknife(g -> Math.exp(line(cloud.pooled(g).rows()).getIntercept()), level);
  }

  /** Logs of the scores of parts against 1/N. */
  static SimpleRegression line(double[][] probabilities) {
    int least = SAMPLES / 2 * probabilities[0].length;
    return Extrapolation.line(probabilities, least, ClassScore::log);
  }
}
