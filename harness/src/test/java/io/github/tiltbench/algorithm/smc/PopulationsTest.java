package io.github.tiltbench.algorithm.smc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.particle.Smc;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Populations of one trial that differ by nothing but the noise that is theirs. */
class PopulationsTest {
  private static final int COUNT = 4_000;
  private static final StateSpace.Euclidean LINE = new StateSpace.Euclidean(new int[] {1});

  /** Weights 1, 2 and 3 of particles that stand at 0, 1 and 2 and never move. */
  private static final FeynmanKac STILL =
      new FeynmanKac() {
        @Override
        public int steps() {
          return 1;
        }

        @Override
        public Population start(int particles) {
          return Population.of(particles)
              .with(TwistedChain.STATE, new Batch.Reals(new double[] {0, 1, 2}, new int[] {1}))
              .with(TwistedChain.VALUE, new Scalars(new double[particles]))
              .weigh(new double[] {0, Math.log(2), Math.log(3)});
        }

        @Override
        public Population move(Population population, int level) {
          return population;
        }
      };

  private static final Session SESSION =
      new Session() {
        @Override
        public Evaluation ask(Query query) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Batch clean(Prediction prediction, Decoding how, Noise noise) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Noise noise(Purpose purpose, int level) {
          return new Seed(5).noise(purpose, level);
        }
      };

  /** How often each particle is returned, by one of many populations of three each. */
  private static double[] shares(OutputRule returns, double threshold) {
    Problem problem =
        new Problem(
            LINE,
            new Ddim(1, 1, SchedulerConfig.DEFAULT).over(LINE),
            COUNT,
            1,
            Budget.UNLIMITED,
            Optional.empty(),
            1,
            false);
    Smc smc = new Smc(ResamplingScheme.MULTINOMIAL, threshold);
    Samples samples = Populations.run(problem, SESSION, returns, 3, smc, at -> STILL);
    double[] shares = new double[3];
    for (double state : ((Batch.Reals) samples.states()).data()) {
      shares[(int) state] += 1.0 / COUNT;
    }
    return shares;
  }

  private static void assertShares(double[] expected, double[] shares) {
    for (int i = 0; i < 3; i++) {
      double error = Math.sqrt(expected[i] * (1 - expected[i]) / COUNT);
      assertEquals(expected[i], shares[i], 4.5 * error, "particle " + i);
    }
  }

  /** A return whose noise were shared would give every population's sample the same place. */
  @Test
  void eachPopulationDrawsItsOwnReturn() {
    assertShares(new double[] {1.0 / 6, 2.0 / 6, 3.0 / 6}, shares(OutputRule.ONE, 0));
  }

  /** The heaviest of equals is the first: the least of three ancestors that were drawn. */
  @Test
  void eachPopulationDrawsItsOwnAncestors() {
    double[] least = {1 - Math.pow(5.0 / 6, 3), Math.pow(5.0 / 6, 3) - 1.0 / 8, 1.0 / 8};
    assertShares(least, shares(OutputRule.HEAVIEST, 2));
  }
}
