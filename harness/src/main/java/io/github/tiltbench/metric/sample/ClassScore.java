package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code exp(mean_i KL(p(y|x_i) || p-))} with the class probabilities of a named classifier, p-
 * their mean: from 1 to the number of classes.
 *
 * <p>The form of the inception score (Salimans et al., arXiv 1606.03498) on a classifier of the
 * samples' own classes, and so no inception score (arXiv 1801.01973). Its log is biased down by
 * about {@code 1/(2n) sum_c Var(p_c) / p-_c}, which is added with the sample variances; the result
 * is held to at most the number of classes. All samples are one split. Needs 10 a class, equally
 * weighted.
 */
public record ClassScore() implements SampleMetric {
  private static final int SAMPLES = 10;

  @Override
  public String name() {
    return "cs";
  }

  @Override
  public boolean ofProbabilities() {
    return true;
  }

  @Override
  public Estimate estimate(Cloud cloud, double level) {
    Optional<Estimate.Refused> refused = refusal(cloud, SAMPLES);
    if (refused.isPresent()) {
      return refused.get();
    }
    WeightedPoints all = cloud.pooled(-1);
    Estimate estimate = cloud.jackknife(g -> of(cloud.pooled(g).rows()), level);
    boolean held = of(all.rows()) == all.width();
    return held ? Notes.with(estimate, "held to the number of classes") : estimate;
  }

  /**
   * Why there is no score; empty if there is one.
   *
   * @param each samples that a class needs
   */
  static Optional<Estimate.Refused> refusal(Cloud cloud, int each) {
    WeightedPoints all = cloud.pooled(-1);
    int needed = each * all.width();
    if (cloud.weighted()) {
      return Optional.of(cloud.refused("a class score has no weighted form"));
    }
    if (!cloud.balanced()) {
      return Optional.of(cloud.refused("prompts have unequal numbers of samples"));
    }
    return all.size() >= needed
        ? Optional.empty()
        : Optional.of(
            cloud.refused(
                "a class score needs "
                    + needed
                    + " samples, "
                    + each
                    + " a class; there are "
                    + all.size()));
  }

  /** The corrected value. */
  static double of(double[][] probabilities) {
    int classes = Math.min(probabilities[0].length, probabilities.length);
    return Math.min(classes, Math.exp(log(probabilities) + correction(probabilities)));
  }

  /** The log of the score as defined. */
  static double log(double[][] probabilities) {
    double[] mean = mean(probabilities);
    double sum = 0;
    for (double[] p : probabilities) {
      for (int c = 0; c < p.length; c++) {
        sum += p[c] > 0 ? p[c] * Math.log(p[c] / mean[c]) : 0;
      }
    }
    return sum / probabilities.length;
  }

  private static double correction(double[][] probabilities) {
    double[] mean = mean(probabilities);
    int n = probabilities.length;
    double sum = 0;
    for (int c = 0; c < mean.length; c++) {
      int column = c;
      double squares =
          Arrays.stream(probabilities)
              .mapToDouble(p -> (p[column] - mean[column]) * (p[column] - mean[column]))
              .sum();
      sum += mean[c] > 0 ? squares / (n - 1) / mean[c] : 0;
    }
    return sum / (2 * n);
  }

  private static double[] mean(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      for (int c = 0; c < mean.length; c++) {
        mean[c] += row[c] / rows.length;
      }
    }
    return mean;
  }
}
