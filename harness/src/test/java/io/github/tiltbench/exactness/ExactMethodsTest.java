package io.github.tiltbench.exactness;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.BootstrapSmc;
import io.github.tiltbench.algorithm.ControlTwist;
import io.github.tiltbench.algorithm.Features;
import io.github.tiltbench.algorithm.QuadraticTwist;
import io.github.tiltbench.algorithm.Returns;
import io.github.tiltbench.algorithm.TriTsmc;
import io.github.tiltbench.algorithm.TwistFamily;
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
  private static final int LEARNERS = 100;
  private static final TwistFamily CONTROL = new ControlTwist(Features.CONSTANT, 2, true);

  /** A method for a population of n, with a resampling threshold. */
  private interface Method {
    Algorithm of(int n, double threshold);
  }

  private record Case(String name, Method method, int trials, Target target) {
    @Override
    public String toString() {
      return name + " on " + target.name();
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Target target : Target.all()) {
      cases.add(new Case("smc", ExactMethodsTest::smc, TRIALS, target));
      cases.add(new Case("tri-tsmc, quadratic", ExactMethodsTest::quadratic, LEARNERS, target));
      cases.add(new Case("tri-tsmc, control", ExactMethodsTest::control, LEARNERS, target));
      cases.add(new Case("tri-tsmc, control alone", ExactMethodsTest::blind, LEARNERS, target));
    }
    return cases;
  }

  private static Algorithm smc(int n, double threshold) {
    return new BootstrapSmc(
        n, Resampling.SYSTEMATIC, threshold, Decoding.POSTERIOR_MEAN, 1, Returns.ALL);
  }

  private static Algorithm quadratic(int n, double threshold) {
    return tri(new QuadraticTwist(), n, threshold, TriTsmc.Ahead.POSTERIOR_MEAN);
  }

  private static Algorithm control(int n, double threshold) {
    return tri(CONTROL, n, threshold, TriTsmc.Ahead.POSTERIOR_MEAN);
  }

  private static Algorithm blind(int n, double threshold) {
    return tri(CONTROL, n, threshold, TriTsmc.Ahead.NONE);
  }

  /** Each trial learns a twist of its own, and given any twist its evidence is unbiased. */
  private static Algorithm tri(TwistFamily twist, int n, double threshold, TriTsmc.Ahead ahead) {
    return new TriTsmc(
        twist, 2, 16, 0.5, 0.5, 1, n, Resampling.SYSTEMATIC, threshold, ahead, Returns.ALL);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void matchesTheTiltedLaw(Case c) {
    c.target.assertExact(c.method.of(8, 0.5), 8, 8, c.trials);
    c.target.assertExact(c.method.of(8, 0), 8, 16, c.trials);
    c.target.assertExact(c.method.of(32, 0), 32, 8, c.trials);
    c.target.assertExact(c.method.of(32, 0.5), 32, 16, c.trials);
  }
}
