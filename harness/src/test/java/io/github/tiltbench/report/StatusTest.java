package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.Fixture;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.result.Heartbeat;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten cells of twelve trials of 0.37 s each; of the last cell one failed and one is missing. */
class StatusTest {
  @TempDir Path folder;

  private Results results() {
    return Fixture.results(folder, Fixture.Kind.LINE, 4);
  }

  private PlanFile.Row last() {
    List<PlanFile.Row> cells = results().plan().cells();
    return cells.get(cells.size() - 1);
  }

  private static Heartbeat.Heard heard(Heartbeat said, boolean alive) {
    return new Heartbeat.Heard(said, alive ? 1 : 90, alive);
  }

  /** Of five trials it has done three, 1.48 at a time; one is in work. */
  private Heartbeat.Heard alive() {
    return heard(
        new Heartbeat("a", "0/2", 10, 5, 3, 1, 3000, 14.8, Map.of(last().brief(), 1)), true);
  }

  private Heartbeat.Heard silent() {
    return heard(
        new Heartbeat("b", "1/2", 10, 9, 3, 0, 5000, 50, Map.of(last().brief(), 6)), false);
  }

  @Test
  void countsByCell() {
    Status status = Status.of(results(), List.of(alive(), silent()));
    Status.Counts counts = status.cells().get(9);
    assertEquals(last(), counts.cell());
    assertEquals(
        List.of(12, 10, 1, 1),
        List.of(counts.planned(), counts.finished(), counts.running(), counts.failed()));
    assertEquals(0.37, counts.seconds().orElseThrow(), 1e-12);
    assertEquals(2, status.missing());
    assertEquals(1, status.failed());
    assertEquals(12, status.cells().get(0).finished());
  }

  @Test
  void timeLeftIsByWhatWasMeasured() {
    Status status = Status.of(results(), List.of(alive(), silent()));
    assertEquals(300, status.speed(), 1e-9, "the silent one counts for nothing");
    assertEquals(2 * 0.37, status.work().orElseThrow(), 1e-9);
    assertEquals(0.37 / 1.48, status.left().orElseThrow(), 1e-9, "one trial is its own to do");
    assertTrue(
        status
            .sentence()
            .endsWith(
                ": 118 of 120 trials finished, 1 running, 1 failed. 300 NFE/s by 1 process, about 0 s left."),
        status.sentence());
    assertEquals(
        List.of(
            "part 0/2: 3 of 5 trials finished, 1 failed, heard of 1 s ago",
            "part 1/2: 3 of 9 trials finished, 0 failed, ended before it was done, last heard of"
                + " 1:30 min ago"),
        status.told());
  }

  /** By the NFE of those most like it: the same algorithm at other budgets. */
  @Test
  void aCellWithoutATrialGoesByThoseLikeIt() {
    Results results = results();
    results.plan().trials(last()).forEach(results.trials()::remove);
    Status status = Status.of(results, List.of());
    double perNfe = (0.37 + 0.37) / (90 + 360); // twelve trials at 50 and twelve at 200
    assertEquals(12 * perNfe * 1440, status.work().orElseThrow(), 1e-9);
    assertEquals(OptionalDouble.empty(), status.left());
    String work = "No process runs it; one worker has 28 s to do.";
    assertTrue(status.sentence().endsWith(work), status.sentence());
    results.trials().clear();
    assertEquals(OptionalDouble.empty(), Status.of(results, List.of()).work());
  }

  @Test
  void trialsThatNobodySetOutToRunAreSaid() {
    Results results = results();
    results.plan().trials(last()).forEach(results.trials()::remove);
    String said = Status.of(results, List.of(alive())).sentence();
    assertTrue(said.endsWith("left; 11 trials are nobody's yet."), said);
  }

  @Test
  void theTableIsThatOfTheReport() {
    Status status = Status.of(results(), List.of());
    List<SummaryRow> rows = status.rows(new Faults());
    assertEquals(1, status.rewards(rows).size());
    assertEquals(10, status.rewards(rows).get(0).rows().size());
    assertEquals(10, status.table().rows().size());
  }
}
