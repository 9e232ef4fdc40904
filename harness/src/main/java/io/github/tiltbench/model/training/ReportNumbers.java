package io.github.tiltbench.model.training;

import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Means;
import io.github.tiltbench.stats.Proportions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Numbers as they stand in the report of a training. */
final class ReportNumbers {
  private static final double LEVEL = 0.95;

  private ReportNumbers() {}

  /** A share of successes with its interval, where there are enough draws for one. */
  static Map<String, Object> share(int hits, int of) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("share", round((double) hits / of));
    if (Proportions.wilson(hits, of, LEVEL, "samples") instanceof Estimate.Interval i) {
      map.put("ci95_low", round(i.low()));
      map.put("ci95_high", round(i.high()));
    }
    map.put("n", of);
    return map;
  }

  /** A mean with its interval. */
  static Map<String, Object> mean(double[] values, String unit) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("mean", round(Arrays.stream(values).average().orElseThrow()));
    if (Means.student(values, LEVEL, unit) instanceof Estimate.Interval i) {
      map.put("ci95_low", round(i.low()));
      map.put("ci95_high", round(i.high()));
    }
    map.put("n", values.length);
    return map;
  }

  /** To five decimals. */
  static double round(double value) {
    return Math.round(value * 1e5) / 1e5;
  }
}
