package io.github.tiltbench.benchmarks;

import io.github.tiltbench.benchmarks.Bound.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The bounds that the project holds itself to, from the numbers of one run alone. */
final class Bounds {
  private static final double NORMALS = 1.3;
  private static final double SYSTEMATIC = 2;
  private static final double SSP = 6;
  private static final double RESAMPLER_NANOS = 25;
  private static final double TEMPERING_MILLIS = 8;
  private static final int MANY = 100_000;
  private static final double REPORT_SECONDS = 5;
  private static final double WEIGHTS = 1.5;
  private static final double SELECT = 1.3;
  private static final double TRIAL = 1.05;
  private static final double GUIDED = 3.2;
  private static final double TWO_WORKERS = 1.6;
  private static final double COHORT = 2;
  private static final double ALLOCATED = 0.02;
  private static final double EXPONENT = 1.1;
  private static final double EXPLAINED = 0.99;
  private static final double HEAP_MB = 512;
  private static final String HEAP = "-Xmx";

  private final List<Measurement> all;
  private final List<Bound> bounds = new ArrayList<>();

  private Bounds(List<Measurement> all) {
    this.all = all;
  }

  /** Every bound whose measurements are there. */
  static List<Bound> of(List<Measurement> all) {
    Bounds b = new Bounds(all);
    b.kernels();
    b.trials();
    b.networks();
    b.cohorts();
    b.memory();
    b.scaling();
    return b.bounds;
  }

  private void kernels() {
    for (Measurement m : named("NoiseBenchmark.addressed")) {
      slower(
          "normals, " + m.parameters() + ", to nextGaussian", m, "NoiseBenchmark.stream", NORMALS);
    }
    for (Measurement m : named("ResamplingBenchmark.ancestors")) {
      String scheme = m.parameters().get("scheme");
      if (particles(m) != MANY) {
        continue;
      }
      if (scheme.equals("SYSTEMATIC") || scheme.equals("SSP")) {
        slower(
            scheme.toLowerCase(Locale.ROOT) + " of 10^5 weights to a prefix sum",
            m,
            "PrefixSumBenchmark.sums",
            scheme.equals("SSP") ? SSP : SYSTEMATIC);
      } else {
        add(
            scheme.toLowerCase(Locale.ROOT) + " of 10^5 weights, ns a particle",
            ScoreEstimate.time(m.rate(), 1e9 / MANY),
            RESAMPLER_NANOS,
            Side.AT_MOST);
      }
    }
    for (Measurement m : named("TemperingBenchmark.temperature")) {
      if (particles(m) == MANY) {
        add(
            "adaptive temperature of 10^5 particles, ms",
            ScoreEstimate.time(m.rate(), 1e3),
            TEMPERING_MILLIS,
            Side.AT_MOST);
      }
    }
    for (Measurement m : named("WeightsBenchmark.updateAndEss")) {
      slower(
          "weights and ESS, " + m.parameters() + ", to an exp a particle",
          m,
          "WeightsBenchmark.exponentials",
          WEIGHTS);
    }
    for (Measurement m : named("SelectBenchmark.select")) {
      if (m.parameters().get("shape").equals("64x784")) {
        slower("select of 64x784 to a copy", m, "SelectBenchmark.copy", SELECT);
      }
    }
  }

  private void trials() {
    for (Measurement m : named("OverheadBenchmark.trialAndBare")) {
      add(
          "trial of "
              + algorithm(m)
              + " to its bare calls, "
              + m.parameters().get("chains")
              + " rows",
          ScoreEstimate.paired(m.others().get("trialNanos"), m.others().get("bareNanos")),
          TRIAL,
          Side.AT_MOST);
    }
  }

  private void networks() {
    for (Measurement m : named("GuidedBenchmark.guidedAndForward")) {
      add(
          "guided call to a forward, " + m.parameters().get("batch") + " rows",
          ScoreEstimate.paired(m.others().get("guidedNanos"), m.others().get("forwardNanos")),
          GUIDED,
          Side.AT_MOST);
    }
    for (Measurement m : named("PrecisionBenchmark.lowerAndSingle")) {
      add(
          "forward in bfloat16 to single precision, " + m.parameters().get("batch") + " rows",
          ScoreEstimate.paired(m.others().get("bfloat16Nanos"), m.others().get("float32Nanos")),
          1,
          Side.AT_MOST);
    }
  }

