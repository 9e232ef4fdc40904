package io.github.tiltbench.verifier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Vocabulary;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegTest {
  private static final int AREA = 28 * 28;

  private static double[] score(double[] data, int... item) {
    Batch.Reals batch = new Batch.Reals(data, item);
    Condition[] none = new Condition[batch.size()];
    Arrays.fill(none, Condition.NONE);
    return Jpeg.DEFAULT.open(new StateSpace.Euclidean(item)).score(batch, none);
  }

  private static double[] levels(int[] levels) {
    return Arrays.stream(levels).mapToDouble(v -> v / 127.5 - 1).toArray();
  }

  @Test
  void aFlatImageHasTheSizeLibjpegGivesIt() {
    int[] flat = new int[AREA];
    Arrays.fill(flat, 137);
    assertEquals(-0.343, score(levels(flat), 1, 28, 28)[0], 1e-12);
  }

  @Test
  void moreNoiseMeansLessReward() {
    Random random = new Random(3);
    double[] noise = random.doubles(AREA, -1, 1).toArray();
    double last = Double.POSITIVE_INFINITY;
    for (double amplitude : new double[] {0.01, 0.1, 0.3, 1}) {
      double[] image = Arrays.stream(noise).map(v -> amplitude * v).toArray();
      double score = score(image, 1, 28, 28)[0];
      assertTrue(score < last);
      last = score;
    }
  }

  @Test
  void valuesAreRoundedAndClamped() {
    double[] within = levels(new int[] {0, 255, 100, 101});
    double[] beyond = {-7, 1.01, within[2] + 0.49 / 127.5, within[3] - 0.49 / 127.5};
    double[] a = new double[4 * AREA];
    double[] b = new double[4 * AREA];
    for (int i = 0; i < a.length; i++) {
      a[i] = within[i * 7 % 4];
      b[i] = beyond[i * 7 % 4];
    }
    assertArrayEquals(score(a, 1, 56, 56), score(b, 1, 56, 56));
  }

  /** However the batch is cut, a row has its own score in its own place. */
  @Test
  void rowsKeepTheirOrder() {
    Random random = new Random(5);
    double[] data = new double[40 * 3 * 64];
    for (int i = 0; i < data.length; i++) {
      data[i] = Math.max(-1, Math.min(1, random.nextGaussian() * i / data.length));
    }
    double[] together = score(data, 3, 8, 8);
    for (int row = 0; row < 40; row++) {
      double[] alone = Arrays.copyOfRange(data, row * 192, (row + 1) * 192);
      assertEquals(score(alone, 3, 8, 8)[0], together[row]);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void anImageWithoutAValueHasNoScore(double missing) {
    double[] two = new double[2 * AREA];
    two[AREA + 5] = missing;
    double[] score = score(two, 1, 28, 28);
    assertEquals(-0.343, score[0], 0.01);
    assertTrue(Double.isNaN(score[1]));
  }

  @Test
  void onlyImagesFit() {
    assertTrue(Jpeg.DEFAULT.mismatch(new StateSpace.Euclidean(new int[] {1, 28, 28})).isEmpty());
    assertTrue(Jpeg.DEFAULT.mismatch(new StateSpace.Euclidean(new int[] {3, 5, 9})).isEmpty());
    for (int[] item : new int[][] {{784}, {4, 64, 64}, {28, 28}, {1, 1, 70000}}) {
      assertTrue(Jpeg.DEFAULT.mismatch(new StateSpace.Euclidean(item)).isPresent());
    }
    assertTrue(Jpeg.DEFAULT.mismatch(new StateSpace.Sequence(4, Vocabulary.ids(3))).isPresent());
    assertThrows(IllegalArgumentException.class, () -> new Jpeg(0));
    assertThrows(IllegalArgumentException.class, () -> new Jpeg(101));
  }
}
