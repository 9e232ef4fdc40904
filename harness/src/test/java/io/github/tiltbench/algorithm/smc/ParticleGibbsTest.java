package io.github.tiltbench.algorithm.smc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.smc.FkSteering.Potential;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.exactness.ExactPaths;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.exactness.TokenLabs;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sweeps that keep a path, held against exact laws of paths. */
class ParticleGibbsTest {
  private static final int K = 4;

  static Function<StateSpace.Sequence, ReverseProcess> ancestral(int steps) {
    return space -> new MaskedProcess(space, steps);
  }

  private static TwistedSmc smc(
      Problem problem, Potential potential, Decoding value, int draws, double threshold) {
    return new FkSteering(
            K,
            potential,
            Ramp.NONE,
            0,
            0,
            1,
            value,
            draws,
            ResamplingScheme.MULTINOMIAL,
            threshold,
            OutputRule.ONE)
        .at(problem);
  }

  /** A path with what model and reward say along it, in the order in which a chain asks. */
  private static Path path(
      Lab lab, Session session, ExactPaths exact, int[] states, Decoding value, int draws) {
    int steps = lab.process().steps();
    Path path = null;
    for (int level = steps; level >= 0; level--) {
      Batch x = new Batch.Tokens(exact.state(states[steps - level]), 4);
      if (level == 0) {
        return new Path(x, List.of(Evaluation.reward(TokenLabs.rewards(lab, x))), path);
      }
      Prediction p = lab.denoiser().denoise(x, new int[] {level}, null);
      Batch clean =
          session.clean(p.select(new int[draws]), value, session.noise(Purpose.DECODE, level));
      path =
          new Path(
              x,
              List.of(Evaluation.prediction(p), Evaluation.reward(TokenLabs.rewards(lab, clean))),
              path);
    }
    throw new IllegalStateException("no level 0");
  }

  /** Chi-square after sweeps that start from exact paths of the tilted law, and the mean reward. */
  private static double[] after(
      Lab lab,
      Potential potential,
      Decoding value,
      int draws,
      double threshold,
      boolean best,
      int... sweeps) {
    ExactPaths exact = new ExactPaths(lab);
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    TwistedSmc smc = smc(problem, potential, value, draws, threshold);
    SplittableRandom random = new SplittableRandom(5);
    int last = sweeps[sweeps.length - 1];
    long[][] count = new long[sweeps.length][exact.states()];
    for (int trial = 0; trial < 12_000; trial++) {
      Session session = lab.session(problem, new Meter(Budget.UNLIMITED), trial);
      Path path = path(lab, session, exact, exact.draw(random), value, draws);
      for (int sweep = 1, at = 0; sweep <= last; sweep++) {
        Population p =
            ParticleGibbs.sweep(smc, session, Addressing.member(0, K), K, Optional.of(path), sweep)
                .population();
        int chosen =
            best
                ? Populations.largest(p.get(TwistedChain.VALUE).values())
                : Populations.draw(p, 1, session.noise(Purpose.RETURN, 0).round(sweep))[0];
        path = p.get(ConditionalChain.PATH).rows()[chosen];
        if (sweep == sweeps[at]) {
          count[at++][exact.index(((Batch.Tokens) path.state()).row(0))]++;
        }
      }
    }
    double[] off = new double[sweeps.length];
    for (int i = 0; i < off.length; i++) {
      off[i] = ExactPaths.chiSquare(count[i], exact.tilted());
    }
    return off;
  }

  /** One sweep and five leave the tilted law of the chain as it is, whatever the potentials. */
  @ParameterizedTest
  @CsvSource({
    "DIFFERENCE, POSTERIOR_MEAN, 1, 0.5",
    "DIFFERENCE, SAMPLE, 3, 2",
    "MAX, POSTERIOR_MEAN, 1, 0.5"
  })
  void aSweepLeavesTheTiltedLawAsItIs(
      Potential potential, Decoding value, int draws, double threshold) {
    Lab lab = TokenLabs.t43(ancestral(4));
    for (double off : after(lab, potential, value, draws, threshold, false, 1, 5)) {
      assertTrue(off < 4, "chi-square lies " + off + " deviations off");
    }
  }

  /** The best path as reference is a maximiser, not a sampler of the tilted law. */
  @Test
  void theBestReferenceDoesNot() {
    double[] off =
        after(
            TokenLabs.t43(ancestral(4)),
            Potential.DIFFERENCE,
            Decoding.POSTERIOR_MEAN,
            1,
            0.5,
            true,
            1);
    assertTrue(off[0] > 100, "chi-square lies " + off[0] + " deviations off");
  }

  private static ParticleGibbs gibbs(int sweeps, int particles) {
    return new ParticleGibbs(
        sweeps,
        particles,
        Potential.DIFFERENCE,
        1,
        Decoding.POSTERIOR_MEAN,
        1,
        0.5,
        ParticleGibbs.Reference.DRAWN,
        ParticleGibbs.Output.LAST);
  }

