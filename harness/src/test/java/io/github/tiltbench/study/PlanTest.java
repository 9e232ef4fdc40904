package io.github.tiltbench.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.PathResolver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
  /** A study of a network that ships here. */
  private static final String FASHION =
      """
      study: fashion
      repetitions: 1
      count: 1
      seed: 1
      models:
        m:
          kind: network
          path: ../datasets/models/fashion-ddpm
          process: {kind: ddim, steps: 2, scheduler: ../datasets/models/fashion-ddpm/scheduler_config.json}
      verifiers: {v: {kind: jpeg}}
      beta: 1
      algorithms: [pretrained]
      budgets: {unit: nfe, per: sample, at: [2]}
      """;

  private static Set<String> keys(Plan plan) {
    return plan.cells().stream().map(c -> c.key().hex()).collect(Collectors.toSet());
  }

  @Test
  void theMatrixIsCrossedInFileOrder() {
    Plan plan = Toys.plan(Toys.STUDY);
    assertEquals(
        List.of(
            "mix x weigh x pretrained",
            "mix x weigh x best-of-n at 20",
            "mix x weigh x best-of-n at 40",
            "mix x weigh x svdd[alpha=0] at 20",
            "mix x weigh x svdd[alpha=0] at 40",
            "mix x weigh x svdd[alpha=0.1] at 20",
            "mix x weigh x svdd[alpha=0.1] at 40"),
        plan.cells().stream().map(Cell::toString).toList());
    assertEquals(List.of(), plan.skips());
    assertEquals(7 * 2 * 3, plan.trials().size());
    Cell best = plan.cells().get(2);
    assertEquals(80, best.problem().budget().limit(Unit.NFE));
    assertEquals(80, best.cost().nfe());
    assertEquals(6 * 80, plan.nfe(best));
    assertEquals(plan.cells().stream().mapToLong(plan::nfe).sum(), plan.nfe());
  }

  /**
   * Repetition by repetition: what runs first is a table of everything, and more only adds to it.
   */
  @Test
  void trialsRunRepetitionByRepetition() {
    Plan plan = Toys.plan(Toys.STUDY);
    Cell cell = plan.cells().get(0);
    List<TrialId> trials = plan.trials(cell);
    int at = 0;
    for (int repetition = 0; repetition < plan.study().repetitions(); repetition++) {
      for (String prompt : plan.study().prompts()) {
        assertEquals(cell.trial(prompt, repetition), trials.get(at++));
      }
    }
    assertEquals(at, trials.size());
    Plan more = Toys.plan(Toys.STUDY.replaceAll("repetitions: \\d+", "repetitions: 9"));
    assertEquals(trials, more.trials(more.cells().get(0)).subList(0, at));
  }

  @Test
  void whatMakesNoSenseIsSkippedByName() {
    String yaml =
        Toys.STUDY
            .replace("eta: 1.0", "eta: 0.0")
            .replace("[20, 40]", "[5, 20]")
            .replace("verifiers:", "verifiers:\n  other: {kind: weighing, by: [1]}");
    Plan plan = Toys.plan(yaml);
    assertEquals(
        List.of("mix x weigh x pretrained", "mix x weigh x best-of-n at 20"),
        plan.cells().stream().map(Cell::toString).toList());
    assertEquals(
        new Skip(
            "mix",
            "other",
            "pretrained",
            OptionalLong.empty(),
            "it weighs 1 numbers, not reals [2]"),
        plan.skips().get(0));
    Skip dear = plan.skips().get(4);
    assertEquals(OptionalLong.of(5), dear.at());
    assertEquals("a trial needs at least 20 nfe and the budget is 10", dear.reason());
    assertTrue(plan.skips().get(5).reason().contains("deterministic"));
  }

  @Test
  void judgesThatCannotSeeTheStatesAreLeftOut() {
    Plan plan =
        Toys.plan(
            Toys.STUDY + "cross_rewards: {all: {kind: nothing}, odd: {kind: weighing, by: [1]}}\n");
    assertEquals(
        List.of("all"), plan.cells().get(0).crossRewards().stream().map(Component::label).toList());
  }

  @Test
  void aReorderedFileHasTheSameKeys() {
    String reordered =
        """
        budgets: {at: [40, 20], per: sample, unit: nfe}
        algorithms: [{svdd: {alpha: [0.1, 0.0]}}, best-of-n, pretrained]
        verifiers:
          heavy: {by: [1, 2.0], offset: 0, kind: weighing}
        prompts: [boot, "bag"]
        repetitions: 50
        metrics: [reward]
        models:
          other: {process: {eta: 1, kind: ddim, steps: 10}, kind: gaussian-mixture,
                  means: [[-1, 0], [1, 0]], weights: [0.5, 0.5], variances: [[1, 1], [1, 1]]}
        count: 2
        beta: 0.50
        seed: 7
        study: renamed
        cross_rewards: [nothing]
        """;
    assertEquals(keys(Toys.plan(Toys.STUDY)), keys(Toys.plan(reordered)));
  }

  private static final String LEARNING =
      Toys.STUDY
          .replace("{alpha: [0.0, 0.1]}", "{value: monte-carlo, width: [2, 4]}")
          .replace("at: [20, 40]", "at: [20, 40], fit: 105");

  /** Ten roll-outs of ten steps a prompt, shared by both widths, apart from the trials. */
  @Test
  void learningIsPaidForApartAndOnce() {
    Plan plan = Toys.plan(LEARNING);
    List<Cell> cells = plan.cells();
    assertEquals("mix x weigh x svdd[width=2]", cells.get(3).toString());
    assertEquals(20, cells.get(3).cost().nfe());
    assertEquals(1, plan.learnings().size());
    assertEquals(Cost.of(100, 100, 10), plan.learnings().get(0).cost());
    long trials = cells.stream().mapToLong(plan::nfe).sum();
    assertEquals(trials + 2 * 100, plan.nfe());
  }

  /** The fit budget is part of the keys of cells that learn, and of no others. */
  @Test
  void aFitBudgetIsPartOfTheKeysOfWhatLearns() {
    Plan plan = Toys.plan(LEARNING);
    Plan other = Toys.plan(LEARNING.replace("fit: 105", "fit: 106"));
    for (int i = 0; i < plan.cells().size(); i++) {
      boolean same = plan.cells().get(i).key().equals(other.cells().get(i).key());
      assertEquals(i < 3, same, plan.cells().get(i).toString());
    }
  }

  @Test
  void whatCannotBeLearnedIsSkippedByName() {
    Plan plan = Toys.plan(LEARNING.replace("fit: 105", "fit: 9"));
    assertEquals(
        "learning of a prompt needs at least 10 nfe and the fit budget is 9",
        plan.skips().get(0).reason());
    plan = Toys.plan(LEARNING.replace(", fit: 105", ""));
    assertEquals(
        "it needs rollouts, or budgets with a fit, to learn from", plan.skips().get(0).reason());
    // Three roll-outs of ten steps, then ten steps for each of two samples.
    plan =
        Toys.plan(
            LEARNING.replace(", fit: 105", "").replace("width: [2", "rollouts: 3, width: [2"));
    assertEquals(50, plan.cells().get(3).cost().nfe());
    assertEquals(List.of(), plan.learnings());
  }

  /** Parameters that came later and are not given stand in no key. */
  @Test
  void parametersNotGivenAreNotInTheKey() {
    String definition = Toys.plan(Toys.STUDY).cells().get(3).definition();
    String svdd =
        "\"algorithm\":{\"alpha\":0.0,\"kind\":\"svdd\",\"value\":\"posterior-mean\",\"width\":0}";
    assertTrue(definition.contains(svdd), definition);
    String classifiers =
        """
        {
          v: {kind: classifier, path: ../datasets/models/fashion-classifier},
          bag: {kind: classifier, path: ../datasets/models/fashion-classifier, label: bag}
        }\
        """;
    String classified =
        Toys.plan(FASHION.replace("{v: {kind: jpeg}}", classifiers)).cells().stream()
            .map(Cell::definition)
            .map(
                d ->
                    d.contains("\"label\":\"bag\"") ? "bag" : d.contains("label") ? "null" : "none")
            .collect(Collectors.joining(" "));
    assertEquals("none bag", classified);
  }

  /** Single precision is what a model has anyway; another one is another model. */
  @Test
  void precisionIsPartOfTheKeyUnlessItIsSingle() {
    String named =
        FASHION.replace("    kind: network", "    kind: network\n    precision: float32");
    assertEquals(keys(Toys.plan(FASHION)), keys(Toys.plan(named)));
    Cell lower = Toys.plan(named.replace("float32", "bfloat16")).cells().get(0);
    assertTrue(lower.definition().contains("\"precision\":\"bfloat16\""), lower.definition());
    assertEquals(
        List.of("m[precision=float32]", "m[precision=bfloat16]"),
        Toys.plan(named.replace("float32", "[float32, bfloat16]")).cells().stream()
            .map(cell -> cell.model().label())
            .toList());
  }

  @Test
  void aBudgetPerTrialIsTheSameAsItsSharePerSample() {
    String perTrial = Toys.STUDY.replace("per: sample, at: [20, 40]", "per: trial, at: [40, 80]");
    assertEquals(keys(Toys.plan(Toys.STUDY)), keys(Toys.plan(perTrial)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seed: 7 | seed: 8",
        "count: 2 | count: 4",
        "[bag, boot] | [bag, boot, hat]",
        "steps: 10 | steps: 5",
        "eta: 1.0 | eta: 0.9",
        "[0.5, 0.5] | [0.25, 0.75]",
        "by: [1.0, 2.0] | by: [1.0, 2.5]",
        "beta: 0.5 | beta: 0.6",
      })
  void whateverDefinesTheNumbersChangesEveryKey(String before, String after) {
    Set<String> old = keys(Toys.plan(Toys.STUDY));
    for (String key : keys(Toys.plan(Toys.STUDY.replace(before, after)))) {
      assertTrue(!old.contains(key), after);
    }
  }

  @Test
  void budgetsDoNotTouchTheKeyOfAnAlgorithmThatIgnoresThem() {
    Plan plan = Toys.plan(Toys.STUDY);
    Plan other = Toys.plan(Toys.STUDY.replace("[20, 40]", "[30]"));
    assertEquals(plan.cells().get(0).key(), other.cells().get(0).key());
    assertNotEquals(plan.cells().get(1).key(), other.cells().get(1).key());
  }

  @Test
  void theDefinitionSaysEverything() {
    String definition = Toys.plan(Toys.STUDY).cells().get(1).definition();
    for (String part :
        List.of(
            "{\"algorithm\":{\"kind\":\"best-of-n\",\"n\":0},\"beta\":0.5,\"budget\":{\"nfe\":40},",
            "\"count\":2,\"model\":{\"kind\":\"gaussian-mixture\",\"means\":[[-1.0,0.0],[1.0,0.0]],",
            "\"process\":{\"eta\":1.0,\"kind\":\"ddim\",\"scheduler\":{\"beta_end\":0.02,",
            "\"prompts\":[\"bag\",\"boot\"],\"revision\":1,\"seed\":7,",
            "\"verifier\":{\"by\":[1.0,2.0],\"kind\":\"weighing\",\"offset\":0.0}}")) {
      assertTrue(definition.contains(part), definition);
    }
  }

  @Test
  void weightsCountByTheirContentAndNotByTheirPlace(@TempDir Path folder) throws Exception {
    String yaml =
        Toys.STUDY
            .replaceFirst(
                "(?s)  mix:.*?process:", "  net: {kind: trained, guidance: 2, path: m, process:")
            .replace("eta: 1.0}", "eta: 1.0}}");
    Path here = Files.createDirectories(folder.resolve("here/m"));
    Path there = Files.createDirectories(folder.resolve("there/m"));
    Files.write(here.resolve("weights.bin"), new byte[] {1, 2, 3});
    Files.write(there.resolve("weights.bin"), new byte[] {1, 2, 3});
    Files.writeString(there.resolve("card.yaml"), "notes: do not count");
    Set<String> first = keys(plan(yaml, here.getParent()));
    assertEquals(first, keys(plan(yaml, there.getParent())));
    Files.write(there.resolve("weights.bin"), new byte[] {1, 2, 4});
    Set<String> changed = keys(plan(yaml, there.getParent()));
    assertTrue(changed.stream().noneMatch(first::contains));
    Files.delete(there.resolve("weights.bin"));
    String message =
        assertThrows(ConfigException.class, () -> plan(yaml, there.getParent())).getMessage();
    assertTrue(message.startsWith("s.yaml:7:3: cannot read "), message);
  }

  private static Plan plan(String yaml, Path root) {
    return Plan.of(Toys.study(yaml, new PathResolver(List.of(root))), Toys.CATALOGUES);
  }
}
