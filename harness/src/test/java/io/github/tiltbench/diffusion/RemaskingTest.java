package io.github.tiltbench.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps that mask tokens anew. */
class RemaskingTest {
  private static final StateSpace.Sequence SPACE = new StateSpace.Sequence(3, Vocabulary.ids(2));
  private static final int MASK = SPACE.mask();
  private static final double[] P = {0.3, 0.05, 0.1, 0.15, 0.02, 0.18, 0.12, 0.08};

  private static Remask remask(Remask.Variant variant, double eta) {
    return new Remask(6, variant, eta, 0.7, 0.3, 0.6);
  }

  private static Noise noise(int level) {
    return new Seed(3).noise(Purpose.STEP, level);
  }

  private static int[] sequence(int index) {
    return new int[] {index / 4, index / 2 % 2, index % 2};
  }

  private static int[] state(int index) {
    return new int[] {index / 9, index / 3 % 3, index % 3};
  }

  private static int index(int[] state) {
    return state[0] * 9 + state[1] * 3 + state[2];
  }

  /** What is certain of a known sequence. */
  private static TokenLogits only(int[] x) {
    double[][] log = new double[3][2];
    for (int i = 0; i < 3; i++) {
      log[i][1 - x[i]] = Double.NEGATIVE_INFINITY;
    }
    return TokenLogits.exact(log);
  }

  /** The law of the forward process from a sequence to a share revealed. */
  private static double[] forward(int[] x, double alpha) {
    double[] law = new double[27];
    for (int masks = 0; masks < 8; masks++) {
      int[] state = x.clone();
      double p = 1;
      for (int i = 0; i < 3; i++) {
        boolean masked = (masks >> i & 1) == 1;
        state[i] = masked ? MASK : x[i];
        p *= masked ? 1 - alpha : alpha;
      }
      law[index(state)] += p;
    }
    return law;
  }

  /**
   * Drawn jointly from the posterior, the clean sequence and the state have the joint law of data
   * and forward process; a step that reveals that sequence then leads to the forward law one level
   * down, at every level and for every variant.
   */
  @ParameterizedTest
  @CsvSource({"CAP, 0.2", "CAP, 1", "RESCALE, 0.5", "RESCALE, 1", "LOOP, 0.3", "CAP, 0"})
  void revealedJointlyEveryLevelHasTheForwardLaw(Remask.Variant variant, double eta) {
    Remask spec = remask(variant, eta);
    RemaskingProcess process = spec.from(Template.open(SPACE));
    for (int level = 1; level <= 6; level++) {
      double[] next = new double[27];
      double[] truth = new double[27];
      for (int clean = 0; clean < 8; clean++) {
        int[] x = sequence(clean);
        double[] before = forward(x, spec.alpha(level));
        double[] after = forward(x, spec.alpha(level - 1));
        for (int from = 0; from < 27; from++) {
          truth[from] += P[clean] * after[from];
          if (before[from] > 0) {
            Batch.Tokens z = new Batch.Tokens(state(from), 3);
            StepLaw law = process.law(z, level, new Prediction.Logits(z, SPACE, List.of(only(x))));
            for (int to = 0; to < 27; to++) {
              double p = Math.exp(law.logDensity(new Batch.Tokens(state(to), 3))[0]);
              next[to] += P[clean] * before[from] * p;
            }
          }
        }
      }
      assertArrayEquals(truth, next, 1e-10, "to level " + (level - 1));
    }
  }

