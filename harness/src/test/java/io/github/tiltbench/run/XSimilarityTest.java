package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Skip;
import io.github.tiltbench.study.Study;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples beside the clean estimates on the way to them. */
class XSimilarityTest {
  private static final String FLOW = "{kind: flow, steps: 20}";
  private static final String DDIM =
      "{kind: ddim, steps: 20, eta: 0.0, scheduler: {clip_sample: false}}";

  private static Plan plan(String process, String algorithm, String verifier) {
    byte[] yaml =
        """
        study: alike
        seed: 3
        repetitions: 1
        count: 4
        prompts: [a]
        models:
          one:
            kind: gaussian-mixture
            weights: [0.4, 0.6]
            means: [[-2, 0, 1], [1.5, 1, 0]]
            variances: [[0.2, 0.2, 1], [0.5, 0.1, 2]]
            process: %s
        verifiers:
          alike: {kind: x-similarity%s}
        beta: 1
        algorithms: [%s]
        budgets: {unit: nfe, per: sample, at: [200]}
        """
            .formatted(process, verifier, algorithm)
            .getBytes(StandardCharsets.UTF_8);
    Catalogues names = Catalogues.builtIn();
    return Plan.of(Study.read("s.yaml", yaml, PathResolver.of(Path.of("s.yaml")), names), names);
  }

  private static Trial run(Cell cell) throws InterruptedException {
    try (TrialRunner runner = new TrialRunner(3)) {
      return runner.run(cell, List.of(cell.trial("a", 0))).get(0);
    }
  }

  /** The cosines of {@code count} chains by hand, the estimate being taken at a level. */
  private static double[] byHand(Cell cell, int count, int width, int at) {
    GaussianProcess process = (GaussianProcess) cell.problem().process();
    int steps = process.steps();
    Condition[] condition = new Condition[count];
    Arrays.fill(condition, new Condition("a"));
    try (Denoiser denoiser = cell.model().spec().open()) {
      Batch x =
          process.prior(count, Seed.of(3, "a", 0).noise(Purpose.PRIOR, steps).branched(width));
      double[] clean = null;
      for (int level = steps; level >= 1; level--) {
        int[] levels = new int[count];
        Arrays.fill(levels, level);
        Prediction prediction = denoiser.denoise(x, levels, condition);
        if (level == at) {
          clean = ((Prediction.Mean) prediction).clean().data().clone();
        }
        x = process.jump(x, level, level - 1, prediction);
      }
      double[] end = ((Batch.Reals) x).data();
      double[] estimate = clean;
      return IntStream.range(0, count).mapToDouble(i -> cosine(estimate, end, 3 * i)).toArray();
    }
  }

  private static double cosine(double[] a, double[] b, int from) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = from; i < from + 3; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  /**
   * Of the level of a flow that is nearest to the published one, time 0.4, and of the level of a
   * diffusion that has as much noise beside its signal, whatever its time.
   */
  @ParameterizedTest
  @CsvSource({"true, 9, ''", "true, 10, ', noise_to_signal: 0.9'", "false, 5, ''"})
  void theEstimateIsOfTheLevelWithThatMuchNoise(boolean flow, int level, String ratio)
      throws InterruptedException {
    Cell cell = plan(flow ? FLOW : DDIM, "pretrained", ratio).cells().get(0);
    GaussianProcess process = (GaussianProcess) cell.problem().process();
    double meant = cell.problem().estimate().orElseThrow();
    double at = process.noise(level) / process.signal(level);
    assertEquals(meant, at, 0.25 * meant);
    double[] expected = byHand(cell, 4, 1, level);
    assertArrayEquals(expected, run(cell).rewards(), 1e-12);
    assertTrue(Math.abs(byHand(cell, 4, 1, level + 2)[0] - expected[0]) > 1e-6); // it matters
  }

  /** The cost is that of the solves alone, and the candidate that is kept is the most alike. */
  @ParameterizedTest
  @ValueSource(strings = {"random-search", "best-of-n"})
  void theMostAlikeOfItsCandidatesIsKept(String algorithm) throws InterruptedException {
    Cell cell = plan(FLOW, algorithm, "").cells().get(0);
    assertEquals(4 * 200, cell.cost().nfe());
    double[] all = byHand(cell, 40, 10, 9);
    double[] best =
        IntStream.range(0, 4)
            .mapToDouble(i -> Arrays.stream(all, 10 * i, 10 * (i + 1)).max().orElseThrow())
            .toArray();
    Trial trial = run(cell);
    assertArrayEquals(best, trial.rewards(), 1e-12);
    assertEquals(4 * 200, trial.cost().nfe());
  }

  /** A point is its own estimate at every level. */
  @Test
  void aPointIsLikeItself() throws InterruptedException {
    byte[] yaml =
        """
        study: point
        seed: 3
        repetitions: 1
        count: 5
        models:
          one: {kind: gaussian, mean: [1.5, -1], variance: [1.0e-12, 1.0e-12], process: {kind: flow, steps: 20}}
        verifiers: {alike: {kind: x-similarity}}
        beta: 1
        algorithms: [{search-over-paths: {evaluations: 10}}, zero-order]
        budgets: {unit: nfe, per: sample, at: [600]}
        """
            .getBytes(StandardCharsets.UTF_8);
    Catalogues names = Catalogues.builtIn();
    Study study = Study.read("s.yaml", yaml, PathResolver.of(Path.of("s.yaml")), names);
    for (Cell cell : Plan.of(study, names).cells()) {
      try (TrialRunner runner = new TrialRunner(3)) {
        double[] alike = runner.run(cell, List.of(cell.trial("-", 0))).get(0).rewards();
        assertArrayEquals(new double[] {1, 1, 1, 1, 1}, alike, 1e-6);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{kind: flow, steps: 2} | pretrained | the verifier needs a clean estimate at noise/signal 0.67, and the nearest of a solve is at 0.00",
        "{kind: flow, steps: 20} | {random-search: {search_steps: 2}} | the verifier needs a clean estimate at noise/signal 0.67, and the nearest of a solve is at 0.90",
        "{kind: flow, steps: 20} | smc | it hands no clean estimate on the way to a sample to the verifier",
        "{kind: flow, steps: 20, sampler: heun} | pretrained | it values a state by one prediction, and a step of this chain takes two (heun)"
      })
  void whereThereIsNoSuchEstimateItIsNamed(String process, String algorithm, String reason) {
    // another verifier keeps the plan from being empty
    String more = "}\n  up: {kind: linear, coefficients: [1, 1, 1]";
    List<Skip> skips =
        plan(process, algorithm + ", best-of-n", more).skips().stream()
            .filter(s -> s.verifier().equals("alike") && !s.algorithm().startsWith("best"))
            .toList();
    assertEquals(List.of(reason), skips.stream().map(Skip::reason).toList());
  }

  @Test
  void itCannotJudge() {
    String text =
        assertThrows(
                ConfigException.class,
                () -> plan(FLOW, "pretrained", "}\ncross_rewards: {it: {kind: x-similarity}"))
            .getMessage();
    assertTrue(text.contains("needs the clean estimate on the way to a sample and cannot judge"));
  }
}
