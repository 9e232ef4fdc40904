package io.github.tiltbench.benchmarks;

import io.github.tiltbench.benchmarks.trial.GuidedBenchmark;
import io.github.tiltbench.benchmarks.trial.OverheadBenchmark;
import io.github.tiltbench.benchmarks.trial.PrecisionBenchmark;
import java.util.List;

/** Benchmarks that are run at one rhythm. */
enum Group {
  /** Microseconds each; those of the package {@code kernel}. */
  KERNEL,
  /** Milliseconds to seconds each, most with the engine. */
  TRIAL,
  /** Two such halves that are compared to a few per cent: one operation is one pair. */
  PAIR;

  private static final List<Class<?>> PAIRS =
      List.of(OverheadBenchmark.class, GuidedBenchmark.class, PrecisionBenchmark.class);

  /** The group of a benchmark by its full name. */
  static Group of(String name) {
    if (PAIRS.stream().anyMatch(pair -> name.startsWith(pair.getName() + "."))) {
      return PAIR;
    }
    return name.contains(".benchmarks.kernel.") ? KERNEL : TRIAL;
  }
}
