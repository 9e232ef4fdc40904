package io.github.tiltbench.report.plot;

import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.result.Trial;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * All samples of a cell as one weighted sample in which every prompt counts alike, as it does every
 * trial of a prompt.
 *
 * @param values in the order of the trials
 * @param weights with the sum one
 */
record Pool(double[] values, double[] weights) {
  /** The numbers of some trials; empty if there is none or one whose weights are all zero. */
  static Optional<Pool> of(List<Trial> trials, Function<Trial, double[]> numbers) {
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
  double[] quantiles(double... ascending) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] quantiles = new double[ascending.length];
    int at = 0;
    double cumulated = weights[order[0]];
    for (int k = 0; k < ascending.length; k++) {
      while (cumulated < ascending[k] - 1e-12 && at < order.length - 1) {
        cumulated += weights[order[++at]];
      }
      quantiles[k] = values[order[at]];
    }
    return quantiles;
  }
}
