package io.github.tiltbench.engine.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.engine.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RegressionTest {
  private static final int[] PLANE = {2};

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  /** A target at a point of the plane and a level, with or without noise. */
  private interface Truth {
    double at(double x, double y, double level, double noise);
  }

  private static Examples plane(int rows, Truth truth) {
    RandomGenerator random = SplitMix.at(11, 5);
    float[] x = new float[2 * rows];
    float[] t = new float[rows];
    double[] y = new double[rows];
    for (int i = 0; i < rows; i++) {
      x[2 * i] = (float) (1 + 3 * random.nextGaussian());
      x[2 * i + 1] = (float) random.nextGaussian();
      t[i] = random.nextInt(21) / 20f;
      y[i] = truth.at(x[2 * i], x[2 * i + 1], t[i], random.nextGaussian());
    }
    return Examples.of(PLANE, x, t, y);
  }

  private static Regression.Settings settings(int steps, Regression.Link link) {
    return new Regression.Settings(3, steps, 128, 5e-3, link);
  }

  /** Root mean square of the error over points of a grid, in which a fit is interpolated. */
  private static double error(FittedFunction fitted, Truth truth) {
    double sum = 0;
    int n = 0;
    for (double level = 0; level <= 1; level += 0.25) {
      for (double x = -3; x <= 5; x += 0.5) {
        double fit = fitted.predict(new double[] {x, 0.3}, level)[0];
        double off = fit - truth.at(x, 0.3, level, 0);
        sum += off * off;
        n++;
      }
    }
    return Math.sqrt(sum / n);
  }

  /** The mean of what is noisy, at every level its own. */
  @Test
  void leastSquaresFindTheConditionalMean() {
    Truth truth = (x, y, t, e) -> 5 + (1 - t) * x + t * Math.sin(x) * y + e;
    try (FittedFunction fitted =
        Regression.fit(plane(20_000, truth), settings(800, Regression.Link.IDENTITY))) {
      assertEquals(0, error(fitted, truth), 0.25);
    }
  }

  /** E[exp(x + e)] = exp(x + 1/2): the logarithm is taken after the mean. */
  @Test
  void aLogLinkFitsTheLogarithmOfTheMean() {
    Truth target = (x, y, t, e) -> Math.exp(40 + 0.3 * t * x + e);
    Truth truth = (x, y, t, e) -> 40.5 + 0.3 * t * x;
    try (FittedFunction fitted =
        Regression.fit(plane(20_000, target), settings(800, Regression.Link.LOG))) {
      assertEquals(0, error(fitted, truth), 0.25);
    }
  }

  /** Weights stand for repetitions: with weight 3 on ones and 1 on zeros the mean is 3/4. */
  @Test
  void weightsCountAsRepetitions() {
    double[] y = new double[2_000];
    double[] w = new double[2_000];
    for (int i = 0; i < y.length; i++) {
      y[i] = i % 2;
      w[i] = i % 2 == 0 ? 1e-6 : 3e-6;
    }
    Examples plain = plane(2_000, (x, z, t, e) -> 0);
    Examples weighted = new Examples(PLANE, plain.inputs(), plain.levels(), y, w);
    try (FittedFunction fitted =
        Regression.fit(weighted, settings(200, Regression.Link.IDENTITY))) {
      assertTrue(error(fitted, (x, z, t, e) -> 0.75) < 0.06);
    }
  }

  /** Vectors and images, values and fields, both links. */
  @Test
  void whatIsReadFromItsNumbersIsTheSameFunction() {
    for (int[] item : List.of(new int[] {3}, new int[] {1, 4, 4})) {
      for (boolean field : new boolean[] {false, true}) {
        for (Regression.Link link : Regression.Link.values()) {
          int volume = item.length == 3 ? 16 : 3;
          Random random = new Random(5);
          float[] x = new float[40 * volume];
          float[] t = new float[40];
          double[] y = new double[field ? x.length : 40];
          Arrays.setAll(y, i -> random.nextDouble());
          for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
            t[i / volume] = i % 10 / 10f;
          }
          Examples examples = Examples.of(item, x, t, y);
          double[] at = random.doubles(5L * volume).toArray();
          try (FittedFunction fitted = Regression.fit(examples, settings(3, link));
              FittedFunction read = FittedFunction.read(fitted.numbers(), item)) {
            assertArrayEquals(fitted.predict(at, 0.3), read.predict(at, 0.3));
            LearnedNumbers fewer = fitted.numbers().with("weights", 1, 2);
            assertThrows(IllegalArgumentException.class, () -> FittedFunction.read(fewer, item));
          }
        }
      }
    }
  }

  @Test
  void equalKeysGiveEqualBits() {
    Examples examples = plane(500, (x, y, t, e) -> x + e);
    double[][] fits = new double[3][];
    long[] keys = {3, 3, 4};
    for (int i = 0; i < 3; i++) {
      Regression.Settings s =
          new Regression.Settings(keys[i], 60, 32, 1e-2, Regression.Link.IDENTITY);
      try (FittedFunction fitted = Regression.fit(examples, s)) {
        fits[i] = fitted.predict(new double[] {1, 2, -1, 0.5}, 0.4);
      }
    }
    assertArrayEquals(fits[0], fits[1]);
    assertTrue(fits[0][0] != fits[2][0], "the key has no say");
  }

  @Test
  void vectorsHaveFields() {
    Examples plain = plane(5_000, (x, y, t, e) -> 0);
    double[] field = new double[plain.inputs().length];
    for (int i = 0; i < field.length; i += 2) {
      field[i] = plain.inputs()[i + 1] * plain.levels()[i / 2];
      field[i + 1] = -plain.inputs()[i];
    }
    Examples examples = new Examples(PLANE, plain.inputs(), plain.levels(), field, plain.weights());
    try (FittedFunction fitted =
        Regression.fit(examples, settings(400, Regression.Link.IDENTITY))) {
      double[] at = fitted.predict(new double[] {2, 1, -1, -0.5}, 0.5);
      assertArrayEquals(new double[] {0.5, -2, -0.25, 1}, at, 0.2);
    }
  }

  /** Images: a number that depends on where the light is and on the level, and a field. */
  @Test
  void imagesHaveNumbersAndFields() {
    int side = 8;
    int rows = 512;
    int area = side * side;
    RandomGenerator random = SplitMix.at(2, 3);
    float[] x = new float[rows * area];
    float[] t = new float[rows];
    double[] number = new double[rows];
    double[] field = new double[x.length];
    for (int i = 0; i < rows; i++) {
      t[i] = (i % 2);
      double amount = random.nextDouble();
      for (int p = i * area; p < (i + 1) * area; p++) {
        x[p] = (float) (amount + 0.1 * random.nextGaussian());
        field[p] = t[i] == 0 ? x[p] : -x[p];
      }
      number[i] = t[i] == 0 ? amount : -amount;
    }
    int[] item = {1, side, side};
    double[] probe = new double[2 * area];
    Arrays.fill(probe, 0, area, 0.8);
    Arrays.fill(probe, area, 2 * area, 0.3);
    Regression.Settings s = new Regression.Settings(1, 250, 32, 3e-3, Regression.Link.IDENTITY);
    try (FittedFunction numbers = Regression.fit(Examples.of(item, x, t, number), s);
        FittedFunction fields = Regression.fit(Examples.of(item, x, t, field), s)) {
      assertArrayEquals(new double[] {0.8, 0.3}, numbers.predict(probe, 0), 0.1);
      assertArrayEquals(new double[] {-0.8, -0.3}, numbers.predict(probe, 1), 0.1);
      double[] at = fields.predict(probe, 1);
      assertEquals(probe.length, at.length);
      assertEquals(-0.8, at[27], 0.15);
      assertEquals(-0.3, at[area + 27], 0.15);
    }
  }

  @Test
  void whatCannotBeLearnedIsRefused() {
    float[] one = {1};
    int[] item = {1};
    assertThrows(
        IllegalArgumentException.class,
        () -> Examples.of(item, new float[0], new float[0], new double[0]));
    assertThrows(
        IllegalArgumentException.class,
        () -> Examples.of(item, one, one, new double[] {Double.NaN}));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Examples(item, one, one, new double[] {1}, new double[] {0}));
    Examples negative = Examples.of(item, one, one, new double[] {-1});
    assertThrows(
        IllegalArgumentException.class,
        () -> Regression.fit(negative, settings(1, Regression.Link.LOG)));
  }

  /** More rows than one call of the engine takes. */
  @Test
  void manyRowsAreFittedInParts() {
    Examples examples = plane(100, (x, y, t, e) -> x);
    try (FittedFunction fitted = Regression.fit(examples, settings(20, Regression.Link.IDENTITY))) {
      double[] x = new double[2 * 2500];
      Arrays.setAll(x, i -> i % 7 * 0.1);
      double[] all = fitted.predict(x, 0.5);
      assertEquals(2500, all.length);
      double[] last = fitted.predict(Arrays.copyOfRange(x, 2 * 2499, 2 * 2500), 0.5);
      assertEquals(last[0], all[2499], 1e-5);
    }
  }
}
