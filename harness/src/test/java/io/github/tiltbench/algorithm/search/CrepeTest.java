package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.Crepe.Value;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.Remask;
import io.github.tiltbench.diffusion.Template;
import io.github.tiltbench.exactness.ExactPaths;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.exactness.TokenLabs;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.TokenScores;
import java.util.Arrays;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replica exchange over levels on a first-hitting chain whose states can be listed. */
class CrepeTest {
  private static final Lab T43 = TokenLabs.t43(FirstHittingProcess::new);
  private static final ExactPaths PATHS = new ExactPaths(T43);
  private static final int ROWS = 5000;

  private static Crepe crepe(int iterations, Value value, int completions, double rise) {
    return new Crepe(iterations, 0.5, 1, value, completions, rise);
  }

  private static SwapLaw law(Value value, double rise) {
    return new SwapLaw(T43, PATHS, twist(value, rise));
  }

  private static ToDoubleBiFunction<Integer, Integer> twist(Value value, double rise) {
    return switch (value) {
      case NONE -> (level, x) -> 0;
      case SOFT -> (level, x) -> Math.log(PATHS.psi(level, x));
      case ESTIMATE ->
          (level, x) -> Math.pow(1 - level / 4.0, rise) * SwapLaw.estimate(T43, PATHS, level, x);
    };
  }

  /** The table, computed apart from this code; {@code SOFT} has the exact soft values here. */
  @ParameterizedTest
  @CsvSource({
    "NONE, 0, 1, 1, 1, 0.304333",
    "SOFT, 0, 0.600273, 0.618975, 0.627156, 0.637153",
    "ESTIMATE, 1, 0.853593, 0.657940, 0.582534, 0.585532",
    "ESTIMATE, 0, 0.261044, 0.332935, 0.495261, 0.616601"
  })
  void acceptancesInEquilibrium(
      Value value, double rise, double first, double second, double third, double last) {
    SwapLaw law = law(value, rise);
    double[] expected = {first, second, third, last};
    for (int level = 4; level >= 1; level--) {
      assertEquals(expected[4 - level], law.acceptance(level), 5e-7, "from level " + level);
      assertEquals(0, law.driftOfPairs(level, false), 1e-15, "what a swap leaves");
    }
    assertTrue(law.driftOfPairs(1, true) > 1e-3, "always taken it leaves another law");
  }

  /** Masking one of the revealed positions is the reversal of revealing one. */
  @Test
  void maskingIsTheReversal() {
    assertEquals(0, law(Value.NONE, 0).reversalError(), 1e-16);
  }

  private static Ladders drawn(SwapLaw law, Crepe rule, int seed) {
    Problem problem = T43.problem(ROWS, Budget.UNLIMITED);
    Batch[] states = new Batch[5];
    Prediction[] predictions = new Prediction[5];
    for (int level = 0; level <= 4; level++) {
      states[level] = law.draw(level, ROWS, seed);
      int[] levels = new int[ROWS];
      Arrays.fill(levels, level);
      predictions[level] = level == 0 ? null : T43.denoiser().denoise(states[level], levels, null);
    }
    return Ladders.at(
        rule,
        problem,
        T43.session(problem, new Meter(Budget.UNLIMITED), seed),
        states,
        predictions);
  }

  private static double off(Ladders ladders, SwapLaw law, int level) {
    long[] count = new long[PATHS.states()];
    Batch.Tokens x = (Batch.Tokens) ladders.rung(level).state();
    for (int row = 0; row < ROWS; row++) {
      count[PATHS.index(x.row(row))]++;
    }
    return ExactPaths.chiSquare(count, law.law(level));
  }

