package io.github.tiltbench.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Steps that reveal one mask, and the templates they start from. */
class FirstHittingTest {
  private static final StateSpace.Sequence SPACE = new StateSpace.Sequence(5, Vocabulary.ids(2));
  private static final int MASK = SPACE.mask();
  private static final Template PROMPTED = new Template(SPACE, new int[] {1, MASK, MASK, MASK, 0});

  private static Noise noise(int seed) {
    return new Seed(seed).noise(Purpose.STEP, 3);
  }

  /** Token 1 has probability (position + 1) / 10; counts what is read. */
  private static Prediction.Logits prediction(Batch.Tokens state, int[] reads) {
    TokenLogits logits =
        (position, log) -> {
          reads[0]++;
          log[0] = Math.log(1 - (position + 1) / 10.0);
          log[1] = Math.log((position + 1) / 10.0);
        };
    return new Prediction.Logits(state, SPACE, Collections.nCopies(state.size(), logits));
  }

  @Test
  void stepsAreAsManyAsFreePositions() {
    assertEquals(3, new FirstHitting().from(PROMPTED).steps());
    assertEquals(5, new FirstHitting().over(SPACE).steps());
    assertEquals(1, PROMPTED.prefix());
    assertThrows(
        IllegalArgumentException.class, () -> new Template(SPACE, new int[] {0, 0, 0, 0, 0}));
    assertThrows(
        IllegalArgumentException.class, () -> new Template(SPACE, new int[] {0, 0, MASK, 0}));
    assertThrows(
        IllegalArgumentException.class, () -> new Template(SPACE, new int[] {0, 0, MASK, 0, 3}));
  }

  /** Where a token is drawn its position is read, and nowhere else. */
  @Test
  void oneDrawReadsOnePosition() {
    FirstHittingProcess process = new FirstHittingProcess(PROMPTED);
    Batch.Tokens start = (Batch.Tokens) process.prior(7, noise(1));
    int[] reads = {0};
    StepLaw law = process.law(start, 3, prediction(start, reads));
    Batch.Tokens next = (Batch.Tokens) law.sample(noise(1));
    assertEquals(7, reads[0]);
    law.logDensity(next);
    assertEquals(14, reads[0]);
  }

  /** 1/3 of each free position times its token's probability; nothing else is possible. */
  @Test
  void theDensityIsThatOfThePositionAndTheToken() {
    FirstHittingProcess process = new FirstHittingProcess(PROMPTED);
    Batch.Tokens start = (Batch.Tokens) process.prior(1, noise(1));
    StepLaw law = process.law(start, 3, prediction(start, new int[1]));
    double sum = 0;
    int possible = 0;
    for (int s = 0; s < 243; s++) {
      int[] next = {s / 81, s / 27 % 3, s / 9 % 3, s / 3 % 3, s % 3};
      double log = law.logDensity(new Batch.Tokens(next, 5))[0];
      sum += Math.exp(log);
      possible += log > Double.NEGATIVE_INFINITY ? 1 : 0;
    }
    assertEquals(6, possible);
    assertEquals(1, sum, 1e-12);
    Batch.Tokens third = new Batch.Tokens(new int[] {1, MASK, 1, MASK, 0}, 5);
    assertEquals(Math.log(0.3 / 3), law.logDensity(third)[0], 1e-12);
    Batch.Tokens prompt = new Batch.Tokens(new int[] {0, MASK, MASK, MASK, 0}, 5);
    assertThrows(
        IllegalArgumentException.class,
        () -> law.logRatio(new Batch.Reals(new double[15], new int[] {5, 3}), prompt));
  }

  /** What is drawn has the density that is named: each of the six next states. */
  @Test
  void drawsHaveTheirDensity() {
    FirstHittingProcess process = new FirstHittingProcess(PROMPTED);
    int n = 60_000;
    Batch.Tokens start = (Batch.Tokens) process.prior(n, noise(1));
    StepLaw law = process.law(start, 3, prediction(start, new int[1]));
    Batch.Tokens next = (Batch.Tokens) law.sample(noise(2));
    double[] density = law.logDensity(next);
    Map<String, Integer> counts = new HashMap<>();
    Map<String, Double> probability = new HashMap<>();
    for (int row = 0; row < n; row++) {
      String state = Arrays.toString(next.row(row));
      counts.merge(state, 1, Integer::sum);
      probability.put(state, Math.exp(density[row]));
    }
    assertEquals(6, counts.size());
    counts.forEach(
        (state, count) -> {
          double p = probability.get(state);
          assertEquals(p, (double) count / n, 4 * Math.sqrt(p * (1 - p) / n), state);
        });
  }

  @Test
  void aLevelHasItsNumberOfMasks() {
    FirstHittingProcess process = new FirstHittingProcess(PROMPTED);
    Batch.Tokens start = (Batch.Tokens) process.prior(1, noise(1));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> process.law(start, 2, prediction(start, new int[1])));
    assertTrue(e.getMessage().contains("level 2"), e.getMessage());
  }

  /** Any set of free positions as likely, and the tokens of the prompt never. */
  @Test
  void renoisingMasksAsManyFreePositions() {
    FirstHittingProcess process = new FirstHittingProcess(PROMPTED);
    int n = 30_000;
    int[] clean = new int[5 * n];
    for (int at = 0; at < clean.length; at += 5) {
      clean[at] = 1;
    }
    Noise noise = new Seed(4).noise(Purpose.RENOISE, 0);
    Batch.Tokens one = process.renoise(new Batch.Tokens(clean, 5), 0, 1, noise);
    Batch.Tokens two = process.renoise(one, 1, 2, noise.round(1));
    Map<String, Integer> sets = new HashMap<>();
    for (int row = 0; row < n; row++) {
      int[] state = two.row(row);
      assertEquals(2, Arrays.stream(state).filter(t -> t == MASK).count());
      assertEquals(1, state[0]);
      assertEquals(0, state[4]);
      sets.merge(Arrays.toString(state), 1, Integer::sum);
    }
    assertEquals(3, sets.size());
    double error = Math.sqrt(2.0 / 9 / n);
    sets.forEach((set, count) -> assertEquals(1 / 3.0, (double) count / n, 4 * error, set));
    Batch.Tokens all = process.renoise(new Batch.Tokens(clean, 5), 0, 3, noise);
    assertTrue(Arrays.equals(PROMPTED.tokens(), all.row(n - 1)));
  }

  /** On the ancestral chain too, prompt tokens stay whatever happens to the others. */
  @Test
  void ancestralChainsKeepTheTemplate() {
    MaskedProcess process = new MaskedProcess(PROMPTED, 4);
    Batch.Tokens x = (Batch.Tokens) process.prior(50, noise(1));
    for (int level = 4; level >= 1; level--) {
      x =
          (Batch.Tokens)
              process.law(x, level, prediction(x, new int[1])).sample(noise(level).round(level));
    }
    Batch.Tokens noised = process.renoise(x, 0, 4, noise(9));
    for (int row = 0; row < 50; row++) {
      assertEquals(1, x.row(row)[0]);
      assertEquals(0, x.row(row)[4]);
      assertTrue(Arrays.stream(x.row(row)).noneMatch(token -> token == MASK));
      assertTrue(Arrays.equals(PROMPTED.tokens(), noised.row(row)));
    }
    assertNotEquals(Arrays.toString(x.row(0)), Arrays.toString(x.row(1)));
  }
}
