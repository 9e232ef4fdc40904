package io.github.tiltbench.cli;

import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.Stored;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.TrialId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A result folder of a million samples in the plane that no model ever drew: five algorithms at
 * four budgets, 400 trials each of 125 samples, scored by the target and by two judges.
 *
 * @param prompts how many
 * @param repetitions trials of each cell and prompt
 */
record MillionRows(int prompts, int repetitions) {
  private static final int COUNT = 125;
  private static final int SCORES = 3;
  private static final int QUANTITIES = 3;
  private static final String STUDY =
      """
      study: million
      seed: 17
      repetitions: %d
      count: %d
      prompts: [%s]
      models:
        mixture:
          kind: gaussian-mixture
          weights: [0.3, 0.7]
          means: [[-2, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 40, eta: 1.0, scheduler: {clip_sample: false}}
      verifiers:
        push: {kind: linear, coefficients: [-0.5, 0.3]}
      cross_rewards:
        pull: {kind: quadratic, center: [1.0, 1.0], precision: 2.0}
        drag: {kind: linear, coefficients: [0.5, 0.3]}
      beta: 0.5
      algorithms: [best-of-n, svdd, smc, tds, das]
      budgets: {unit: nfe, per: sample, at: [160, 320, 640, 1280]}
      metrics: [reward]
      """;

  /** Writes the folder; the number of its samples. */
  int write(Path folder) {
    String names =
        IntStream.range(0, prompts).mapToObj(p -> "p" + p).collect(Collectors.joining(", "));
    byte[] text = STUDY.formatted(repetitions, COUNT, names).getBytes(StandardCharsets.UTF_8);
    Catalogues catalogues = Catalogues.load();
    PathResolver places = PathResolver.of(folder.resolve("study.yaml"));
    Plan plan = Plan.of(Study.read("study.yaml", text, places, catalogues), catalogues);
    Provenance provenance = Provenance.here("run study.yaml", "cpu", 1, "8", Map.of());
    int samples = 0;
    try (Store store = Store.open(folder, plan, text, Shard.ALL, provenance)) {
      for (Cell cell : plan.cells()) {
        for (TrialId id : plan.trials(cell)) {
          Trial trial = trial(cell, id);
          store.append(trial);
          samples += trial.samples().size();
        }
      }
    }
    return samples;
  }

  /** How many numbers the summary has: three of each score, over all prompts and one by one. */
  int numbers() {
    return 5 * 4 * SCORES * QUANTITIES * (1 + prompts);
  }

  private static Trial trial(Cell cell, TrialId id) {
    SplittableRandom random = new SplittableRandom(id.hashCode());
    double[] points = random.doubles(2 * COUNT).map(u -> random.nextGaussian()).toArray();
    double gain = Math.log((double) cell.at().getAsLong()) / 10 + random.nextGaussian() / 4;
    return new Trial(
        id,
        new Stored.Inline(new Batch.Reals(points, new int[] {2})),
        false,
        random.doubles(COUNT).map(Math::log).toArray(),
        scores(points, -0.5, 0.3, gain),
        Map.of("pull", scores(points, 1, 1, 0), "drag", scores(points, 0.5, 0.3, -gain)),
        cell.cost(),
        Map.of(),
        Map.of(),
        0.25);
  }

  private static double[] scores(double[] points, double a, double b, double offset) {
    return IntStream.range(0, COUNT)
        .mapToDouble(i -> offset + a * points[2 * i] + b * points[2 * i + 1])
        .toArray();
  }
}