  /** From exact draws of all levels, one iteration and twenty leave the law of each as it is. */
  @ParameterizedTest
  @CsvSource({"NONE, 0", "ESTIMATE, 1", "ESTIMATE, 0"})
  void iterationsLeaveTheLawAsItIs(Value value, double rise) {
    SwapLaw law = law(value, rise);
    Crepe rule = crepe(20, value, 1, rise);
    Ladders ladders = drawn(law, rule, 1);
    for (int i = 0; i < 20; i++) {
      ladders.iterate(i);
      for (int level = 0; level <= 3 && (i == 0 || i == 1 || i == 19); level++) {
        double off = value == Value.NONE && level > 0 ? 0 : off(ladders, law, level);
        assertTrue(off < 4, "level " + level + " after " + (i + 1) + ": " + off + " deviations");
      }
    }
    double[] share = ladders.acceptedByLevel();
    for (int level = 4; level >= 1; level--) {
      double p = law.acceptance(level);
      double error = Math.sqrt(Math.max(0, p * (1 - p)) / (ROWS * 2.0)); // ten swaps as if two
      assertEquals(p, share[5 - level], 4 * error + 1e-12, "from level " + level);
    }
  }

  /** From the model's own samples to the tilted law, values drawn once and kept among them. */
  @ParameterizedTest
  @CsvSource({"ESTIMATE, 1, 1", "SOFT, 3, 0", "NONE, 1, 0"})
  void laddersReachTheTiltedLaw(Value value, int completions, double rise) {
    int count = 2500;
    Crepe rule = new Crepe(40, 0.5, count, value, completions, rise);
    Samples samples = T43.run(rule, count, Budget.UNLIMITED, 3);
    assertTrue(samples.independent());
    long[] seen = new long[PATHS.states()];
    for (int row = 0; row < count; row++) {
      seen[PATHS.index(((Batch.Tokens) samples.states()).row(row))]++;
    }
    double off = ExactPaths.chiSquare(seen, PATHS.tilted());
    assertTrue(off < 4, "chi-square lies " + off + " deviations off");
    assertEquals(1, samples.scalars().get("distinct"), 0);
  }

  /** What one ladder returns has the tilted law on average, repeats included. */
  @Test
  void repeatsBelongToTheLaw() {
    SampleMoments rewards = new SampleMoments();
    SampleMoments distinct = new SampleMoments();
    for (int trial = 0; trial < 80; trial++) {
      Samples samples =
          T43.run(new Crepe(120, 0.4, 1, Value.ESTIMATE, 1, 1), 36, Budget.UNLIMITED, trial);
      assertFalse(samples.independent());
      rewards.add(Arrays.stream(TokenLabs.rewards(T43, samples.states())).average().orElseThrow());
      distinct.add(samples.scalars().get("distinct"));
    }
    rewards.assertMean(PATHS.tiltedReward(), 4, "mean reward");
    assertEquals(law(Value.ESTIMATE, 1).acceptance(1), distinct.mean(), 0.04, "swaps taken");
  }

  /** Without a reward every swap is taken, and level 0 has the law of the model. */
  @Test
  void withoutRewardAllIsTaken() {
    Lab zero =
        new Lab(T43.denoiser(), T43.process(), new TokenScores(new double[] {0, 0, 0}, 0, 0), 1);
    int count = 2500;
    Samples samples =
        zero.run(new Crepe(9, 0.5, count, Value.ESTIMATE, 1, 1), count, Budget.UNLIMITED, 5);
    assertEquals(1, samples.scalars().get("accepted"), 0);
    assertEquals(1, samples.scalars().get("descended"), 0);
    long[] seen = new long[PATHS.states()];
    for (int row = 0; row < count; row++) {
      seen[PATHS.index(((Batch.Tokens) samples.states()).row(row))]++;
    }
    double off = ExactPaths.chiSquare(seen, law(Value.NONE, 0).chain(0));
    assertTrue(off < 4, "chi-square lies " + off + " deviations off");
  }

