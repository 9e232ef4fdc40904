package io.github.tiltbench.particle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PopulationTest {
  private static final Column<Scalars> A = new Column<>("a");
  private static final Column<Scalars> B = new Column<>("b");

  private static Population three() {
    return Population.of(3)
        .with(A, new Scalars(new double[] {1, 2, 3}))
        .with(B, new Scalars(new double[] {10, 20, 30}))
        .weigh(new double[] {0.1, 0.2, 0.3});
  }

  @Test
  void resamplingMovesEveryColumnAndEvensTheWeights() {
    Population p = three().resample(new int[] {2, 2, 0});
    assertArrayEquals(new double[] {3, 3, 1}, p.get(A).values());
    assertArrayEquals(new double[] {30, 30, 10}, p.get(B).values());
    assertArrayEquals(new double[3], p.weights().log());
  }

  @Test
  void selectionKeepsTheWeights() {
    Population p = three().select(new int[] {2, 0});
    assertArrayEquals(new double[] {30, 10}, p.get(B).values());
    assertArrayEquals(new double[] {0.3, 0.1}, p.weights().log());
  }

  @Test
  void aColumnOfAnotherSizeIsRefused() {
    Scalars two = new Scalars(new double[2]);
    assertThrows(IllegalArgumentException.class, () -> three().with(A, two));
    Population none = three().without(A);
    assertThrows(IllegalStateException.class, () -> none.get(A));
    assertEquals(3, none.size());
  }
}
