package io.github.tiltbench.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * One benchmark now and before.
 *
 * @param now the new measurement
 * @param speed how many times as fast as before
 */
record Comparison(Measurement now, Estimate speed) {
  /** Every benchmark that both runs have at the same parameters, in the order of the new one. */
  static List<Comparison> of(List<Measurement> now, List<Measurement> before) {
    List<Comparison> comparisons = new ArrayList<>();
    for (Measurement m : now) {
      before.stream()
          .filter(b -> b.name().equals(m.name()) && b.parameters().equals(m.parameters()))
          .findFirst()
          .ifPresent(b -> comparisons.add(new Comparison(m, Estimate.ratio(m.rate(), b.rate()))));
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
