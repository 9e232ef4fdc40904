package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.particle.Scalars;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The book-keeping of rollover budget forcing, with rewards written down in place of a model. */
class RbfChainTest {
  /** Levels 5..1: candidates at four of them. */
  private static final int STEPS = 5;

  private static RbfChain chain(Rbf.End end, boolean rollover, int quota) {
    Rbf rule =
        new Rbf(
            1,
            quota,
            Rbf.Start.ONE,
            OptionalInt.empty(),
            end,
            rollover,
            1,
            Rbf.Finish.MEAN,
            OptionalDouble.empty());
    return new RbfChain(rule, quota, STEPS, 0, 0);
  }

  private static RbfChain.State state(double reward) {
    Batch x = new Batch.Reals(new double[] {reward}, new int[] {1});
    return new RbfChain.State(x, null, x, new Scalars(new double[] {reward}));
  }

  /** By hand, with quota 3 and record 2 at the start. */
  @Test
  void quotasRollOver() {
    RbfChain chain = chain(Rbf.End.FORCING, true, 3);
    chain.start(state(2), 1);
    learn(chain, 5, 3, 1, 2);
    learn(chain, 5, 2, 2.5, 1); // record 2.5 at the second: one is saved
    learn(chain, 4, 4, 2.5, 3); // equal is not better
    learn(chain, 4, 3, 1, 2);
    learn(chain, 4, 2, 2.4, 1);
    learn(chain, 4, 1, 0, 0); // four draws are all: on from 2.5, the record stays
    assertEquals(2.5, chain.record());
    learn(chain, 3, 3, 7, 2); // at once: two are saved
    learn(chain, 2, 5, 6.5, 4);
    learn(chain, 2, 4, 6, 3);
    assertEquals(6.5, chain.result().value());
    learn(chain, 2, 3, 9, 2); // the last level: nothing moves any more
    learn(chain, 2, 2, 8, 1);
    assertEquals(9, chain.result().value());
    learn(chain, 2, 1, 10, 0);
    learn(chain, 2, 0, 9.5, -1); // forced beyond its quota
    assertEquals(10, chain.result().value());
    assertFalse(chain.done());
    assertEquals(14, chain.evaluations());
    assertEquals("[1.0, 2.0, 4.0, 1.0, 6.0, 0.0]", trace(chain, "draws"));
    assertEquals("[0.0, 1.0, 0.0, 1.0, 1.0, 0.0]", trace(chain, "records"));
  }

  /** Takes a reward at a level; so many candidates were left to it before, and are after. */
  private static void learn(RbfChain chain, int level, int left, double reward, int after) {
    assertEquals(level, chain.level());
    assertEquals(left, chain.allowed());
    chain.learn(state(reward));
    if (chain.level() == level) {
      assertEquals(after, chain.allowed());
    }
  }

  private static String trace(RbfChain chain, String name) {
    return java.util.Arrays.toString(RbfChain.traces(List.of(chain)).get(name));
  }

  /** With the quota out the chain goes on from the best of the level, under its record or not. */
  @Test
  void theBestOfTheLevelGoesOn() {
    RbfChain chain = chain(Rbf.End.QUOTA, true, 2);
    chain.start(state(5), 1);
    assertEquals(5, chain.result().value(), "where it stands, before it has a candidate");
    learn(chain, 5, 2, 1, 1);
    learn(chain, 5, 1, 3, 0);
    assertEquals(3, chain.result().value());
    learn(chain, 4, 2, 4, 1);
    learn(chain, 4, 1, 4, 0);
    learn(chain, 3, 2, 0, 1);
    learn(chain, 3, 1, -1, 0);
    learn(chain, 2, 2, 1, 1);
    learn(chain, 2, 1, 2, 0);
    assertTrue(chain.done());
    assertEquals(2, chain.result().value());
    assertEquals(5, chain.record());
  }

  private static void run(RbfChain chain, int evaluations, DoubleSupplier reward) {
    chain.start(state(reward.getAsDouble()), 1);
    for (int i = 1; i < evaluations && !chain.done(); i++) {
      chain.learn(state(reward.getAsDouble()));
    }
  }

  @Test
  void aConstantRewardUsesEveryQuota() {
    RbfChain chain = chain(Rbf.End.FORCING, true, 3);
    run(chain, 20, () -> 1);
    assertEquals("[1.0, 3.0, 3.0, 3.0, 10.0, 0.0]", trace(chain, "draws"));
    assertEquals("[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]", trace(chain, "records"));
  }

  @Test
  void anEverBetterRewardSavesAllForTheLastLevel() {
    double[] calls = {0};
    RbfChain chain = chain(Rbf.End.FORCING, true, 3);
    run(chain, 20, () -> ++calls[0]);
    assertEquals("[1.0, 1.0, 1.0, 1.0, 16.0, 0.0]", trace(chain, "draws"));
    assertEquals(20, chain.result().value());
  }

  /** What a level saves the next one may spend, and no other. */
  @ParameterizedTest
  @EnumSource(Rbf.End.class)
  void nothingIsLostOrMade(Rbf.End end) {
    Random random = new Random(1);
    for (int run = 0; run < 500; run++) {
      RbfChain chain = chain(end, true, 4);
      chain.start(state(random.nextGaussian()), 1);
      int level = chain.level();
      int drawn = 0;
      int granted = 4;
      while (!chain.done() && chain.evaluations() < 30) {
        double record = chain.record();
        double reward = random.nextGaussian();
        chain.learn(state(reward));
        drawn++;
        assertEquals(Math.max(record, reward), chain.record());
        if (chain.level() < level) {
          assertEquals(reward > record ? 4 + granted - drawn : 4, chain.allowed());
          assertTrue(reward > record || drawn == granted);
          granted = chain.allowed();
          level = chain.level();
          drawn = 0;
        }
      }
      assertTrue(chain.evaluations() <= (end == Rbf.End.QUOTA ? 1 + 4 * 4 : 30));
    }
  }

  /** Records of independent rewards, the null against which savings are to be judged. */
  @ParameterizedTest
  @CsvSource({"1, 22, 3.6908", "25, 22, 16.0182"})
  void recordsOfIndependentRewardsHaveTheirLaw(int earlier, int quota, double mean) {
    Random random = new Random(5);
    SampleMoments draws = new SampleMoments();
    SampleMoments improved = new SampleMoments();
    for (int run = 0; run < 20_000; run++) {
      RbfChain chain = chain(Rbf.End.QUOTA, true, quota);
      double best = random.nextDouble();
      for (int i = 1; i < earlier; i++) {
        best = Math.max(best, random.nextDouble());
      }
      chain.start(state(best), earlier);
      while (chain.level() == STEPS) {
        chain.learn(state(random.nextDouble()));
      }
      draws.add(chain.evaluations() - earlier);
      improved.add(chain.record() > best ? 1 : 0);
    }
    draws.assertMean(mean, 4, "draws");
    improved.assertMean((double) quota / (quota + earlier), 4, "improved");
  }

  @Test
  void withoutRolloverEveryLevelHasItsQuota() {
    double[] calls = {0};
    RbfChain chain = chain(Rbf.End.QUOTA, false, 3);
    run(chain, 100, () -> ++calls[0]);
    assertEquals("[1.0, 3.0, 3.0, 3.0, 3.0, 0.0]", trace(chain, "draws"));
  }
}
