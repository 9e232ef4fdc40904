package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.result.Stored;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Skip;
import io.github.tiltbench.study.Toys;
import io.github.tiltbench.study.TrialId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Prompts that fix the beginning of sequences, on a chain of eight words. */
class PromptTest {
  private static final String STUDY =
      """
      study: prompts
      seed: 3
      repetitions: 2
      count: 3
      prompts: [the, "the dog sees", a dog]
      models:
        words:
          kind: markov-chain
          length: 8
          initial: [0.5, 0.4, 0.1, 0, 0]
          transition: [[0, 0, 0.9, 0, 0.1], [0, 0, 0.9, 0, 0.1], [0.1, 0.1, 0.1, 0.3, 0.4],
                       [0.4, 0.4, 0.1, 0, 0.1], [0.3, 0.3, 0.3, 0, 0.1]]
          process: %s
          tokens: [the, a, dog, sees, .]
          end: .
      verifiers:
        dogs: {kind: tokens, scores: [0, 0, 1, 0, 0], equal_ends: 0, equal_neighbours: 0}
      beta: 1
      algorithms: [pretrained, {smc: {particles: 0}}, best-of-n, dsearch,
                   {dsearch: {oversample: 1, replaced: 0.4}}]
      budgets: {unit: nfe, per: sample, at: [%s]}
      """;

  /** Words revealed together may be any, so on a grid every pair must be possible. */
  private static Plan plan(String process, String budget) {
    String study = STUDY.formatted(process, budget);
    return Toys.plan(
        process.contains("ancestral")
            ? study.replaceAll("\\[0[^\\]]*\\](?=[,\\]])", "[0.2, 0.2, 0.2, 0.2, 0.2]")
            : study);
  }

  private static List<Trial> run(Cell cell, Plan plan) throws InterruptedException {
    List<Trial> trials = new ArrayList<>();
    try (FitCache fits = new FitCache();
        Worker worker = new Worker(3, fits)) {
      for (Worker.Outcome outcome : worker.run(cell, plan.trials(cell))) {
        assertEquals(null, outcome.failure(), () -> cell + ": " + outcome.failure());
        trials.add(outcome.trial());
      }
    }
    return trials;
  }

  /** Seven, five and six positions are free; the meter holds every trial to that. */
  @Test
  void levelsAndNfeAreThoseOfTheFreePositions() throws InterruptedException {
    Plan plan = plan("first-hitting", "30");
    for (Cell cell : plan.cells()) {
      for (Trial trial : run(cell, plan)) {
        String prompt = trial.id().prompt();
        assertEquals(cell.cost(prompt), trial.cost(), cell + " of " + prompt);
      }
    }
    Cell pretrained = plan.cells().get(0);
    assertEquals(3 * 6, pretrained.cost("the").nfe());
    assertEquals(3 * 4, pretrained.cost("the dog sees").nfe());
    assertEquals(3 * 5, pretrained.cost("a dog").nfe());
    assertEquals(3 * 6, pretrained.cost().nfe());
    assertEquals(2 * 3 * (6 + 4 + 5), plan.nfe(pretrained));
    Cell best = plan.cells().get(2);
    assertEquals(3 * 30, best.cost("the").nfe());
    assertEquals(3 * 28, best.cost("the dog sees").nfe());
  }

  @Test
  void theTextsOfAPromptAndOfTheEndStand() throws InterruptedException {
    for (String process : List.of("first-hitting", "{kind: ancestral, steps: 5}")) {
      Plan plan = plan(process, "30");
      for (Cell cell : plan.cells()) {
        Vocabulary vocabulary = ((StateSpace.Sequence) cell.model().spec().space()).vocabulary();
        for (Trial trial : run(cell, plan)) {
          Batch.Tokens x = (Batch.Tokens) ((Stored.Inline) trial.samples()).batch();
          for (int row = 0; row < 3; row++) {
            String text = vocabulary.text(x.row(row));
            assertTrue(text.startsWith(trial.id().prompt()), text);
            assertTrue(text.endsWith("."), text);
          }
          MaskedChain chain =
              (MaskedChain) cell.model().spec().reverse(new Condition(trial.id().prompt()));
          assertEquals(trial.id().prompt().split(" ").length, chain.template().prefix());
        }
      }
    }
  }

  /** On a grid of T levels a prompt changes no price. */
  @Test
  void ancestralChainsCostTheSameForEveryPrompt() {
    for (Cell cell : plan("{kind: ancestral, steps: 5}", "30").cells()) {
      assertEquals(cell.cost(), cell.cost("the"));
      assertEquals(cell.cost(), cell.cost("the dog sees"));
    }
  }

  /** A budget that one prompt cannot be bought for runs nothing, and says which. */
  @Test
  void aCellThatIsTooDearForOnePromptIsSkippedByItsName() {
    Plan plan = plan("{kind: first-hitting}", "5, 30");
    String reason = "prompt 'the': a trial needs at least 18 nfe and the budget is 15";
    assertEquals(List.of(reason), plan.skips().stream().map(Skip::reason).distinct().toList());
    assertTrue(plan.cells().stream().noneMatch(cell -> cell.at().equals(OptionalLong.of(5))));
  }

  @Test
  void aPromptThatCannotBeSpelledIsRefused() {
    assertRefused("the dof", "no token is 'dof'; did you mean 'dog'?");
    assertRefused("the a", "the revealed tokens have probability zero");
    assertRefused("a dog sees the dog sees a", "which leaves none of 8 positions free");
  }

  private static void assertRefused(String prompt, String reason) {
    String study = STUDY.formatted("first-hitting", "30").replace("a dog]", prompt + "]");
    ConfigException e = assertThrows(ConfigException.class, () -> Toys.plan(study));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertTrue(e.getMessage().contains("model words"), e.getMessage());
  }

  /** Without texts of tokens a prompt is the name of a task. */
  @Test
  void modelsWithoutTextsDoNotReadPrompts() {
    String study =
        STUDY.formatted("first-hitting", "30").replaceAll("(?m)^ *(tokens|end): .*\n", "");
    Plan plan = Toys.plan(study);
    for (Cell cell : plan.cells()) {
      assertTrue(cell.tasks().isEmpty());
    }
    assertEquals(3 * 8, plan.cells().get(0).cost("a dog").nfe());
    TrialId id = plan.trials(plan.cells().get(0)).get(0);
    assertEquals("the", id.prompt());
  }
}
