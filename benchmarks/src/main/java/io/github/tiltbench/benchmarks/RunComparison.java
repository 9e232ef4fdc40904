package io.github.tiltbench.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * One benchmark now and before.
 *
 * @param now the new measurement
 * @param speed how many times as fast as before
 */
record RunComparison(Measurement now, ScoreEstimate speed) {
  /** Every benchmark that both runs have at the same parameters, in the order of the new one. */
  static List<RunComparison> of(List<Measurement> now, List<Measurement> before) {
    List<RunComparison> comparisons = new ArrayList<>();
    for (Measurement m : now) {
      before.stream()
          .filter(b -> b.name().equals(m.name()) && b.parameters().equals(m.parameters()))
          .findFirst()
          .ifPresent(
              b -> comparisons.add(new RunComparison(m, ScoreEstimate.ratio(m.rate(), b.rate()))));
    }
    return comparisons;
  }

  /** What the interval lets one say. */
  String verdict() {
    if (speed.low() > 1) {
      return "faster";
    }
    return speed.high() < 1 ? "slower" : "";
  }
}
