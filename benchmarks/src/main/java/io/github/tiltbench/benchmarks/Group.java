package io.github.tiltbench.benchmarks;

/** Benchmarks that are run at one rhythm; the name is that of their package. */
enum Group {
  /** Microseconds each. */
  KERNEL,
  /** Milliseconds to seconds each, most with the engine. */
  TRIAL;

  /** The group of a benchmark by its full name. */
  static Group of(String name) {
    return name.contains(".benchmarks.kernel.") ? KERNEL : TRIAL;
  }
}
