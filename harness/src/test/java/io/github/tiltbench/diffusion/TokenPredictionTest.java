package io.github.tiltbench.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Predictions of tokens: what they hold, and when they are read. */
class TokenPredictionTest {
  private static final Noise NOISE = new Seed(3).noise(Purpose.STEP, 1);

  private static Prediction.Logits of(
      StateSpace.Sequence space, int[] tokens, List<TokenLogits> rows) {
    return new Prediction.Logits(new Batch.Tokens(tokens, space.length()), space, rows);
  }

  @Test
  void aLongRowOverALargeVocabularyCostsItsMasksAlone() {
    StateSpace.Sequence space = new StateSpace.Sequence(1024, Vocabulary.ids(50_000));
    int[] tokens = new int[space.length()];
    int masks = 16;
    for (int i = 0; i < masks; i++) {
      tokens[64 * i + 5] = space.mask();
    }
    MaskedProcess process = new MaskedProcess(space, 10);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    float[] logits = new float[masks * space.tokens()];
    Prediction.Logits prediction =
        of(space, tokens, List.of(TokenLogits.network(tokens, space, logits)));
    long held = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(held < 1.05 * masks * 50_000 * Float.BYTES, "the prediction takes " + held);
    StepLaw law = process.law(prediction.state(), 1, prediction);
    Batch.Tokens next = (Batch.Tokens) law.sample(NOISE);
    assertTrue(Arrays.stream(next.data()).noneMatch(token -> token == space.mask()));
    assertEquals(-masks * Math.log(50_000), law.logDensity(next)[0], 1e-9);
    process.clean(prediction, Decoding.POSTERIOR_MEAN, NOISE);
    long all = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(all < held + 2_000_000, "the step takes " + (all - held));
  }

  @Test
  void whatANetworkPutsOutIsNormalisedInDoubleWhenRead() {
    StateSpace.Sequence space = new StateSpace.Sequence(3, Vocabulary.ids(2));
    int[] tokens = {2, 1, 2};
    TokenLogits logits = TokenLogits.network(tokens, space, new float[] {1, 3, -200, 500});
    double[] log = new double[2];
    logits.read(0, log);
    double norm = Math.log(Math.exp(1) + Math.exp(3));
    assertArrayEquals(new double[] {1 - norm, 3 - norm}, log, 1e-15);
    logits.read(2, log);
    assertArrayEquals(new double[] {-700, 0}, log, 0);
    assertThrows(
        IllegalArgumentException.class,
        () -> TokenLogits.network(tokens, space, new float[] {1, 3, 5}));
  }

  /** From level 10 a mask is revealed with probability 1/10: other masks need not be read. */
  @Test
  void aMaskThatStaysIsNotRead() {
    StateSpace.Sequence space = new StateSpace.Sequence(2_000, Vocabulary.ids(3));
    int[] tokens = new int[space.length()];
    Arrays.fill(tokens, space.mask());
    int[] reads = {0};
    TokenLogits counted =
        (position, log) -> {
          reads[0]++;
          Arrays.fill(log, 0, 3, -Math.log(3));
        };
    Prediction.Logits prediction = of(space, tokens, List.of(counted));
    StepLaw law = new MaskedProcess(space, 10).law(prediction.state(), 10, prediction);
    Batch.Tokens next = (Batch.Tokens) law.sample(NOISE);
    long revealed = Arrays.stream(next.data()).filter(token -> token != space.mask()).count();
    assertEquals(revealed, reads[0]);
    double log = law.logDensity(next)[0];
    assertEquals(2 * revealed, reads[0]);
    double expectedLog = -revealed * Math.log(30) + (space.length() - revealed) * Math.log(0.9);
    assertEquals(expectedLog, log, 1e-9);
    double expected = space.length() / 10.0;
    assertEquals(expected, (double) revealed, 4 * Math.sqrt(expected * 0.9)); // binomial, 4 s.e.
  }

  @Test
  void rowsOfDifferentLevelsAreTheRowsOfTheirLevels() {
    StateSpace.Sequence space = new StateSpace.Sequence(2, Vocabulary.ids(2));
    int[] tokens = {2, 1, 2, 2, 0, 2};
    double[][] log = {{Math.log(0.25), Math.log(0.75)}, {Math.log(0.5), Math.log(0.5)}};
    TokenLogits logits = TokenLogits.exact(log);
    Prediction.Logits all = of(space, tokens, List.of(logits, logits, logits));
    MaskedProcess process = new MaskedProcess(space, 7);
    int[] level = {7, 1, 3};
    CategoricalStep mixed = process.law(all.state(), level, all);
    Batch next = new Batch.Tokens(new int[] {2, 1, 1, 0, 0, 1}, 2);
    for (int row = 0; row < 3; row++) {
      int[] only = {row};
      Prediction.Logits own = all.select(only);
      double alone = process.law(own.state(), level[row], own).logDensity(next.select(only))[0];
      assertEquals(alone, mixed.logDensity(next)[row]);
      assertEquals(alone, mixed.select(only).logDensity(next.select(only))[0]);
    }
    assertEquals(Math.log(6 / 7.0), mixed.logDensity(next)[0], 1e-12);
    assertEquals(Math.log(0.75 * 0.5), mixed.logDensity(next)[1], 1e-12);
    assertEquals(Math.log(0.5 / 3), mixed.logDensity(next)[2], 1e-12);
    Batch changed = new Batch.Tokens(new int[] {2, 0, 1, 0, 1, 1}, 2);
    assertEquals(Double.NEGATIVE_INFINITY, mixed.logDensity(changed)[0], "revealed tokens stay");
  }
}
