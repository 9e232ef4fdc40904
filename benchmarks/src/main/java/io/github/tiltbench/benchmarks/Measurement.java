package io.github.tiltbench.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One benchmark at one choice of parameters.
 *
 * @param name class and method, without package
 * @param parameters by name
 * @param rate operations a second
 * @param others what else was measured, by JMH's names
 * @param options of the virtual machine it ran in
 */
record Measurement(
    String name,
    SortedMap<String, String> parameters,
    Sample rate,
    Map<String, Sample> others,
    List<String> options) {
  Measurement {
    parameters = new TreeMap<>(parameters);
    others = Map.copyOf(others);
    options = List.copyOf(options);
  }

  /** Heap bytes an operation; of all threads where the benchmark counts them, else of its own. */
  Optional<Sample> bytes() {
    return others.containsKey("bytes")
        ? counted().map(bytes -> per(bytes, rate, "B/op"))
        : Optional.ofNullable(others.get("gc.alloc.rate.norm"));
  }

  /** Heap bytes a step of a chain, where steps and bytes are counted. */
  Optional<Sample> bytesPerStep() {
    return counted().map(bytes -> per(bytes, others.get("steps"), "B/step"));
  }

  /** What was counted; a benchmark that could have and did not has 0. */
  private Optional<Sample> counted() {
    return Optional.ofNullable(others.get("bytes")).filter(bytes -> bytes.mean() > 0);
  }

  private static Sample per(Sample amount, Sample count, String unit) {
    double[] each = amount.values().clone();
    for (int i = 0; i < each.length; i++) {
      each[i] /= count.values()[i];
    }
    return new Sample(each, unit);
  }

  /** Particles a second, steps, samples and NFE likewise: whatever applies, by unit. */
  SortedMap<String, Sample> rates() {
    SortedMap<String, Sample> rates = new TreeMap<>();
    for (String counter : List.of("steps", "samples", "nfe")) {
      if (others.containsKey(counter)) {
        String unit = (counter.equals("nfe") ? "NFE" : counter) + "/s";
        rates.put(unit, new Sample(others.get(counter).values(), unit));
      }
    }
    if (rates.isEmpty()) {
      rows()
          .ifPresent(rows -> rates.put(rows.getKey(), rate.times(rows.getValue(), rows.getKey())));
    }
    return rates;
  }

  /** What one operation handles, where its parameters say so: a unit and how many. */
  private Optional<Map.Entry<String, Double>> rows() {
    if (parameters.containsKey("particles")) {
      return Optional.of(Map.entry("particles/s", number("particles")));
    }
    if (parameters.containsKey("shape")) {
      String shape = parameters.get("shape");
      return Optional.of(
          Map.entry("particles/s", Double.valueOf(shape.substring(0, shape.indexOf('x')))));
    }
    return parameters.containsKey("batch")
        ? Optional.of(Map.entry("NFE/s", number("batch")))
        : Optional.empty();
  }

  private double number(String parameter) {
    return Double.parseDouble(parameters.get(parameter));
  }

  @Override
  public String toString() {
    return parameters.isEmpty() ? name : name + " " + parameters;
  }
}
