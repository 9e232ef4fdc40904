package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Share;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.exactness.TokenLabs;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.study.Toys;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Which children of a beam go on. */
class BeamsTest {
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  @Test
  void theHighestOfEachGroupGoOnInTheirOrder() {
    double[] values = {1, 5, 3, 5, 0, -INFINITE, -INFINITE, -INFINITE};
    assertArrayEquals(new int[] {1, 3, 4, 5}, Beams.highest(values, 4, 2));
    assertArrayEquals(new int[] {1, 4}, Beams.highest(values, 4, 1));
  }

  /** A share of 0.29 is 29 of 100, though their product is less. */
  @Test
  void sharesAreNotCutByRounding() {
    Svdd svdd = (Svdd) Toys.algorithm("{svdd: {width: 2, replaced: 0.29}}");
    assertEquals(29, svdd.replaces(100));
    assertEquals(28, svdd.replaces(99));
    assertEquals(7, Share.ceiling(0.28 * 25));
    assertEquals(8, Share.ceiling(0.28 * 26));
  }

  @Test
  void theWorstGiveWayToCopies() {
    double[] values = {3, 0, 9, 0, 0, 8, 0, 0, 1, 0};
    int[] kept = {0, 2, 5, 8};
    // Of 3, 9 and 8 at temperature 1 a small draw is the first and a large one the last.
    assertArrayEquals(
        new int[] {0, 2, 5, 0}, Beams.replace(kept, values, 1, 1, new double[] {1e-6}));
    assertArrayEquals(
        new int[] {0, 2, 5, 5}, Beams.replace(kept, values, 1, 1, new double[] {0.999}));
    assertArrayEquals(
        new int[] {2, 2, 5, 5}, Beams.replace(kept, values, 2, 1, new double[] {0.999, 0.1}));
  }

  /**
   * Two soft survivors of values 0, 1, 2 are a draw without replacement: the pair of j and k has
   * the probability p_j p_k (1 / (1 - p_j) + 1 / (1 - p_k)).
   */
  @Test
  void softSurvivorsAreDrawnWithoutReplacement() {
    double alpha = 2;
    Beam soft =
        new Beam(
            2,
            2,
            Beam.Keep.SOFT,
            OptionalDouble.of(alpha),
            false,
            Svdd.Logits.CHILD,
            Beam.Proposal.CURRENT,
            OptionalInt.empty(),
            OptionalDouble.empty(),
            Beam.Returns.BEST);
    Problem problem = TokenLabs.t43(FirstHittingProcess::new).problem(1, Budget.UNLIMITED);
    double[] values = {0, 1, 2, -INFINITE};
    double[] p = Arrays.stream(values).map(v -> Math.exp(v / alpha)).toArray();
    double sum = Arrays.stream(p).sum();
    int trials = 20_000;
    int[] counts = new int[3]; // by who is left out
    for (int trial = 0; trial < trials; trial++) {
      int[] kept =
          soft.keep(
              values, new Beam.Size(2, 2), problem, Lab.seed(trial).noise(Purpose.SELECT, 3), 2);
      counts[3 - kept[0] - kept[1]]++;
    }
    for (int out = 0; out < 3; out++) {
      double j = p[(out + 1) % 3] / sum;
      double k = p[(out + 2) % 3] / sum;
      double law = j * k * (1 / (1 - j) + 1 / (1 - k));
      assertEquals(law, (double) counts[out] / trials, 4 * Math.sqrt(law * (1 - law) / trials));
    }
  }
}
