package io.github.tiltbench.model.training;

import java.util.LinkedHashMap;
import java.util.Map;

/** A share of successes with its 95 % Wilson interval. */
record Proportion(int hits, int of) {
  private static final double Z = 1.959963984540054;

  /** The share as it stands in a report. */
  Map<String, Object> report() {
    double p = (double) hits / of;
    double spread = Z * Z / of;
    double centre = (p + spread / 2) / (1 + spread);
    double half = Z * Math.sqrt(p * (1 - p) / of + spread / of / 4) / (1 + spread);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("share", round(p));
    map.put("ci95_low", round(centre - half));
    map.put("ci95_high", round(centre + half));
    map.put("n", of);
    return map;
  }

  static double round(double value) {
    return Math.round(value * 1e5) / 1e5;
  }
}
