package io.github.tiltbench.particle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WeightsTest {
  private static final double NONE = Double.NEGATIVE_INFINITY;

  @Test
  void effectiveSampleSizeHasItsKnownValues() {
    assertEquals(5, Weights.equal(5).ess(), 1e-12);
    assertEquals(1, new Weights(new double[] {3, NONE, NONE}).ess(), 1e-12);
    assertEquals(2, new Weights(new double[] {-7, -7, NONE, NONE}).ess(), 1e-12);
  }

  @Test
  void aConstantChangesNothingButTheLevel() {
    Weights w = new Weights(new double[] {0.3, -1, 2});
    Weights far = w.plus(new double[] {1000, 1000, 1000});
    assertArrayEquals(w.normalised(), far.normalised(), 1e-12);
    assertEquals(w.ess(), far.ess(), 1e-9);
    assertEquals(w.logMean() + 1000, far.logMean(), 1e-9);
  }

  @Test
  void undefinedIsImpossible() {
    Weights w = new Weights(new double[] {Double.NaN, 0});
    assertArrayEquals(new double[] {0, 1}, w.normalised());
  }

  @Test
  void extinctionIsSaidNotDividedBy() {
    Weights w = new Weights(new double[] {NONE, NONE});
    assertTrue(w.extinct());
    assertEquals(NONE, w.logMean());
    assertThrows(IllegalStateException.class, w::ess);
    assertThrows(IllegalStateException.class, w::normalised);
  }

  @Test
  void infiniteWeightIsRefused() {
    double[] infinite = {Double.POSITIVE_INFINITY};
    assertThrows(IllegalArgumentException.class, () -> new Weights(infinite));
  }
}
