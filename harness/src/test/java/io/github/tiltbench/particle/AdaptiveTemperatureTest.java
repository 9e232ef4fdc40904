package io.github.tiltbench.particle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveTemperatureTest {
  private static double[] normals(int draw, int n) {
    double[] z = new double[n];
    new Seed(5).noise(Purpose.STEP, 0).normals(draw, z, 0, n);
    return z;
  }

  /** By the definition of weights, their sum and their size. */
  private static double effective(Weights weights, double[] old, double[] full, double lambda) {
    double[] gained = new double[full.length];
    Arrays.setAll(gained, i -> lambda * full[i] - old[i]);
    Weights w = weights.plus(gained);
    return w.extinct() ? 0 : w.ess();
  }

  private static double bisected(
      Weights weights, double[] old, double[] full, double least, double enough) {
    if (effective(weights, old, full, 1) >= enough) {
      return 1;
    }
    double low = least;
    double high = 1;
    while (high - low > 1e-12) {
      double middle = (low + high) / 2;
      if (effective(weights, old, full, middle) >= enough) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Few and many, resampled and not, from even to hopeless, values that kept and lost their order.
   */
  @ParameterizedTest
  @ValueSource(ints = {4, 64, 5000})
  void isWhatABisectionFinds(int n) {
    for (int draw = 0; draw < (n > 1000 ? 24 : 300); draw++) {
      double least = (draw % 4) / 5.0;
      double scale = new double[] {0.3, 1, 3, 30}[draw % 4];
      double kept = draw % 3 / 2.0;
      double[] before = normals(2 * draw, n);
      double[] after = normals(2 * draw + 1, n);
      double[] old = new double[n];
      double[] full = new double[n];
      double[] log = new double[n];
      for (int i = 0; i < n; i++) {
        old[i] = least * scale * before[i];
        full[i] = scale * (kept * before[i] + (1 - kept) * after[i]);
        log[i] = draw % 5 == 0 ? 0.3 * old[i] : i % 7 == 3 ? Double.NEGATIVE_INFINITY : 0;
      }
      Weights weights = new Weights(log);
      double enough = (draw % 2 == 0 ? 0.5 : 0.9) * n;
      assertEquals(
          bisected(weights, old, full, least, enough),
          AdaptiveTemperature.of(weights, old, full, least, enough),
          "draw " + draw);
    }
  }

  /** Normal values of deviation s at even weights: ESS / N = exp(-(lambda s)^2), within 4 s.e. */
  @Test
  void meetsTheClosedForm() {
    int n = 100_000;
    double[] full = normals(0, n);
    double lambda = AdaptiveTemperature.of(Weights.equal(n), new double[n], full, 0, 0.5 * n);
    assertEquals(Math.sqrt(Math.log(2)), lambda, 4 * 1.2 / Math.sqrt(n));
    double half = AdaptiveTemperature.of(Weights.equal(n), new double[n], full, 0.9, 0.5 * n);
    assertEquals(0.9, half, "never falls");
  }

  @Test
  void allAlikeNeedNoTempering() {
    int n = 10_000;
    double[] same = new double[n];
    Arrays.fill(same, 700);
    assertEquals(1, AdaptiveTemperature.of(Weights.equal(n), new double[n], same, 0, n));
  }

  @Test
  void theDeadStayDeadAndNobodyIsInfinite() {
    int n = 6000;
    double[] log = new double[n];
    Arrays.fill(log, Double.NEGATIVE_INFINITY);
    assertEquals(
        0.25,
        AdaptiveTemperature.of(new Weights(log), new double[n], normals(1, n), 0.25, 0.5 * n));
    double[] full = normals(1, n);
    full[7] = Double.POSITIVE_INFINITY;
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> AdaptiveTemperature.of(Weights.equal(n), new double[n], full, 0, 0.5 * n))
            .getMessage()
            .contains("infinite"));
  }
}
