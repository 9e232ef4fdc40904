package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What rewards make of noises. */
class DemonWeightsTest {
  private static final double NONE = Double.NEGATIVE_INFINITY;

  private static double[] weights(double... rewards) {
    return Demon.DEFAULT.weights(rewards);
  }

  /** By the deviation of -1, -1 and 2 about their mean, 3^(1/2), in any units. */
  @Test
  void theInadmissibleWeighsAsTheLowest() {
    double low = Math.tanh(-1 / Math.sqrt(3));
    double[] expected = {low, low, Math.tanh(2 / Math.sqrt(3))};
    assertArrayEquals(expected, weights(-1, -1, 2), 1e-12);
    assertArrayEquals(expected, weights(NONE, -1, 2), 1e-12);
    assertArrayEquals(expected, weights(NONE, -1e-12, 2e-12), 1e-12);
  }

  /** What differs by rounding is equal, and so is what is not admissible at all. */
  @Test
  void equalRewardsWeighTheSame() {
    double[] ones = new double[4];
    Arrays.fill(ones, 1);
    assertArrayEquals(ones, weights(NONE, NONE, NONE, NONE));
    assertArrayEquals(ones, weights(0, 0, 0, 0));
    assertArrayEquals(ones, weights(1e9, Math.nextUp(1e9), 1e9, 1e9));
  }
}
