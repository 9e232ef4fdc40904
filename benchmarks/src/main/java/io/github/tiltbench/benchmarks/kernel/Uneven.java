package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;

/** Weights as a population has them before it is resampled. */
final class Uneven {
  private Uneven() {}

  /** Standard normal log-weights: ESS is about a third of N. */
  static double[] logWeights(int particles) {
    double[] log = new double[particles];
    new Seed(1).noise(Purpose.PRIOR, 0).normals(0, log, 0, particles);
    return log;
  }
}