  @Test
  void schedulesHaveTheirShares() {
    Remask cap = remask(Remask.Variant.CAP, 0.2);
    assertEquals(0.2, cap.remask(4), 1e-15);
    assertEquals(0.2, cap.remask(2), 1e-15);
    assertEquals(0, cap.remask(1), 1e-15);
    Remask rescale = remask(Remask.Variant.RESCALE, 0.5);
    assertEquals(0.5 * (1 / 6.0) / (4 / 6.0), rescale.remask(2), 1e-15);
    Remask loop = remask(Remask.Variant.LOOP, 0.3);
    assertArrayEquals(
        new double[] {1, 1 - 0.4 / 1.8, 0.6, 0.6, 0.6, 1 / 3.0, 0},
        new double[] {
          loop.alpha(0),
          loop.alpha(1),
          loop.alpha(2),
          loop.alpha(3),
          loop.alpha(4),
          loop.alpha(5),
          loop.alpha(6)
        },
        1e-12);
    assertArrayEquals(
        new double[] {0, 0, 0.3, 0.3, 0, 0},
        new double[] {
          loop.remask(1),
          loop.remask(2),
          loop.remask(3),
          loop.remask(4),
          loop.remask(5),
          loop.remask(6)
        });
    assertThrows(IllegalArgumentException.class, () -> remask(Remask.Variant.CAP, 1.1));
  }

  /** What is drawn has its density; the prompt is never masked. */
  @Test
  void drawsHaveTheirDensity() {
    Template prompted = new Template(SPACE, new int[] {1, MASK, MASK});
    RemaskingProcess process = remask(Remask.Variant.CAP, 0.2).from(prompted);
    int n = 40_000;
    int[] states = new int[3 * n];
    for (int row = 0; row < n; row++) {
      states[3 * row] = 1;
      states[3 * row + 1] = MASK;
    }
    Batch.Tokens x = new Batch.Tokens(states, 3);
    double[][] log = {null, {Math.log(0.25), Math.log(0.75)}, null};
    Prediction.Logits prediction =
        new Prediction.Logits(x, SPACE, Collections.nCopies(n, TokenLogits.exact(log)));
    StepLaw law = process.law(x, 4, prediction);
    Batch.Tokens next = (Batch.Tokens) law.sample(noise(4));
    double[] density = law.logDensity(next);
    Map<Integer, Integer> counts = new HashMap<>();
    Map<Integer, Double> probability = new HashMap<>();
    for (int row = 0; row < n; row++) {
      assertEquals(1, next.row(row)[0]);
      counts.merge(index(next.row(row)), 1, Integer::sum);
      probability.put(index(next.row(row)), Math.exp(density[row]));
    }
    assertEquals(6, counts.size());
    assertEquals(1, probability.values().stream().mapToDouble(p -> p).sum(), 1e-12);
    counts.forEach(
        (state, count) -> {
          double p = probability.get(state);
          assertEquals(p, (double) count / n, 4 * Math.sqrt(p * (1 - p) / n));
        });
    Batch.Tokens noised = process.renoise(x, 3, 6, noise(1));
    assertArrayEquals(prompted.tokens(), noised.row(n - 1));
  }

  /** Without remasking it is ancestral sampling, byte for byte. */
  @Test
  void withoutRemaskingItIsAncestral() {
    RemaskingProcess process = remask(Remask.Variant.CAP, 0).from(Template.open(SPACE));
    MaskedProcess ancestral = new MaskedProcess(SPACE, 6);
    Batch.Tokens x = (Batch.Tokens) ancestral.prior(200, noise(6));
    double[][] log = new double[3][];
    Arrays.fill(log, new double[] {Math.log(0.25), Math.log(0.75)});
    for (int level = 6; level >= 1; level--) {
      Prediction.Logits prediction =
          new Prediction.Logits(x, SPACE, Collections.nCopies(200, TokenLogits.exact(log)));
      Batch.Tokens one = (Batch.Tokens) process.law(x, level, prediction).sample(noise(level));
      x = (Batch.Tokens) ancestral.law(x, level, prediction).sample(noise(level));
      assertArrayEquals(x.data(), one.data());
    }
    assertTrue(Arrays.stream(x.data()).noneMatch(token -> token == MASK));
    assertFalse(process.monotone());
    assertTrue(ancestral.monotone());
  }
}
