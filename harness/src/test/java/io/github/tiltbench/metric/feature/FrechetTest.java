package io.github.tiltbench.metric.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.network.ReferenceSet;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.particle.Readings;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.run.TrialRunner;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Skip;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.verifier.ComparingVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle on the shipped judge, which has 96 features. */
class FrechetTest {
  private static final Path JUDGE = Path.of("../datasets/models/fashion-judge").normalize();
  private static final int[] ITEM = {1, 28, 28};

  @TempDir private Path folder;

  private static Plan plan(int count, String algorithms, String judges, Path judge) {
    byte[] yaml =
        """
        study: oracle
        seed: 3
        repetitions: 1
        count: %d
        prompts: [bag]
        models:
          flow:
            kind: network
            path: ../datasets/models/fashion-flow
            process: {kind: flow, steps: 2, scheduler: ../datasets/models/fashion-flow/scheduler_config.json}
        verifiers:
          near: {kind: frechet, path: %s}
          class: {kind: classifier, path: ../datasets/models/fashion-judge}
        cross_rewards: %s
        beta: 1
        algorithms: [%s]
        budgets: {unit: nfe, per: sample, at: [80]}
        """
            .formatted(count, judge.toString().replace('\\', '/'), judges, algorithms)
            .getBytes(StandardCharsets.UTF_8);
    Catalogues names = Catalogues.builtIn();
    return Plan.of(Study.read("s.yaml", yaml, PathResolver.of(Path.of("s.yaml")), names), names);
  }

  private static List<String> skips(Plan plan) {
    return plan.skips().stream()
        .filter(skip -> skip.verifier().equals("near"))
        .map(Skip::reason)
        .distinct()
        .toList();
  }

  /** What chooses samples one by one cannot choose a population. */
  @Test
  void aPopulationIsChosenByWhoReturnsOne() {
    Plan plan =
        plan(
            97,
            "pretrained, best-of-n, random-search, zero-order, search-over-paths, smc",
            "[]",
            JUDGE);
    assertEquals(
        List.of("it takes scores of samples one by one, and the verifier judges all of a trial"),
        skips(plan));
    assertEquals(
        3, plan.cells().stream().filter(cell -> cell.verifier().name().equals("near")).count());
    assertEquals(
        List.of("it judges at least 97 samples together: count is 96"),
        skips(plan(96, "pretrained", "[]", JUDGE)));
  }

  /** What is measured in the features that guide is not held out, and says so. */
  @Test
  void theFeaturesThatGuideAreNamed() {
    String features = "[]\nfeatures: {kind: network, path: ../datasets/models/fashion-judge}";
    assertEquals(
        List.of("features of fashion-judge"),
        plan(97, "pretrained", features, JUDGE).kin().get(0).judges());
    assertEquals(List.of(), plan(97, "pretrained", "[]", JUDGE).kin());
  }

  /** All samples share one score, so that none of them is a draw by itself. */
  @Test
  void samplesOfAPopulationAreNotIndependent() throws InterruptedException {
    Cell cell = plan(97, "pretrained", "[]", JUDGE).cells().get(0);
    try (TrialRunner runner = new TrialRunner(3)) {
      Trial trial = runner.run(cell, List.of(cell.trial("bag", 0))).get(0);
      assertFalse(trial.independent());
      assertEquals(1, Arrays.stream(trial.rewards()).distinct().count());
      assertTrue(trial.rewards()[0] < 0);
    }
  }

  @Test
  void itCannotJudgeEachSample() {
    String judge = "{it: {kind: frechet, path: ../datasets/models/fashion-judge}}";
    String text =
        assertThrows(ConfigException.class, () -> plan(97, "pretrained", judge, JUDGE))
            .getMessage();
    assertTrue(text.contains("it judges all samples at once and cannot judge each: use a metric"));
  }

  /** Images of two trials in one batch: each is held against its own prompt's real data. */
  @Test
  void readingsAreOfTheRowAndItsPrompt() {
    SplittableRandom random = new SplittableRandom(1);
    double[] data = new double[200 * 784];
    Arrays.setAll(data, i -> random.nextDouble(-1, 1));
    Batch.Reals images = new Batch.Reals(data, ITEM);
    Condition[] prompts = new Condition[200];
    Arrays.setAll(prompts, i -> new Condition(i < 100 ? "bag" : "boot"));
    Frechet near = new Frechet(FeatureFiles.of(JUDGE));
    try (ComparingVerifier verifier = near.open(new StateSpace.Euclidean(ITEM))) {
      Readings both = verifier.read(images, Optional.empty(), prompts);
      int[] second = new int[100];
      Arrays.setAll(second, i -> 100 + i);
      Readings alone =
          verifier.read(
              images.select(second), Optional.empty(), Arrays.copyOfRange(prompts, 100, 200));
      double boot = alone.scores()[0];
      assertEquals(boot, both.select(second).scores()[99], 1e-4 * Math.abs(boot));
      Condition[] bags = new Condition[100];
      Arrays.fill(bags, new Condition("bag"));
      double bag = verifier.read(images.select(second), Optional.empty(), bags).scores()[0];
      assertTrue(Math.abs(bag - boot) > 0.01 * Math.abs(boot));
      assertArrayEquals(new int[] {0, 1, 2}, both.part(0, 3).keep(1));
      Condition[] unknown = {new Condition("teapot")};
      Batch.Reals one = images.select(new int[] {0});
      assertThrows(
          IllegalArgumentException.class, () -> verifier.read(one, Optional.empty(), unknown));
    }
  }

  /** Another reference set is another verifier. */
  @Test
  void theReferenceSetIsPartOfTheCell() throws IOException {
    for (String file : List.of(TrainedNetwork.FILE, ReferenceSet.FILE)) {
      Files.copy(JUDGE.resolve(file), folder.resolve(file));
    }
    Cell cell = plan(97, "pretrained", "[]", JUDGE).cells().get(0);
    assertEquals(cell.key(), plan(97, "pretrained", "[]", folder).cells().get(0).key());
    ReferenceSet set = ReferenceSet.read(JUDGE);
    float[][] other = set.features().clone();
    other[0] = other[1];
    new ReferenceSet(other, set.labels(), set.centre(), set.scale(), set.weights(), set.source())
        .file()
        .write(folder.resolve(ReferenceSet.FILE));
    assertNotEquals(cell.key(), plan(97, "pretrained", "[]", folder).cells().get(0).key());
  }
}
