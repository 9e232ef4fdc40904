package io.github.tiltbench.verifier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Vocabulary;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnalyticVerifiersTest {
  private static final Condition[] NONE = {Condition.NONE, Condition.NONE};
  private static final Batch.Reals X =
      new Batch.Reals(new double[] {1, 2, -0.5, 0.25}, new int[] {2});
  private static final Linear LINEAR = new Linear(new double[] {1, -0.5}, 3);
  private static final Quadratic QUADRATIC = new Quadratic(new double[] {1, 1}, 2);

  private static TokenScores tokens(double ends, double neighbours) {
    return new TokenScores(new double[] {0, 0, 1}, ends, neighbours);
  }

  @Test
  void scoresAreTheFormulas() {
    assertArrayEquals(new double[] {3, 2.375}, LINEAR.score(X, NONE), 1e-15);
    assertArrayEquals(new double[] {-1, -2.8125}, QUADRATIC.score(X, NONE), 1e-15);
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    for (Verifier verifier : List.of(LINEAR, QUADRATIC)) {
      Verifier.Gradient gradient = verifier.gradient(X, NONE);
      assertArrayEquals(verifier.score(X, NONE), gradient.score());
      double h = 1e-5;
      for (int i = 0; i < 4; i++) {
        double slope = (moved(verifier, i, h) - moved(verifier, i, -h)) / (2 * h);
        assertEquals(slope, gradient.gradient().data()[i], 1e-8);
      }
    }
  }

  private static double moved(Verifier verifier, int i, double by) {
    double[] x = X.data().clone();
    x[i] += by;
    return verifier.score(new Batch.Reals(x, X.item()), NONE)[i / 2];
  }

  @Test
  void openedVerifiersAgreeWithTheirSpecs() {
    for (VerifierSpec spec : List.of(LINEAR, QUADRATIC, tokens(1, 1))) {
      try (Verifier verifier = spec.open(new StateSpace.Euclidean(X.item()))) {
        assertEquals(spec.differentiable(), verifier.differentiable());
      }
    }
  }

  /** The rewards of the two enumerable masked toys. */
  @Test
  void tokenRewardsAddUp() {
    Batch.Tokens x = new Batch.Tokens(new int[] {2, 0, 2, 2, 1, 2, 2, 1}, 4);
    assertArrayEquals(new double[] {4, 3}, tokens(1.5, -0.5).score(x, NONE), 1e-15);
    assertArrayEquals(new double[] {4, 3}, tokens(1, 0).score(x, NONE), 1e-15);
  }

  @Test
  void aMaskHasNoScore() {
    Batch.Tokens x = new Batch.Tokens(new int[] {2, 3}, 2);
    assertThrows(IllegalArgumentException.class, () -> tokens(0, 0).score(x, NONE));
  }

  @Test
  void spacesThatDoNotFitAreNamed() {
    StateSpace plane = new StateSpace.Euclidean(new int[] {2});
    StateSpace image = new StateSpace.Euclidean(new int[] {1, 2, 2});
    StateSpace text = new StateSpace.Sequence(4, Vocabulary.ids(3));
    for (VerifierSpec spec : List.of(LINEAR, QUADRATIC)) {
      assertTrue(spec.mismatch(plane).isEmpty());
      assertEquals(true, spec.mismatch(image).orElseThrow().contains("4 coordinates"));
      assertFalse(spec.mismatch(text).isEmpty());
    }
    assertTrue(tokens(0, 0).mismatch(text).isEmpty());
    assertFalse(tokens(0, 0).mismatch(plane).isEmpty());
    assertFalse(tokens(0, 0).mismatch(new StateSpace.Sequence(4, Vocabulary.ids(27))).isEmpty());
  }

  @Test
  void parametersThatAreNoNumbersAreRefusedByName() {
    refused("coefficients", () -> new Linear(new double[0], 0));
    refused("coefficients", () -> new Linear(new double[] {1, Double.NaN}, 0));
    refused("offset", () -> new Linear(new double[] {1}, Double.POSITIVE_INFINITY));
    refused("center", () -> new Quadratic(new double[0], 1));
    refused("center", () -> new Quadratic(new double[] {Double.NaN}, 1));
    refused("precision", () -> new Quadratic(new double[] {1}, 0));
    refused("precision", () -> new Quadratic(new double[] {1}, Double.NaN));
    refused("scores", () -> new TokenScores(new double[0], 0, 0));
    refused("equal_ends", () -> tokens(Double.NaN, 0));
    refused("equal_neighbours", () -> tokens(0, Double.NaN));
  }

  private static void refused(String key, Runnable make) {
    Exception refused = assertThrows(IllegalArgumentException.class, make::run);
    assertTrue(refused.getMessage().startsWith(key + " "), refused.getMessage());
  }
}
