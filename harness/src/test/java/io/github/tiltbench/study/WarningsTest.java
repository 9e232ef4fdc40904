package io.github.tiltbench.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.PathResolver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that cannot reach what they are for, budgets that buy one of what needs two. */
class WarningsTest {
  /** Twelve steps; 60 NFE buy a population of five. */
  private static Plan plan(String algorithm, int budget) {
    byte[] yaml =
        """
        study: warnings
        seed: 1
        repetitions: 1
        count: 2
        prompts: [a]
        models:
          one: {kind: gaussian, mean: [0], variance: [1], process: {kind: ddim, steps: 12, eta: 1.0}}
        verifiers:
          up: {kind: linear, coefficients: [1.0]}
        beta: 1
        algorithms: [pretrained, %s]
        budgets: {unit: nfe, per: sample, at: [%d]}
        """
            .formatted(algorithm, budget)
            .getBytes(StandardCharsets.UTF_8);
    Catalogues names = Catalogues.builtIn();
    return Plan.of(Study.read("s.yaml", yaml, PathResolver.of(Path.of("s.yaml")), names), names);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{das: {gamma: 0.008}} | 60 | gamma 0.008 raises lambda to 0.10 in 12 steps",
        "{das: {gamma: 0.1, tempering_start: 0.5}} | 60 | to 0.77 in 6 steps, and it jumps to 1",
        "{das: {tempering: adaptive, threshold: 1}} | 60 | threshold 1 keeps lambda at 0, and it",
        "{rbf: {gradient_scale: 0}} | 60 | gradient_scale 0 takes gradients and moves nothing",
        "{smc: {threshold: 0}} | 60 | threshold 0 never resamples",
        "{smc: {threshold: 1.5}} | 60 | threshold 1.5 is above 1: it resamples whatever the weights",
        "smc | 12 | a population of one particle has no weights to resample by",
        "{fk: {from: 12}} | 60 | no level above 0 is scored, so that it never resamples",
        "{tri-tsmc: {iterations: 0, threshold: 0}} | 60 | threshold 0 never resamples",
        "{urge: {strength: 0}} | 60 | strength 0 takes a drift and adds nothing of it",
        "{tds: {scale: 0}} | 60 | scale 0 takes gradients and pushes nothing",
        "{dps: {scale: 0}} | 60 | scale 0 takes gradients and moves nothing",
        "best-of-n | 12 | one draw is the best of itself",
        "{svdd: {width: 1}} | 60 | one candidate leaves nothing to choose from"
      })
  void aPlanSaysWhatComesToNothing(String algorithm, int budget, String reason) {
    List<Warning> warnings = plan(algorithm, budget).warnings();
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).reason().contains(reason), warnings.get(0).reason());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "das",
        "{das: {gamma: 0.06}}",
        "{das: {gamma: 0.008, tempering: adaptive}}",
        "{das: {tempering_start: 0.9}}",
        "smc",
        "{smc: {threshold: 2}}",
        "fk",
        "tds",
        "urge",
        "dps",
        "best-of-n",
        "svdd"
      })
  void whatReachesItsEndIsNotWarnedOf(String algorithm) {
    assertEquals(List.of(), plan(algorithm, 60).warnings());
  }

  /** Learning needs two roll-outs a round within its share, sampling two particles. */
  @ParameterizedTest
  @CsvSource({
    "60, its share of the budget for learning does not pay for 2 roll-outs a round",
    "71, its share of the budget for learning does not pay for 2 roll-outs a round",
    "72, ''",
    "200, ''"
  })
  void triTsmcIsPassedOverWhereItCouldNotLearn(int budget, String reason) {
    Plan plan = plan("tri-tsmc", budget);
    List<String> reasons = plan.skips().stream().map(Skip::reason).toList();
    assertEquals(reason.isEmpty(), reasons.isEmpty());
    assertTrue(reasons.stream().allMatch(r -> r.startsWith(reason)), reasons.toString());
    for (Cell cell : plan.cells()) {
      assertTrue(cell.cost().nfe() <= 2L * budget);
    }
  }

  @Test
  void triTsmcIsPassedOverWhereItCouldNotSample() {
    Plan plan = plan("{tri-tsmc: {rollouts: 2, iterations: 3, returns: one}}", 47);
    assertEquals(
        "the budget does not pay for 2 particles, the fewest that have weights",
        plan.skips().get(0).reason());
  }

  /** A key that is given stays in the cell's key; one that is not given is not there. */
  @Test
  void whatIsGivenIsAnotherCell() {
    String open = plan("das", 60).cells().get(1).definition();
    assertTrue(!open.contains("gamma"), open);
    String given = plan("{das: {gamma: 0.008}}", 60).cells().get(1).definition();
    assertTrue(given.contains("\"gamma\":0.008"), given);
    assertNotEquals(
        plan("urge", 60).cells().get(1).key(),
        plan("{urge: {drift: none}}", 60).cells().get(1).key());
  }

  /** With a gradient urge drifts by it, which the price shows. */
  @Test
  void urgeDriftsByTheRewardWhereItCan() {
    Plan plan = plan("urge", 60);
    assertTrue(plan.cells().get(1).cost().backward() > 0);
    assertEquals(0, plan("{urge: {drift: none}}", 60).cells().get(1).cost().backward());
  }

  private static List<Plan.Unguarded> unguarded(String verifiers, String judges) {
    byte[] yaml =
        """
        study: guards
        seed: 1
        repetitions: 1
        count: 1
        prompts: [a]
        models:
          one: {kind: gaussian, mean: [0], variance: [1], process: {kind: ddim, steps: 4, eta: 1.0}}
        verifiers: {%s}
        %s
        beta: 1
        algorithms: [pretrained, best-of-n]
        budgets: {unit: nfe, per: sample, at: [8, 16]}
        """
            .formatted(verifiers, judges.isEmpty() ? "" : "cross_rewards: {" + judges + "}")
            .getBytes(StandardCharsets.UTF_8);
    Catalogues names = Catalogues.builtIn();
    return Plan.of(Study.read("s.yaml", yaml, PathResolver.of(Path.of("s.yaml")), names), names)
        .unguarded();
  }

  /** A judge of the family that guides sees what the guide sees. */
  @Test
  void aRewardThatNothingHeldOutJudgesIsNamed() {
    String up = "up: {kind: linear, coefficients: [1.0]}";
    String down = "down: {kind: linear, coefficients: [-1.0]}";
    String near = "near: {kind: quadratic, center: [2.0], precision: 1.0}";
    assertEquals(List.of(new Plan.Unguarded("one", "up", List.of())), unguarded(up, ""));
    assertEquals(List.of(new Plan.Unguarded("one", "up", List.of("down"))), unguarded(up, down));
    assertEquals(List.of(), unguarded(up, down + ", " + near));
  }

  private static Plan judged(String verifiers, String judges, String algorithms) {
    byte[] yaml =
        """
        study: guards
        seed: 1
        repetitions: 1
        count: 2
        prompts: [a]
        models:
          one: {kind: gaussian, mean: [0], variance: [1], process: {kind: ddim, steps: 4}}
        verifiers: {%s}
        cross_rewards: {%s}
        beta: 1
        algorithms: [%s]
        budgets: {unit: nfe, per: sample, at: [16]}
        """
            .formatted(verifiers, judges, algorithms)
            .getBytes(StandardCharsets.UTF_8);
    Catalogues names = Catalogues.builtIn();
    return Plan.of(Study.read("s.yaml", yaml, PathResolver.of(Path.of("s.yaml")), names), names);
  }

  private static final String UP = "up: {kind: linear, coefficients: [1.0]}";
  private static final String DOWN = "down: {kind: linear, coefficients: [-1.0]}";
  private static final String NEAR = "near: {kind: quadratic, center: [2.0], precision: 1.0}";
  private static final String BOTH = "both: {kind: ensemble, members: [up, near]}";

  /** A judge that is held out does not make another that is not one that is. */
  @Test
  void aJudgeOfTheGuidesFamilyIsNamedBesideOneThatIsHeldOut() {
    Plan plan = judged(UP, DOWN + ", " + NEAR, "pretrained");
    assertEquals(List.of(), plan.unguarded());
    assertEquals(List.of(new Plan.Kin("one", "up", List.of("down"))), plan.kin());
    assertEquals(List.of(), judged(UP, NEAR, "pretrained").kin());
    assertEquals(List.of(), judged(UP, DOWN, "pretrained").kin()); // unguarded says it
  }

  /** An ensemble is of the families of all of its members. */
  @Test
  void whatJudgesOneMemberIsKinToTheEnsemble() {
    Plan plan = judged(UP + ", " + NEAR + ", " + BOTH, DOWN + ", " + NEAR, "pretrained");
    assertEquals(
        List.of(new Plan.Unguarded("one", "both", List.of("down", "near"))), plan.unguarded());
  }

  /** An ensemble says nothing of a sample by itself. */
  @ParameterizedTest
  @ValueSource(strings = {"smc", "svdd", "rbf", "fk", "tri-tsmc", "first-order", "dps"})
  void whoeverScoresSamplesOneByOneIsNoUseToAnEnsemble(String algorithm) {
    Plan plan = judged(UP + ", " + NEAR + ", " + BOTH, DOWN, "pretrained, " + algorithm);
    List<Skip> skips = plan.skips().stream().filter(s -> s.verifier().equals("both")).toList();
    assertEquals(
        List.of("it takes scores of samples one by one, and the verifier ranks candidates"),
        skips.stream().map(Skip::reason).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "both: {kind: ensemble, members: [up, upp]} | no verifier of this study is called 'upp'; did you mean 'up'?",
        "both: {kind: ensemble, members: [up, both]} | 'both' is a member of itself",
        "both: {kind: ensemble, members: [up]} | members must be at least two",
      })
  void membersAreVerifiersOfTheStudy(String ensemble, String message) {
    String text =
        assertThrows(ConfigException.class, () -> judged(UP + ", " + ensemble, NEAR, "pretrained"))
            .getMessage();
    assertTrue(text.contains(message), text);
  }

  /** Members are part of the cell, however they are named. */
  @Test
  void membersByNameAreThoseByDefinition() {
    String inline =
        "both: {kind: ensemble, members: [{kind: linear, coefficients: [1.0]},"
            + " {kind: quadratic, center: [2.0], precision: 1.0}]}";
    String named = UP + ", " + NEAR + ", " + BOTH;
    List<Cell> cells = judged(named, DOWN, "best-of-n").cells();
    assertEquals(judged(inline, DOWN, "best-of-n").cells().get(0).key(), cells.get(2).key());
    assertTrue(cells.get(2).definition().contains("\"kind\":\"quadratic\""));
  }

  @Test
  void anEnsembleCannotJudge() {
    String text =
        assertThrows(
                ConfigException.class,
                () ->
                    judged(
                        UP,
                        "all: {kind: ensemble, members: [{kind: linear, coefficients: [1.0]},"
                            + " {kind: linear, coefficients: [2.0]}]}",
                        "pretrained"))
            .getMessage();
    assertTrue(text.contains("all ranks candidates and cannot judge; its members can"), text);
  }
}
