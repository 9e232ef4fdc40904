package io.github.tiltbench.particle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.random.Uniforms;
import org.junit.jupiter.api.Test;

class BranchingTest {
  private static final Uniforms HALF = index -> 0.5;

  @Test
  void temperatureZeroKeepsTheFirstBest() {
    double[] values = {1, 3, 3, -2, -5, -4};
    assertArrayEquals(new int[] {1, 3}, Branching.keep(values, 3, 0, HALF));
  }

  @Test
  void aConstantAddedToAFamilyChangesNothing() {
    double[] values = {0.2, 0.1, 0.4, 9000.2, 9000.1, 9000.4};
    int[] kept = Branching.keep(values, 3, 0.7, HALF);
    assertEquals(kept[0] + 3, kept[1]);
  }

  @Test
  void survivorsFollowTheSoftmax() {
    double[] family = {0, 1, 2};
    int draws = 50_000;
    double[] share = new double[3];
    for (int d = 0; d < draws; d++) {
      Uniforms u = new Seed(5).noise(Purpose.SELECT, 0).uniforms(d);
      share[Branching.keep(family, 3, 0.8, u)[0]] += 1.0 / draws;
    }
    double sum = 1 + Math.exp(1 / 0.8) + Math.exp(2 / 0.8);
    for (int m = 0; m < 3; m++) {
      double p = Math.exp(m / 0.8) / sum;
      assertEquals(p, share[m], 4 * Math.sqrt(p * (1 - p) / draws));
    }
  }

  @Test
  void anUndefinedValueIsRefused() {
    double[] values = {0, Double.NaN};
    assertThrows(IllegalArgumentException.class, () -> Branching.keep(values, 2, 0, HALF));
  }
}