  private static SampleMoments rewards(Lab lab, ParticleGibbs gibbs, int trials) {
    SampleMoments moments = new SampleMoments();
    for (int trial = 0; trial < trials; trial++) {
      Batch x = lab.run(gibbs, 50, Budget.UNLIMITED, trial).states();
      for (double reward : TokenLabs.rewards(lab, x)) {
        moments.add(reward);
      }
    }
    return moments;
  }

  /** Sweep after sweep the mean reward rises to that of the tilted law. */
  @Test
  void sweepsMix() {
    Lab lab = TokenLabs.t43(ancestral(4));
    double truth = new ExactPaths(lab).tiltedReward();
    double before = 0;
    for (int sweeps : new int[] {1, 2, 5, 25}) {
      SampleMoments moments = rewards(lab, gibbs(sweeps, 2), 40);
      assertTrue(
          moments.mean() > before - 3 * moments.standardError(),
          sweeps + " sweeps: " + moments.mean() + " after " + before);
      before = moments.mean();
      if (sweeps == 1) {
        assertTrue(truth - before > 10 * moments.standardError(), "one sweep is not enough");
      }
      if (sweeps == 25) {
        moments.assertMean(truth, 4, "25 sweeps");
      }
    }
  }

  /** Every budget: the price fits, no more sweeps would, and the meter agrees. */
  @ParameterizedTest
  @CsvSource({"3, 2, 2", "7, 3, 3", "10, 4, 3", "16, 5, 4", "33, 6, 6", "64, 9, 8", "201, 28, 8"})
  void aBudgetBuysSweepsAndParticles(int chains, int sweeps, int particles) {
    Lab lab = TokenLabs.t43(ancestral(3));
    Budget budget = new Budget(Map.of(Unit.NFE, 5L * 3 * chains + 2));
    ParticleGibbs filling = ParticleGibbs.DEFAULT;
    Cost cost = filling.cost(lab.problem(5, budget));
    long bought = sweeps * (particles - 1L) + 1;
    assertEquals(Cost.of(5 * 3 * bought, 5 * 3 * bought, 5 * bought * 4), cost);
    lab.run(filling, 5, budget, 0);
    Cost more = gibbs(sweeps + 1, particles).cost(lab.problem(5, budget));
    assertTrue(!budget.covers(more), "one more sweep would fit");
  }

  /** What is returned as best is at least as good as the last reference of the same chains. */
  @Test
  void theBestOfAllSweepsIsAMaximiser() {
    Lab lab = TokenLabs.t43(ancestral(4));
    ParticleGibbs last = gibbs(5, 3);
    ParticleGibbs best =
        new ParticleGibbs(
            5,
            3,
            last.potential(),
            1,
            last.value(),
            1,
            0.5,
            last.reference(),
            ParticleGibbs.Output.BEST);
    Samples one = lab.run(last, 50, Budget.UNLIMITED, 0);
    Samples other = lab.run(best, 50, Budget.UNLIMITED, 0);
    double[] lastReward = TokenLabs.rewards(lab, one.states());
    double[] bestReward = TokenLabs.rewards(lab, other.states());
    int above = 0;
    for (int i = 0; i < 50; i++) {
      assertTrue(bestReward[i] >= lastReward[i]);
      above += bestReward[i] > lastReward[i] ? 1 : 0;
    }
    assertTrue(above > 0);
    double renewed = one.scalars().get("renewed");
    assertTrue(renewed > 0.2 && renewed < 1, "renewed " + renewed);
  }

  /** One sweep is FK steering, to the bit. */
  @Test
  void oneSweepIsFkSteering() {
    Lab lab = TokenLabs.t43(ancestral(4));
    Samples gibbs = lab.run(gibbs(1, K), 20, Budget.UNLIMITED, 3);
    FkSteering fk =
        new FkSteering(
            K,
            Potential.DIFFERENCE,
            Ramp.NONE,
            0,
            0,
            1,
            Decoding.POSTERIOR_MEAN,
            1,
            ResamplingScheme.MULTINOMIAL,
            0.5,
            OutputRule.ONE);
    Samples plain = lab.run(fk, 20, Budget.UNLIMITED, 3);
    assertArrayEquals(
        ((Batch.Tokens) plain.states()).data(), ((Batch.Tokens) gibbs.states()).data());
    assertEquals(plain.scalars().get("log_evidence"), gibbs.scalars().get("log_evidence"));
  }

  @Test
  void warnsOfWhatIsNoGibbs() {
    Problem problem = TokenLabs.t43(ancestral(4)).problem(1, Budget.UNLIMITED);
    assertInstanceOf(Support.Yes.class, gibbs(2, 2).supports(problem));
    assertTrue(gibbs(1, 2).warnings(problem).toString().contains("it is fk"));
  }
}