  /** The samples of a ladder: evenly spaced over its swaps at level 0, the last among them. */
  @Test
  void samplesAreEvenlySpaced() {
    Crepe rule = new Crepe(40, 0.5, 1, Value.ESTIMATE, 1, 1);
    Problem problem = T43.problem(5, Budget.UNLIMITED);
    Ladders ladders =
        Ladders.start(rule, problem, T43.session(problem, new Meter(Budget.UNLIMITED), 2), 1);
    int[] expected = new int[20];
    for (int i = 0, at = 0; i < 40; i++) {
      ladders.iterate(i);
      if (i >= 20 && i % 2 == 1 && (i - 19) / 2 % 2 == 0) { // swaps 21, 23, ..: each second
        System.arraycopy(tokens(ladders.rung(0).state()), 0, expected, at, 4);
        at += 4;
      }
    }
    int[] own = tokens(T43.run(rule, 5, Budget.UNLIMITED, 2).states());
    assertEquals(Arrays.toString(expected), Arrays.toString(own));
  }

  private static int[] tokens(Batch batch) {
    return ((Batch.Tokens) batch).data();
  }

  /** The price of T = 4: a start, then swaps 4-3 and 2-1, then 3-2 and 1-0, and so on. */
  @ParameterizedTest
  @CsvSource({
    // iterations, value, completions; nfe, reward
    "1, ESTIMATE, 1, 7, 7", // to 3, to 1 and 2
    "2, ESTIMATE, 1, 10, 11", // to 2 and 3, to 1, the reward
    "3, ESTIMATE, 1, 13, 14",
    "2, SOFT, 3, 10, 29", // 9 + 1, 9, 9 + 1
    "2, NONE, 1, 7, 2",
    "4, NONE, 1, 10, 3"
  })
  void pricesAreInClosedForm(int iterations, Value value, int completions, int nfe, int rewards) {
    Crepe rule = crepe(iterations, value, completions, 1);
    assertEquals(Cost.of(nfe, nfe, rewards), rule.cost(T43.problem(7, Budget.UNLIMITED)));
    T43.run(rule, 7, Budget.UNLIMITED, 1);
    Crepe three = new Crepe(iterations, 0.5, 3, value, completions, 1);
    assertEquals(Cost.of(nfe, nfe, rewards).times(3), three.cost(T43.problem(7, Budget.UNLIMITED)));
    T43.run(three, 7, Budget.UNLIMITED, 1);
  }

  /** A budget buys iterations: all of it but for less than one more. */
  @ParameterizedTest
  @CsvSource({"97, 31", "331, 109", "10, 2"})
  void aBudgetBuysIterations(int nfe, int iterations) {
    Budget budget = Budget.of(Unit.NFE, nfe);
    Problem problem = T43.problem(3, budget);
    assertEquals(
        crepe(iterations, Value.ESTIMATE, 1, 1).cost(problem), Crepe.DEFAULT.cost(problem));
    assertTrue(nfe - Crepe.DEFAULT.cost(problem).nfe() < 3);
    T43.run(Crepe.DEFAULT, 3, budget, 0);
  }

  @Test
  void skipsAndWarnings() {
    Problem problem = T43.problem(9, Budget.UNLIMITED);
    assertEquals(0, crepe(40, Value.ESTIMATE, 1, 1).warnings(problem).size());
    String short3 = crepe(3, Value.ESTIMATE, 1, 1).warnings(problem).toString();
    assertTrue(short3.contains("bring no state down all 4 levels"), short3);
    assertTrue(short3.contains("1 swaps at level 0"), short3);
    Lab ancestral = TokenLabs.t43(space -> new MaskedProcess(space, 4));
    String grid =
        crepe(40, Value.NONE, 1, 1).warnings(ancestral.problem(9, Budget.UNLIMITED)).toString();
    assertTrue(grid.contains("only as they shrink"), grid);
    Lab remasked = TokenLabs.t43(space -> Remask.DEFAULT.from(Template.open(space)));
    assertTrue(skipped(Crepe.DEFAULT, remasked, 9).contains("mask tokens anew"));
    Crepe ten = new Crepe(9, 0.5, 10, Value.NONE, 1, 1);
    assertTrue(skipped(ten, T43, 9).contains("10 ladders cannot share 9 samples"));
  }

  private static String skipped(Crepe rule, Lab lab, int count) {
    return assertInstanceOf(Support.No.class, rule.supports(lab.problem(count, Budget.UNLIMITED)))
        .reason();
  }
}
