package io.github.tiltbench.report.summary;

import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.result.Trial;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The average price of one returned sample.
 *
 * @param nfe denoised particles
 * @param rows network rows
 * @param backward particles differentiated
 * @param reward states scored by the target verifier
 * @param wall seconds
 * @param actual particles that the model was asked for, where it is asked of no state twice; else 0
 */
public record Spent(
    double nfe, double rows, double backward, double reward, double wall, double actual) {
  /** Of models that are asked for every particle. */
  public Spent(double nfe, double rows, double backward, double reward, double wall) {
    this(nfe, rows, backward, reward, wall, 0);
  }

  /** What a sample of some trials cost, as it was metered; zero without trials. */
  public static Spent of(List<Trial> trials) {
    return new Spent(
        perSample(trials, t -> (double) t.cost().nfe()),
        perSample(trials, t -> (double) t.cost().rows()),
        perSample(trials, t -> (double) t.cost().backward()),
        perSample(trials, t -> (double) t.cost().reward()),
        perSample(trials, Trial::wallSeconds),
        perSample(trials, t -> t.scalars().getOrDefault(MetricFamily.NFE_ACTUAL, 0.0)));
  }

  private static double perSample(List<Trial> trials, ToDoubleFunction<Trial> amount) {
    double total = trials.stream().mapToDouble(amount).sum();
    long samples = trials.stream().mapToLong(t -> t.samples().size()).sum();
    return samples == 0 ? 0 : total / samples;
  }

  /** Forward equivalents: a gradient costs two forwards more. */
  public double compute() {
    return nfe + 2 * backward;
  }
}
