package io.github.tiltbench.metric.law;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.github.tiltbench.exactness.GoldenFlows;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.Quadratic;
import io.github.tiltbench.verifier.VerifierSpec;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Tilted laws of Gaussian chains of flow, against the same computed elsewhere. */
class TiltedGaussianTest {
  /** One step leads all chains to the mean, which no reward moves. */
  @Test
  void tiltedLawsAreThePublishedOnes() throws IOException {
    for (JsonObject golden : GoldenFlows.stable("gaussian")) {
      assertLaw(golden, "tilt_linear", new Linear(new double[] {1}, 0), 0.5);
      assertLaw(golden, "tilt_quadratic", new Quadratic(new double[] {1}, 2), 1);
    }
  }

  private static void assertLaw(JsonObject golden, String tilt, VerifierSpec reward, double beta) {
    Gaussian model =
        new Gaussian(new double[] {0.7}, new double[] {0.25}, GoldenFlows.flow(golden));
    TiltedGaussian law = TiltedGaussian.of(model, reward, beta).orElseThrow();
    JsonObject theirs = golden.getAsJsonObject(tilt);
    String name = tilt + " of " + golden;
    assertEquals(theirs.get("mean").getAsDouble(), law.mean()[0], 1e-6, name);
    assertEquals(theirs.get("variance").getAsDouble(), law.variance()[0], 1e-6, name);
  }
}
