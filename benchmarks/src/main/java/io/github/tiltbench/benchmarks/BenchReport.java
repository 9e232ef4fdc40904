package io.github.tiltbench.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The numbers of a run as text. */
final class BenchReport {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T"};

  private BenchReport() {}

  /** Every benchmark with what it does a second and what it allocates. */
  static String scores(List<Measurement> all) {
    BenchTable table =
        new BenchTable("benchmark", "parameters", "ops/s", "+- %", "rates", "B/op", "B/step");
    for (Measurement m : all) {
      table.row(
          m.name(),
          parameters(m),
          scaled(m.rate().mean()),
          percent(m.rate()),
          m.rates().entrySet().stream()
              .map(e -> scaled(e.getValue().mean()) + " " + e.getKey())
              .collect(Collectors.joining(", ")),
          mean(m.bytes()),
          mean(m.bytesPerStep()));
    }
    return table.toString();
  }

  /** Every bound with the number it is held against. */
  static String bounds(List<Bound> bounds) {
    BenchTable table = new BenchTable("bound", "verdict", "measured", "95 % interval", "limit");
    for (Bound b : bounds) {
      table.row(
          b.what(),
          b.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          number(b.measured().value()),
          interval(b.measured()),
          (b.side() == Bound.Side.AT_MOST ? "<= " : ">= ") + number(b.limit()));
    }
    return table.toString();
  }

  /** Every benchmark against an earlier run. */
  static String comparisons(List<RunComparison> comparisons) {
    BenchTable table =
        new BenchTable("benchmark", "parameters", "speed to before", "95 % interval", "");
    for (RunComparison c : comparisons) {
      table.row(
          c.now().name(),
          parameters(c.now()),
          number(c.speed().value()),
          interval(c.speed()),
          c.verdict());
    }
    return table.toString();
  }

  private static String parameters(Measurement m) {
    return m.parameters().entrySet().stream()
        .map(BenchReport::parameter)
        .collect(Collectors.joining(" "));
  }

  private static String parameter(Map.Entry<String, String> p) {
    return p.getKey() + "=" + p.getValue();
  }

  private static String percent(Sample sample) {
    double percent = 100 * sample.halfWidth() / sample.mean();
    return Double.isNaN(percent) ? "?" : String.format(Locale.ROOT, "%.1f", percent);
  }

  private static String mean(Optional<Sample> sample) {
    return sample.map(s -> scaled(s.mean())).orElse("");
  }

  private static String interval(ScoreEstimate e) {
    return Double.isNaN(e.low()) ? "?" : "[" + number(e.low()) + ", " + number(e.high()) + "]";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.3f" : "%.0f", value);
  }

  /** Four digits and a prefix of a thousand. */
  static String scaled(double value) {
    int power = 0;
    double v = value;
    while (Math.abs(v) >= 1000 && power < PREFIXES.length - 1) {
      v /= 1000;
      power++;
    }
    int decimals = Math.abs(v) >= 100 ? 1 : Math.abs(v) >= 10 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f%s", v, PREFIXES[power]);
  }
}
