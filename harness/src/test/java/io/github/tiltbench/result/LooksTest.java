package io.github.tiltbench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import io.github.tiltbench.stats.TrialNumbers;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Toys;
import io.github.tiltbench.study.TrialId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a rule stops cells. */
class LooksTest {
  private static final String WIDTH = "{at_most: 64, until: {width: 0.35, of: median}}";
  private static final String WINS = "{at_most: 64, until: {decided: primary, by: wins}}";

  private static PlanFile plan(String repetitions) {
    return PlanFile.of(made(repetitions));
  }

  private static Plan made(String repetitions) {
    return Toys.plan(
        Toys.STUDY.replaceFirst("repetitions: \\d+", "repetitions: " + repetitions)
            + "baseline: pretrained\nprimary: best-of-n\n");
  }

  /** A sample a trial: uniform, shared by the cells, higher by the place of the cell. */
  private static Trial trial(PlanFile plan, TrialId id) {
    List<String> cells = plan.cells().stream().map(PlanFile.Row::brief).toList();
    double lift = 0.1 * cells.indexOf(id.cell());
    double noise =
        new SplittableRandom(id.prompt().hashCode() * 1000L + id.repetition()).nextDouble();
    return new Trial(
        id,
        new Stored.Inline(new Batch.Reals(new double[] {0}, new int[] {1})),
        false,
        new double[] {0},
        new double[] {noise + lift},
        Map.of(),
        Cost.ZERO,
        Map.of(),
        Map.of(),
        0);
  }

  private static List<Trial> trials(PlanFile plan, Predicate<TrialId> kept) {
    return plan.cells().stream()
        .flatMap(row -> plan.trials(row).stream())
        .filter(kept)
        .map(id -> trial(plan, id))
        .toList();
  }

  private static int stop(PlanFile plan) {
    return Looks.of(plan, trials(plan, id -> true)).standing(plan.cells().get(0).brief()).rounds();
  }

  @Test
  void aCellStopsAtTheFirstLookWhoseIntervalIsNarrow() {
    PlanFile plan = plan(WIDTH);
    PlanFile.Row cell = plan.cells().get(0);
    Looks.Standing standing = Looks.of(plan, trials(plan, id -> true)).standing(cell.brief());
    assertEquals(Looks.Ending.MET, standing.ending());
    assertTrue(standing.rounds() > 16 && standing.rounds() < 64, "" + standing);
    for (int look : plan.until().orElseThrow().looks()) {
      if (look <= standing.rounds()) {
        assertEquals(look == standing.rounds(), width(plan, cell, look) <= 0.35, "look " + look);
      }
    }
  }

  private static double width(PlanFile plan, PlanFile.Row cell, int rounds) {
    List<Trial> seen = plan.trials(cell, rounds).stream().map(id -> trial(plan, id)).toList();
    TrialNumbers numbers = StoredNumbers.ofSamples(seen, Trial::rewards, false);
    Estimate.Interval i =
        (Estimate.Interval) Intervals.quantile(numbers, 0.5, Confidence.atAllRounds(0.95));
    return i.high() - i.low();
  }

  /** In any order, and whatever later rounds say or lack. */
  @Test
  void laterRoundsAndTheOrderOfTrialsDoNotMatter() {
    PlanFile plan = plan(WIDTH);
    String cell = plan.cells().get(0).brief();
    int stop = stop(plan);
    List<Trial> shuffled = new ArrayList<>(trials(plan, id -> id.repetition() < stop + 3));
    Collections.shuffle(shuffled, new Random(1));
    assertEquals(
        new Looks.Standing(stop, Looks.Ending.MET), Looks.of(plan, shuffled).standing(cell));
    Looks one = Looks.of(plan, List.of());
    assertEquals(new Looks.Standing(16, Looks.Ending.OPEN), one.standing(cell));
    shuffled.forEach(one::finished);
    assertEquals(new Looks.Standing(stop, Looks.Ending.MET), one.standing(cell));
  }

  @Test
  void aLookWaitsForEveryTrialOfItsRounds() {
    PlanFile plan = plan(WIDTH);
    String cell = plan.cells().get(0).brief();
    String prompt = plan.prompts().get(1);
    Looks looks =
        Looks.of(plan, trials(plan, id -> !(id.repetition() == 16 && id.prompt().equals(prompt))));
    assertEquals(new Looks.Standing(18, Looks.Ending.OPEN), looks.standing(cell));
    looks.finished(trial(plan, new TrialId(cell, prompt, 16)));
    assertEquals(new Looks.Standing(stop(plan), Looks.Ending.MET), looks.standing(cell));
  }

  @Test
  void theLastLookEndsACellThatNeverMeetsTheRule() {
    PlanFile plan = plan("{at_most: 24, until: {width: 0.001, of: median}}");
    assertEquals(
        new Looks.Standing(24, Looks.Ending.AT_MOST),
        Looks.of(plan, trials(plan, id -> true)).standing(plan.cells().get(0).brief()));
  }

  /** best-of-n, at its largest budget, wins by 0.2 on shared noise; the others are not needed. */
  @Test
  void aContrastStopsBothOfItsCellsAndOthersAtTheFirstLook() {
    PlanFile plan = plan(WINS);
    Looks looks = Looks.of(plan, trials(plan, id -> true));
    List<String> cells = plan.cells().stream().map(PlanFile.Row::brief).toList();
    assertEquals(looks.group(cells.get(0)), looks.group(cells.get(2)));
    assertEquals(new Looks.Standing(16, Looks.Ending.MET), looks.standing(cells.get(0)));
    assertEquals(new Looks.Standing(16, Looks.Ending.MET), looks.standing(cells.get(2)));
    assertEquals(new Looks.Standing(16, Looks.Ending.ASIDE), looks.standing(cells.get(1)));
    assertEquals(7 - 1, cells.stream().map(looks::group).distinct().count());
  }

  @Test
  void withoutARuleACellHasAllItsRounds() {
    PlanFile plan = PlanFile.of(Toys.plan(Toys.STUDY));
    assertEquals(
        new Looks.Standing(plan.repetitions(), Looks.Ending.FIXED),
        Looks.of(plan, List.of()).standing(plan.cells().get(0).brief()));
    assertFalse(plan.json().contains("until"));
  }

  @Test
  void thePlanFileKeepsTheRuleWithItsLooks(@TempDir Path folder) throws Exception {
    PlanFile plan = plan(WIDTH);
    Files.writeString(folder.resolve("plan.json"), plan.json());
    assertTrue(
        plan.json().contains("\"until\":{\"goal\":\"median\",\"level\":0.95,\"looks\":[16,18,"),
        plan.json());
    assertEquals(plan.until(), PlanFile.read(folder).until());
  }

  /** What lies beyond the stop is stored and not shown. */
  @Test
  void resultsEndWhereTheRuleStoppedTheirCell() {
    PlanFile plan = plan(WIDTH);
    PlanFile.Row cell = plan.cells().get(0);
    Map<TrialId, Trial> all = new HashMap<>();
    trials(plan, id -> true).forEach(t -> all.put(t.id(), t));
    Results results = new Results(Path.of("none"), plan, all, List.of(), List.of());
    int stop = stop(plan);
    assertEquals(stop * plan.prompts().size(), results.trials(cell).size());
    assertTrue(results.trials(cell).stream().allMatch(t -> t.id().repetition() < stop));
    assertEquals(0, results.missing(cell));
  }
}
