package io.github.tiltbench.particle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class SmcTest {
  /** Two particles, of which the first gains a nat of weight at every level but level 2. */
  private static final FeynmanKac MODEL =
      new FeynmanKac() {
        @Override
        public int steps() {
          return 4;
        }

        @Override
        public Population start(int particles) {
          return Population.of(particles).weigh(new double[] {1, 0});
        }

        @Override
        public Population move(Population population, int level) {
          return population.weigh(new double[] {level == 3 ? 0 : 1, 0});
        }
      };

  private static Smc.Outcome run(double threshold, IntPredicate levels) {
    return new Smc(ResamplingScheme.SYSTEMATIC, threshold, levels).run(MODEL, 2, level -> i -> 0.5);
  }

  /** The effective size of weights e^d and 1. */
  private static double ess(double d) {
    return Math.pow(Math.exp(d) + 1, 2) / (Math.exp(2 * d) + 1);
  }

  @Test
  void itSaysAtWhichLevelsItResampled() {
    Smc.Outcome always = run(0.9, level -> true);
    assertArrayEquals(new boolean[] {true, true, false, true, false}, always.resampled());
    assertEquals(3, always.resamplings());
    assertArrayEquals(new double[] {ess(1), ess(1), 2, ess(1), ess(1)}, always.ess(), 1e-12);

    Smc.Outcome even = run(0.9, level -> level % 2 == 0);
    assertArrayEquals(new boolean[] {true, false, true, false, false}, even.resampled());

    Smc.Outcome never = run(0, level -> true);
    assertEquals(0, never.resamplings());
    assertArrayEquals(new double[] {ess(1), ess(2), ess(2), ess(3), ess(4)}, never.ess(), 1e-12);
  }

  /** Particles that a resampler loses do not make it draw where it is not asked to. */
  @Test
  void lostParticlesAreNoChangeOfNumbers() {
    Resampler losing = (weights, count, u) -> new int[] {0};
    FeynmanKac uneven =
        new FeynmanKac() {
          @Override
          public int steps() {
            return 4;
          }

          @Override
          public Population start(int particles) {
            return Population.of(particles).weigh(new double[] {2, 0, 0});
          }

          @Override
          public Population move(Population population, int level) {
            return population;
          }
        };
    Smc.Outcome outcome =
        new Smc(losing, 2, level -> level == 4 || level == 2).run(uneven, 3, level -> i -> 0.5);
    assertArrayEquals(new boolean[] {true, false, true, false, false}, outcome.resampled());
    assertArrayEquals(new int[] {3, 1, 1, 1, 1}, outcome.sizes());
  }

  /** The mean weight at each resampling and at the end: what is not resampled stays in the next. */
  @Test
  void theEvidenceIsTheProductOfTheMeanWeights() {
    double one = Math.log((Math.E + 1) / 2);
    double two = Math.log((Math.exp(2) + 1) / 2);
    assertEquals(4 * one, run(0.9, level -> true).logEvidence(), 1e-12);
    assertEquals(2 * one + two, run(0.9, level -> level % 2 == 0).logEvidence(), 1e-12);
    assertEquals(Math.log((Math.exp(4) + 1) / 2), run(0, level -> true).logEvidence(), 1e-12);
  }
}
