package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeEstimateTest {
  private static final String STUDY =
      """
      study: tiny
      seed: 1
      repetitions: %d
      count: 1
      models:
        mixture:
          kind: gaussian-mixture
          weights: [0.3, 0.7]
          means: [[-2, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 5, eta: 1.0, scheduler: {clip_sample: false}}
      verifiers:
        push: {kind: linear, coefficients: [1.0, %s]}
      beta: 0.5
      algorithms: [pretrained, smc]
      budgets: {unit: nfe, per: sample, at: [20]}
      """;

  @TempDir Path folder;

  private TimeEstimate estimate(int repetitions, String coefficient) throws Exception {
    return TimeEstimate.of(plan(repetitions, coefficient), 1);
  }

  private Plan plan(int repetitions, String coefficient) throws IOException {
    Path file = folder.resolve("tiny.yaml");
    Files.writeString(file, STUDY.formatted(repetitions, coefficient));
    Catalogues catalogues = Catalogues.load();
    return Plan.of(Study.read(file, catalogues), catalogues);
  }

  /** A trial of 5 forwards of a mixture takes 20 us and more, and less than 20 ms. */
  @Test
  void tinyTrialsAreTimedWithWhatTheyTakeBesideForwards() throws Exception {
    TimeEstimate estimate = estimate(43_000, "0.5");
    assertEquals(Set.of(), estimate.bare());
    assertTrue(estimate.seconds() > 86_000 * 20e-6, estimate.toString());
    assertTrue(estimate.seconds() < 86_000 * 20e-3, estimate.toString());
  }

  @Test
  void aKindWhoseTrialsFailIsNotTimed() throws Exception {
    TimeEstimate estimate = estimate(20, "1.0e308"); // rewards overflow
    assertTrue(estimate.bare().contains("mixture x push x smc"), estimate.toString());
  }
}
