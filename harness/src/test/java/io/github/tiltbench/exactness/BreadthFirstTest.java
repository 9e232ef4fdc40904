package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.smc.FkSteering;
import io.github.tiltbench.algorithm.smc.FkSteering.Last;
import io.github.tiltbench.algorithm.smc.FkSteering.Potential;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.Ramp;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.RoundedChildren;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.study.Catalogues;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Breadth-first search, which is FK steering: repaired, and as it was released. */
class BreadthFirstTest {
  private static final int PARTICLES = 16;

  /** Values at levels 7, 5 and 3, and of the sample, which is what the value at level 1 is. */
  private static FkSteering everyOther(
      Potential potential, Ramp ramp, Optional<Last> last, Optional<RoundedChildren> children) {
    return new FkSteering(
        PARTICLES,
        potential,
        ramp,
        3,
        7,
        2,
        Decoding.POSTERIOR_MEAN,
        1,
        ResamplingScheme.SSP,
        1,
        OutputRule.ALL,
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        last,
        Optional.empty(),
        Optional.empty(),
        children);
  }

  /** The mean of the law that a method targets, as the ratio of two unbiased estimates. */
  private static void assertTarget(FkSteering fk, double mean, double evidence) {
    Lab lab = G10.lab();
    SampleMoments weight = new SampleMoments();
    SampleMoments deviation = new SampleMoments();
    for (int trial = 0; trial < 1000; trial++) {
      Samples samples = lab.run(fk, PARTICLES, Budget.UNLIMITED, trial);
      double z = Math.exp(samples.scalars().get("log_evidence"));
      double[] w = new Weights(samples.logWeights()).normalised();
      double[] x = ((Batch.Reals) samples.states()).data();
      double off = 0;
      for (int i = 0; i < x.length; i++) {
        off += w[i] * (x[i] - mean);
      }
      weight.add(z);
      deviation.add(z * off);
    }
    deviation.assertMean(0, 4, "deviation from the mean");
    if (evidence > 0) {
      weight.assertMean(evidence, 4, "evidence");
    }
  }

  @Test
  void repairedItTargetsTheTiltedLaw() {
    assertTarget(
        everyOther(Potential.MAX, Ramp.LINEAR, Optional.empty(), Optional.empty()),
        0.833244,
        Math.exp(0.666616));
  }

  /** Values that multiply from level to level tilt the path by all of them. */
  @Test
  void releasedValuesMultiply() {
    assertTarget(
        everyOther(
            Potential.SUM_INCREASE, Ramp.NONE, Optional.of(Last.STATISTIC), Optional.empty()),
        1.032907,
        0);
  }

  /** The catalogue's bfs is fk at the parameters that its map names. */
  @Test
  void itIsFkByAnotherName() {
    FkSteering fk =
        new FkSteering(
            0,
            Potential.MAX,
            Ramp.LINEAR,
            0,
            0,
            1,
            Decoding.POSTERIOR_MEAN,
            1,
            ResamplingScheme.SSP,
            1.0,
            OutputRule.ONE);
    Object bfs =
        Catalogues.builtIn().algorithms().get("bfs").orElseThrow().defaults().orElseThrow();
    assertEquals(fk, bfs);
  }

  /** Released: nothing happens, particles are lost, or the last ones never survive. */
  @Test
  void roundingIsNoResampling() {
    assertChildren(new double[] {0.37, 0.37, 0.13, 0.13}, 0, 1, 2, 3);
    assertChildren(new double[] {0.49, 0.49, 0.02}, 0, 1);
    double[] one = {0.44, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08};
    assertChildren(one, 0, 0, 0, 0, 1, 2, 3, 4);
    int[] pruned = RoundedChildren.PRUNED.ancestors(one, 8, null);
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, pruned);
    assertArrayEquals(
        new int[] {1}, RoundedChildren.PRUNED.ancestors(new double[] {0.1, 0.8, 0.1}, 3, null));
    // halves go to the even number
    assertChildren(new double[] {0.25, 0.75}, 1, 1);
    assertChildren(new double[] {0.625, 0.125, 0.125, 0.125}, 0, 0);
  }

  private static void assertChildren(double[] weights, int... ancestors) {
    assertArrayEquals(ancestors, RoundedChildren.ROUNDED.ancestors(weights, weights.length, null));
  }

  /** What keeps no means estimates nothing. */
  @Test
  void roundingHasNoEvidence() {
    FkSteering fk =
        everyOther(
            Potential.MAX, Ramp.LINEAR, Optional.empty(), Optional.of(RoundedChildren.ROUNDED));
    Map<String, Double> scalars = G10.lab().run(fk, PARTICLES, Budget.UNLIMITED, 0).scalars();
    assertEquals(Set.of("distinct_origins", "ess_min", "resamplings"), scalars.keySet());
  }

  /** What rounding loses is not paid for. */
  @Test
  void lostParticlesCostNothing() {
    Lab lab = G10.lab();
    for (RoundedChildren how : RoundedChildren.values()) {
      FkSteering fk =
          everyOther(
              Potential.SUM_INCREASE, Ramp.NONE, Optional.of(Last.STATISTIC), Optional.of(how));
      Problem problem = lab.problem(PARTICLES, Budget.UNLIMITED);
      Cost most = fk.cost(problem);
      Cost spent = Cost.ZERO;
      for (int trial = 0; trial < 10; trial++) {
        Meter meter = new Meter(Budget.UNLIMITED);
        Samples samples = fk.sample(problem, lab.session(problem, meter, trial));
        assertEquals(PARTICLES, samples.states().size());
        assertTrue(meter.spent().within(most));
        spent = spent.plus(meter.spent());
      }
      assertTrue(spent.nfe() < 10 * most.nfe(), how + ": " + spent);
    }
  }
}
