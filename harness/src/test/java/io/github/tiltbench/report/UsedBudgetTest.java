package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.report.summary.Fixture;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.TrialId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a table says of an unused budget comes of the meters, not of the price in the plan. */
class UsedBudgetTest {
  @TempDir Path folder;

  @Test
  void theMetersSayWhatWasUsed() {
    Results planned = Fixture.results(folder, Fixture.Kind.LINE, 2);
    PlanFile.Row cell =
        planned.plan().cells().stream()
            .filter(c -> c.algorithm().equals("best-of-n"))
            .findFirst()
            .orElseThrow();
    assertEquals("", new Incompleteness(planned).of(cell));
    Map<TrialId, Trial> trials = new HashMap<>(planned.trials());
    for (Trial t : planned.trials(cell)) {
      Cost half = Cost.of(t.cost().nfe() / 2, t.cost().rows() / 2, t.cost().reward());
      Trial early =
          new Trial(
              t.id(),
              t.samples(),
              t.independent(),
              t.logWeights(),
              t.rewards(),
              t.crossRewards(),
              half,
              t.scalars(),
              t.traces(),
              t.wallSeconds());
      trials.put(t.id(), early);
    }
    Results stopped =
        new Results(folder, planned.plan(), trials, planned.failures(), planned.damages());
    assertEquals("spends 50 % of its budget", new Incompleteness(stopped).of(cell));
  }
}
