package io.github.tiltbench.report.summary;

import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Quantiles;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All samples of a cell as one weighted sample in which every prompt counts alike, as it does every
 * trial of a prompt.
 *
 * @param values in the order of the trials
 * @param weights with the sum one
 */
public record Pool(double[] values, double[] weights) {
  /** What sums of weights may be off by. */
  private static final double ROUNDING = 1e-12;

  /** The numbers of some trials; empty if there is none or one whose weights are all zero. */
  public static Optional<Pool> of(List<Trial> trials, Function<Trial, double[]> numbers) {
    if (trials.isEmpty() || trials.stream().anyMatch(t -> new Weights(t.logWeights()).extinct())) {
      return Optional.empty();
    }
    Map<String, Long> repetitions =
        trials.stream()
            .collect(
                Collectors.groupingBy(
                    t -> t.id().prompt(), LinkedHashMap::new, Collectors.counting()));
    double[] values = trials.stream().map(numbers).flatMapToDouble(Arrays::stream).toArray();
    double[] weights =
        trials.stream()
            .flatMapToDouble(
                t -> {
                  double share = 1.0 / repetitions.size() / repetitions.get(t.id().prompt());
                  return Arrays.stream(new Weights(t.logWeights()).normalised())
                      .map(w -> share * w);
                })
            .toArray();
    return Optional.of(new Pool(values, weights));
  }

  /** The smallest value at or under which the weight reaches each of some probabilities. */
  public double[] quantiles(double... ascending) {
    return Quantiles.weighted(
        values, weights, Arrays.stream(ascending).map(p -> p - ROUNDING).toArray());
  }
}
