package io.github.tiltbench.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tilted laws and the ratio to them, on random inputs. */
class StepLawTest {
  private static final int ROWS = 50;

  private static Batch.Reals normals(SplittableRandom random, int rows, int... item) {
    double[] data = new double[rows * Batch.volume(item)];
    Arrays.setAll(data, i -> random.nextGaussian());
    return new Batch.Reals(data, item);
  }

  private static void assertRatioIsTheDifferenceOfDensities(StepLaw law, Batch.Reals gradient) {
    StepLaw tilted = law.tilt(gradient);
    Batch next = tilted.sample(Seed.of(3, "-", 0).noise(Purpose.STEP, 1));
    double[] p = law.logDensity(next);
    double[] q = tilted.logDensity(next);
    double[] ratio = law.logRatio(gradient, next);
    for (int row = 0; row < law.size(); row++) {
      double scale = Math.max(1, Math.abs(p[row]) + Math.abs(q[row]));
      assertEquals(p[row] - q[row], ratio[row], 1e-10 * scale);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.7, 3})
  void theRatioOfNormalLawsIsTheDifferenceOfTheirDensities(double std) {
    SplittableRandom random = new SplittableRandom(1);
    GaussianStep law = new GaussianStep(normals(random, ROWS, 2, 3), std);
    assertRatioIsTheDifferenceOfDensities(law, normals(random, ROWS, 2, 3));
  }

  /** -std <g, z> - std^2 |g|^2 / 2, z being the noise of the draw. */
  @Test
  void theRatioOfNormalLawsIsGirsanovs() {
    SplittableRandom random = new SplittableRandom(2);
    double std = 0.3;
    GaussianStep law = new GaussianStep(normals(random, ROWS, 4), std);
    Batch.Reals g = normals(random, ROWS, 4);
    Batch.Reals z = normals(random, ROWS, 4);
    double[] ratio = law.logRatio(g, law.tilt(g).mean().plus(z.times(std)));
    for (int row = 0; row < ROWS; row++) {
      double expected = 0;
      for (int i = 4 * row; i < 4 * row + 4; i++) {
        double push = std * g.data()[i];
        expected -= push * z.data()[i] + 0.5 * push * push;
      }
      assertEquals(expected, ratio[row], 1e-12);
    }
  }

  @Test
  void theGradientToALawIsTheOneWhoseTiltItIs() {
    SplittableRandom random = new SplittableRandom(3);
    GaussianStep law = new GaussianStep(normals(random, ROWS, 4), 0.3);
    GaussianStep other = new GaussianStep(normals(random, ROWS, 4), 0.3);
    assertArrayEquals(other.mean().data(), law.tilt(law.gradientTo(other)).mean().data(), 1e-12);
    GaussianStep point = new GaussianStep(other.mean(), 0);
    assertThrows(IllegalStateException.class, () -> point.gradientTo(other));
  }

  /**
   * Random steps from random levels; some tokens, and at some positions all but one, are
   * impossible.
   */
  private static CategoricalStep tokens(SplittableRandom random, int rows) {
    int length = 3;
    int symbols = 4;
    StateSpace.Sequence space = new StateSpace.Sequence(length, Vocabulary.ids(symbols - 1));
    int[] states = new int[rows * length];
    List<TokenLogits> logits = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      double[][] log = new double[length][symbols - 1];
      for (int at = 0; at < length; at++) {
        states[row * length + at] = random.nextInt(3) == 0 ? random.nextInt(3) : space.mask();
        int sure = random.nextInt(symbols - 1);
        double[] p = new double[symbols - 1];
        Arrays.setAll(p, s -> s == sure || random.nextInt(4) > 0 ? 0.05 + random.nextDouble() : 0);
        double sum = Arrays.stream(p).sum();
        Arrays.setAll(log[at], s -> Math.log(p[s] / sum));
      }
      logits.add(TokenLogits.exact(log));
    }
    int[] level = random.ints(rows, 1, 4).toArray();
    return new MaskedProcess(space, 3)
        .law(
            new Batch.Tokens(states, length),
            level,
            new Prediction.Logits(new Batch.Tokens(states, length), space, logits));
  }

  @Test
  void theRatioOfTokenLawsIsTheDifferenceOfTheirDensities() {
    SplittableRandom random = new SplittableRandom(4);
    CategoricalStep law = tokens(random, ROWS);
    assertRatioIsTheDifferenceOfDensities(law, normals(random, ROWS, 3, 4).times(2));
  }

  @Test
  void theRatioOfFirstHittingLawsIsTheDifferenceOfTheirDensities() {
    SplittableRandom random = new SplittableRandom(6);
    StateSpace.Sequence space = new StateSpace.Sequence(3, Vocabulary.ids(3));
    int[] states = new int[3 * ROWS];
    List<TokenLogits> logits = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      states[3 * row] = random.nextInt(4);
      states[3 * row + 1] = space.mask();
      states[3 * row + 2] = random.nextInt(4);
      double p = random.nextDouble();
      double[] log = {Math.log(p / 2), Math.log(p / 2), Math.log(1 - p)};
      logits.add(TokenLogits.exact(new double[][] {log, log, log}));
    }
    FirstHittingStep law =
        new FirstHittingStep(new Prediction.Logits(new Batch.Tokens(states, 3), space, logits));
    Batch.Reals gradient = normals(random, ROWS, 3, 4).times(2);
    assertRatioIsTheDifferenceOfDensities(law, gradient);
    StepLaw tilted = law.tilt(gradient);
    assertRatioIsTheDifferenceOfDensities(tilted, normals(random, ROWS, 3, 4));
    Batch next = tilted.sample(Seed.of(3, "-", 0).noise(Purpose.STEP, 1));
    int[] reversed = new int[ROWS];
    Arrays.setAll(reversed, row -> ROWS - 1 - row);
    double[] density = tilted.logDensity(next);
    double[] selected = tilted.select(reversed).logDensity(next.select(reversed));
    for (int row = 0; row < ROWS; row++) {
      assertEquals(density[row], selected[ROWS - 1 - row]);
    }
  }

  /**
   * Under the tilted law the ratio has mean 1, summed over all next states; without the normalisers
   * of the positions, a known omission, it does not.
   */
  @Test
  void theRatioOfTokenLawsHasMeanOne() {
    SplittableRandom random = new SplittableRandom(5);
    CategoricalStep law = tokens(random, 1);
    Batch.Reals gradient = normals(random, 1, 3, 4).times(2);
    double with = 0;
    double without = 0;
    for (int s = 0; s < 64; s++) {
      int[] next = {s / 16, s / 4 % 4, s % 4};
      Batch.Tokens state = new Batch.Tokens(next, 3);
      double q = Math.exp(law.tilt(gradient).logDensity(state)[0]);
      double along = 0;
      for (int i = 0; i < 3; i++) {
        along += gradient.data()[4 * i + next[i]];
      }
      with += q == 0 ? 0 : q * Math.exp(law.logRatio(gradient, state)[0]);
      without += q * Math.exp(-along);
    }
    assertEquals(1, with, 1e-12);
    assertTrue(Math.abs(without - 1) > 0.1, "without normalisers " + without);
  }
}
