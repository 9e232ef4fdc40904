package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan} says which chain a study runs, and warns of latents that are clipped unasked. */
class SchedulesTest {
  @TempDir Path folder;

  private String plan(String scheduler) throws IOException {
    return planOf("{kind: ddim, steps: 40, eta: 1, scheduler: " + scheduler + "}");
  }

  private String planOf(String process) throws IOException {
    byte[] archive = "not loaded by a plan".getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve("decoder.pt"), archive);
    String study =
        """
        study: latent
        repetitions: 1
        count: 1
        models:
          latents:
            kind: gaussian
            mean: [0, 0]
            variance: [1, 1]
            process: PROCESS
        verifiers:
          image:
            kind: decoded
            decoder: {file: decoder.pt, sha256: DIGEST}
            latent: [2]
            image: [1, 2, 2]
            verifier: {kind: linear, coefficients: [1, 1, 1, 1]}
        beta: 0.5
        algorithms: [pretrained]
        budgets: {unit: nfe, per: sample, at: [40]}
        """;
    Path file = folder.resolve("latent.yaml");
    Files.writeString(
        file, study.replace("PROCESS", process).replace("DIGEST", Digests.sha256(archive)));
    Console plan = Console.run("plan", "--no-probe", file.toString());
    assertEquals(0, plan.code(), plan.err());
    return plan.out().replaceAll("\\s+", " ");
  }

  @Test
  void theScheduleInForceIsPrinted() throws IOException {
    String out = plan("{clip_sample: false, steps_offset: 1}");
    assertTrue(
        out.contains(
            "schedule: latents: 40 steps at times 976, 951, 926, ..., 1; alpha-bar 6.39e-05 to"
                + " 0.999780, then 1.00000; clean means not clipped"),
        out);
    assertFalse(out.contains("warning: latents clips"), out);
  }

  /** And what it costs where that is not a prediction a step. */
  @Test
  void stepsOfSecondOrderAreCountedTwice() throws IOException {
    String out = planOf("{kind: flow, steps: 20, sampler: heun}");
    assertTrue(out.contains("20 steps (39 predictions) at times 1000, 947.421, 894.842"), out);
    assertTrue(out.contains("in all 39 NFE"), out);
  }

  @Test
  void latentsThatAreClippedUnaskedAreWarnedOf() throws IOException {
    String out = plan("{steps_offset: 1}");
    assertTrue(out.contains("clean means clipped to 1.0"), out);
    assertTrue(out.contains("warning: latents clips latents to 1.0: clip_sample is true"), out);
  }
}
