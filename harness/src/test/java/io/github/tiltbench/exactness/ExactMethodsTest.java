package io.github.tiltbench.exactness;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.BootstrapSmc;
import io.github.tiltbench.algorithm.Das;
import io.github.tiltbench.algorithm.Returns;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.particle.Resampling;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every method that claims exactness, on every target, for two particle counts, two step counts,
 * with resampling and without.
 */
class ExactMethodsTest {
  private static final int TRIALS = 400;

  /** A method for a population of n, with a resampling threshold. */
  private interface Method {
    Algorithm of(int n, double threshold);
  }

  private record Case(String name, Method method, Target target) {
    @Override
    public String toString() {
      return name + " on " + target.name();
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Target target : Target.all()) {
      cases.add(new Case("smc", ExactMethodsTest::smc, target));
      cases.add(new Case("das", (n, t) -> das(n, t, Das.Tempering.SCHEDULE, true, 0), target));
      cases.add(
          new Case("late das", (n, t) -> das(n, t, Das.Tempering.ADAPTIVE, true, 0.3), target));
      cases.add(
          new Case("still das", (n, t) -> das(n, t, Das.Tempering.SCHEDULE, false, 0), target));
    }
    return cases;
  }

  private static Algorithm smc(int n, double threshold) {
    return new BootstrapSmc(
        n, Resampling.SYSTEMATIC, threshold, Decoding.POSTERIOR_MEAN, 1, Returns.ALL);
  }

  /**
   * Pushed and scheduled, pushed and adaptive from a third of the way, or tempered alone. Adaptive
   * tempering is as unbiased as the others: the weights are exact on each path, and what depends on
   * the particles is fixed before the noise that comes next. Pushed weights are so even that ESS
   * hardly falls under half of n: where the others resample at times, these do under 0.95.
   */
  private static Algorithm das(
      int n, double threshold, Das.Tempering tempering, boolean gradient, double start) {
    double under = threshold > 0 ? 0.95 : 0;
    return new Das(n, 0.1, tempering, gradient, Resampling.SSP, under, Returns.ALL, start);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void matchesTheTiltedLaw(Case c) {
    c.target.assertExact(c.method.of(8, 0.5), 8, 8, TRIALS);
    c.target.assertExact(c.method.of(8, 0), 8, 16, TRIALS);
    c.target.assertExact(c.method.of(32, 0), 32, 8, TRIALS);
    c.target.assertExact(c.method.of(32, 0.5), 32, 16, TRIALS);
  }
}
