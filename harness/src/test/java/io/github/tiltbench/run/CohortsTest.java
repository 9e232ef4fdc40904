package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CohortsTest {
  private static final String STUDY =
      """
      study: rows
      seed: 1
      repetitions: 4
      count: 2
      prompts: [a]
      models:
        m: {kind: gaussian, mean: [0], variance: [1], process: {kind: ddim, steps: 10, eta: 1.0}}
      verifiers:
        v: {kind: linear, coefficients: [1]}
      beta: 1
      algorithms: [pretrained, {best-of-n: {n: [5, 50]}}, {das: {particles: 2}}]
      budgets: {unit: nfe, per: sample, at: [500]}
      """;

  @TempDir Path folder;

  /** Own rows a level: 2, 10, 100 and, guided, 4. */
  @Test
  void trialsFillACallWithRows() throws Exception {
    Path file = Files.writeString(folder.resolve("s.yaml"), STUDY);
    Catalogues catalogues = Catalogues.load();
    Plan plan = Plan.of(Study.read(file, catalogues), catalogues);
    int[] sizes = plan.cells().stream().mapToInt(new Cohorts.Filled(64, 20)::of).toArray();
    assertArrayEquals(new int[] {32, 6, 1, 5}, sizes);
    assertEquals(7, new Cohorts.Given(7).of(plan.cells().get(2)));
    assertEquals(Cohorts.DEFAULT, Probe.cohorts(plan, 2), "no network, nothing to measure");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8", "64 rows", "1", "16 rows, 64 guided"})
  void theShortFormIsReadBack(String text) {
    assertEquals(text, Cohorts.parse(text).text());
    assertEquals(Cohorts.parse(text), Cohorts.parse(text.replace(" ", "")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "8 trials", "", "rows", "9999999999", "8, 64 guided"})
  void anythingElseIsRefused(String text) {
    String told =
        assertThrows(IllegalArgumentException.class, () -> Cohorts.parse(text)).getMessage();
    assertTrue(told.contains(" 8, ") && told.contains(" 64rows or 16rows,64guided, "), told);
  }
}
