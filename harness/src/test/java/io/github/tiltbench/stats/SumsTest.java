package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SumsTest {
  /** Reports hold the sums of streams to the last bit. */
  @Test
  void areThoseOfStreams() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 1; n < 300; n++) {
      double[] x = random.doubles(n).map(u -> Math.exp(60 * u - 30) - 1).toArray();
      assertEquals(Arrays.stream(x).sum(), Sums.of(x));
      assertEquals(Arrays.stream(x).average().orElseThrow(), Sums.mean(x));
      assertEquals(Arrays.stream(x).map(v -> (v - 3) * (v - 3)).sum(), Sums.squares(x, 3));
    }
  }

  @Test
  void anInfiniteTermMakesThemInfinite() {
    double[] x = {1, Double.NEGATIVE_INFINITY, 2};
    assertEquals(Double.NEGATIVE_INFINITY, Sums.of(x));
    assertEquals(Double.NEGATIVE_INFINITY, Sums.mean(x));
  }
}