  private void cohorts() {
    for (Measurement m : named("ReportBenchmark.report")) {
      add(
          "report of twice " + m.parameters().get("trials") + " analytic trials, s",
          ScoreEstimate.time(m.rate(), 1),
          REPORT_SECONDS,
          Side.AT_MOST);
    }
    for (Measurement m : named("StudyBenchmark.study")) {
      if (m.parameters().get("workers").equals("2")) {
        partner(m, m.name(), Map.of("workers", "1"))
            .ifPresent(
                one ->
                    add(
                        "speed of a study by 2 workers to 1",
                        ScoreEstimate.ratio(m.rate(), one.rate()),
                        TWO_WORKERS,
                        Side.AT_LEAST));
      }
    }
    for (Measurement m : named("CohortBenchmark.trials")) {
      if (m.parameters().get("cohort").equals("16")) {
        partner(m, m.name(), Map.of("cohort", "1"))
            .ifPresent(
                one ->
                    add(
                        "speed of a cohort of 16 to single trials, rows "
                            + m.parameters().get("rows"),
                        ScoreEstimate.ratio(m.rate(), one.rate()),
                        COHORT,
                        Side.AT_LEAST));
      }
    }
  }

  private void memory() {
    for (Measurement m : named("AllocationBenchmark.steps")) {
      add(
          "bytes allocated a step to those of its batch, " + algorithm(m),
          ScoreEstimate.share(m.others().get("ours"), m.others().get("batches")),
          ALLOCATED,
          Side.AT_MOST);
    }
    for (Measurement m : named("LiveArraysBenchmark.chain")) {
      add(
          "live native arrays after " + m.parameters().get("length") + " steps to before",
          ScoreEstimate.paired(m.others().get("after"), m.others().get("before")),
          1,
          Side.AT_MOST);
    }
    all.stream()
        .flatMap(m -> m.options().stream())
        .filter(option -> option.matches(HEAP + "\\d+m"))
        .mapToDouble(o -> Double.parseDouble(o.substring(HEAP.length(), o.length() - 1)))
        .max()
        .ifPresent(
            most ->
                add("largest heap given, MB", ScoreEstimate.exactly(most), HEAP_MB, Side.AT_MOST));
  }

  private void scaling() {
    List<Measurement> sizes =
        named("ScalingBenchmark.trial").stream()
            .sorted(Comparator.comparingDouble(Bounds::particles))
            .toList();
    if (sizes.size() > 2) {
      double[] particles = sizes.stream().mapToDouble(Bounds::particles).toArray();
      double[] seconds = sizes.stream().mapToDouble(m -> 1 / m.rate().mean()).toArray();
      add(
          "exponent of time in particles",
          ScoreEstimate.exponent(particles, seconds),
          EXPONENT,
          Side.AT_MOST);
      add(
          "R^2 of that fit",
          ScoreEstimate.exactly(ScoreEstimate.explained(particles, seconds)),
          EXPLAINED,
          Side.AT_LEAST);
    }
  }

  /** The name in an entry of a study such as {@code {smc: {particles: 64}}}. */
  private static String algorithm(Measurement m) {
    return m.parameters().get("algorithm").replaceAll("^\\{|:.*$", "");
  }

  private static double particles(Measurement m) {
    return Double.parseDouble(m.parameters().get("particles"));
  }

  private List<Measurement> named(String name) {
    return all.stream().filter(m -> m.name().equals(name)).toList();
  }

  /** The measurement of another name, or other values of some parameters, all else equal. */
  private Optional<Measurement> partner(Measurement m, String name, Map<String, String> differing) {
    Map<String, String> wanted = new TreeMap<>(m.parameters());
    wanted.putAll(differing);
    return named(name).stream()
        .filter(other -> wanted.entrySet().containsAll(other.parameters().entrySet()))
        .findFirst();
  }

  /** A bound on how many times as long something takes as its baseline. */
  private void slower(String what, Measurement m, String baseline, double limit) {
    partner(m, baseline, Map.of())
        .ifPresent(
            base -> add(what, ScoreEstimate.ratio(base.rate(), m.rate()), limit, Side.AT_MOST));
  }

  private void add(String what, ScoreEstimate measured, double limit, Side side) {
    bounds.add(new Bound(what, measured, limit, side));
  }
}
