package io.github.tiltbench.exactness;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.algorithm.smc.Das;
import io.github.tiltbench.algorithm.smc.FkSteering.Potential;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.Ramp;
import io.github.tiltbench.algorithm.smc.Tds;
import io.github.tiltbench.algorithm.smc.Tds.Proposal;
import io.github.tiltbench.algorithm.smc.Urge;
import io.github.tiltbench.algorithm.smc.Urge.Drift;
import io.github.tiltbench.algorithm.twist.ControlFamily;
import io.github.tiltbench.algorithm.twist.ControlFeatures;
import io.github.tiltbench.algorithm.twist.QuadraticFamily;
import io.github.tiltbench.algorithm.twist.TriTsmc;
import io.github.tiltbench.algorithm.twist.TwistFamily;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.particle.ResamplingScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every method that claims exactness, on every target, for two particle counts, two step counts,
 * with resampling and without.
 */
class ExactMethodsTest {
  private static final int TRIALS = 200;
  private static final TwistFamily CONTROL = new ControlFamily(ControlFeatures.CONSTANT, 2, true);

  /** A method for a population of n, with a resampling threshold. */
  interface Method {
    Algorithm of(int n, double threshold);
  }

  record Case(String name, Method method, ExactLaw target) {
    @Override
    public String toString() {
      return name + " on " + target.name();
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (ExactLaw target : ExactLaw.all()) {
      cases.add(new Case("smc", ExactMethodsTest::smc, target));
      cases.add(new Case("fk difference", fk(Potential.DIFFERENCE, Ramp.LINEAR, 1), target));
      cases.add(new Case("fk max", fk(Potential.MAX, Ramp.NONE, 2), target));
      // The sum counts early values again and again; scored more often its tails defy the test.
      cases.add(new Case("fk sum", fk(Potential.SUM, Ramp.NONE, 4), target));
      cases.add(new Case("tds cov", tds(Proposal.COV, 1), target));
      // Not at level 2: these chains' last noisy step is short, and a score would push it by 20
      // deviations, which no number of trials here corrects.
      cases.add(new Case("tds score", tds(Proposal.SCORE, 4), target));
      cases.add(new Case("urge none", urge(Drift.NONE), target));
      cases.add(new Case("urge reward", urge(Drift.REWARD), target));
      cases.add(new Case("das", (n, t) -> das(n, t, Das.Tempering.SCHEDULE, true, 0), target));
      cases.add(
          new Case("late das", (n, t) -> das(n, t, Das.Tempering.ADAPTIVE, true, 0.3), target));
      cases.add(
          new Case("still das", (n, t) -> das(n, t, Das.Tempering.SCHEDULE, false, 0), target));
      cases.add(new Case("tri-tsmc, quadratic", ExactMethodsTest::quadratic, target));
      cases.add(new Case("tri-tsmc, control", ExactMethodsTest::control, target));
      cases.add(new Case("tri-tsmc, control alone", ExactMethodsTest::blind, target));
    }
    return cases;
  }

  private static Algorithm smc(int n, double threshold) {
    return new BootstrapSmc(
        n, ResamplingScheme.SYSTEMATIC, threshold, Decoding.POSTERIOR_MEAN, 1, OutputRule.ALL);
  }

  private static Method fk(Potential potential, Ramp ramp, int interval) {
    return (n, threshold) -> FkSteeringTest.fk(n, potential, ramp, 0, 0, interval, threshold);
  }

  private static Method tds(Proposal proposal, int every) {
    return (n, threshold) ->
        new Tds(
            n,
            proposal,
            1,
            every,
            Ramp.NONE,
            ResamplingScheme.SYSTEMATIC,
            threshold,
            OutputRule.ALL);
  }

  private static Method urge(Drift drift) {
    return (n, threshold) ->
        new Urge(n, Optional.of(drift), 1, ResamplingScheme.SYSTEMATIC, threshold, OutputRule.ALL);
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
    return new Das(
        n,
        OptionalDouble.of(0.1),
        tempering,
        gradient,
        ResamplingScheme.SSP,
        under,
        OutputRule.ALL,
        start);
  }

  private static Algorithm quadratic(int n, double threshold) {
    return tri(new QuadraticFamily(), n, threshold, TriTsmc.Ahead.POSTERIOR_MEAN);
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
        twist,
        2,
        16,
        0.5,
        0.5,
        1,
        n,
        ResamplingScheme.SYSTEMATIC,
        threshold,
        ahead,
        OutputRule.ALL);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void matchesTheTiltedLaw(Case c) {
    for (int n : new int[] {8, 32}) {
      for (int steps : new int[] {8, 16}) {
        c.target.assertExact(c.method.of(n, 0), n, steps, TRIALS);
        c.target.assertExact(c.method.of(n, 0.5), n, steps, TRIALS);
      }
    }
  }
}
