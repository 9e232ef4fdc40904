package io.github.tiltbench.algorithm.twist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.particle.Weights;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustRegionTest {
  private static final Weights FOUR = new Weights(new double[] {0, 1, 2, 5});

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.22511372773045, 3.28008548944828, .14486239, .18143510, .22724113, .44646138",
    "0.3, 0.39324461223416, 2.36650942509368, .08459450, .12535051, .18574197, .60431302",
    "0.7, 0.66145619565909, 1.51189152649565, .02940941, .05698403, .11041293, .80319363"
  })
  void stopsAtTheRadius(
      double radius, double tau, double ess, double a, double b, double c, double d) {
    TrustRegion step = TrustRegion.step(FOUR, radius);
    assertEquals(tau, step.tau(), 1e-12);
    assertEquals(ess, step.ess(), 1e-10);
    assertArrayEquals(new double[] {a, b, c, d}, step.weights(), 1e-8);
    assertEquals(radius, TrustRegion.divergence(FOUR, step.tau()), 1e-12);
    assertEquals(1.075655432822482, step.divergence(), 1e-12);
  }

  /** A sample's divergence is at most log N. */
  @ParameterizedTest
  @ValueSource(doubles = {1.0757, 1.3863, 10})
  void goesAllTheWayWithinTheRadius(double radius) {
    assertEquals(1, TrustRegion.step(FOUR, radius).tau());
  }

  @Test
  void theDivergenceRisesWithTau() {
    double before = 0;
    for (double tau = 0.05; tau <= 1; tau += 0.05) {
      double now = TrustRegion.divergence(FOUR, tau);
      assertTrue(now > before);
      before = now;
    }
  }

  /** eta eps + (1 + eta) log E[R^(1/(1+eta))], whose minimum is where tau = 1 / (1 + eta). */
  @Test
  void tauMinimisesTheDual() {
    double eta = 1 / TrustRegion.step(FOUR, 0.3).tau() - 1;
    assertTrue(dual(eta, 0.3) < dual(eta - 1e-3, 0.3));
    assertTrue(dual(eta, 0.3) < dual(eta + 1e-3, 0.3));
  }

  private static double dual(double eta, double radius) {
    double[] log = Arrays.stream(FOUR.log()).map(l -> l / (1 + eta)).toArray();
    return eta * radius + (1 + eta) * new Weights(log).logMean();
  }

  @Test
  void aConstantDoesNotMatterAndTheDeadStayDead() {
    Weights moved = new Weights(new double[] {-900, -899, -898, -895});
    assertEquals(TrustRegion.step(FOUR, 0.3).tau(), TrustRegion.step(moved, 0.3).tau(), 1e-12);
    Weights dead = new Weights(new double[] {Double.NEGATIVE_INFINITY, 3, 3, 3});
    TrustRegion step = TrustRegion.step(dead, 0.5);
    assertEquals(Math.log(4.0 / 3), step.divergence(), 1e-12);
    assertArrayEquals(new double[] {0, 1.0 / 3, 1.0 / 3, 1.0 / 3}, step.weights(), 1e-15);
  }

  @Test
  void equalWeightsStayEqual() {
    TrustRegion step = TrustRegion.step(new Weights(new double[] {7, 7}), 1e-9);
    assertEquals(1, step.tau());
    assertEquals(0, step.divergence());
    assertArrayEquals(new double[] {0.5, 0.5}, step.weights());
  }
}
