package io.github.tiltbench.report.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.StoreException;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.study.TrialId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private static Estimate contained(Faults faults, Supplier<Estimate> number) {
    return faults.contained("a number", number, reason -> new Estimate.Refused(reason, 3));
  }

  @Test
  void whatIsThrownIsNamedWithItsPlaceAndTold() {
    Faults faults = new Faults();
    Estimate.Refused refused =
        (Estimate.Refused)
            contained(
                faults,
                () -> {
                  throw new IllegalStateException("no\nsecond line");
                });
    assertTrue(
        refused
            .reason()
            .matches("internal fault: IllegalStateException \"no\" at FaultsTest.java:\\d+"),
        refused.reason());
    assertEquals(3, refused.n());
    assertEquals(1, faults.found().size());
    assertTrue(faults.found().get(0).startsWith("a number: IllegalStateException \"no\" at "));
  }

  /** Files that cannot be read are no fault of the program; the machine's end is not contained. */
  @Test
  void whatIsNoFault() {
    Faults faults = new Faults();
    Estimate damaged =
        contained(
            faults,
            () -> {
              throw new StoreException(Path.of("x.npy"), "damaged");
            });
    assertEquals("x.npy: damaged", ((Estimate.Refused) damaged).reason());
    assertThrows(
        OutOfMemoryError.class,
        () ->
            contained(
                faults,
                () -> {
                  throw new OutOfMemoryError();
                }));
    assertEquals(List.of(), faults.found());
  }

  /** A trial that no run stores: draws that are independent and yet weighted. */
  @Test
  void oneNumberOfASummaryIsLeftOutAlone() {
    Results whole = Fixture.results(Path.of("nowhere"), Fixture.Kind.TOKENS, 4);
    PlanFile.Row cell = whole.plan().cells().get(0);
    Trial first = whole.trials(cell).get(0);
    Map<TrialId, Trial> trials = new HashMap<>(whole.trials());
    trials.put(first.id(), weighted(first));
    Results broken =
        new Results(whole.folder(), whole.plan(), trials, whole.failures(), whole.damages());
    Faults faults = new Faults();
    List<SummaryRow> rows = Summary.of(broken, new StudyComponents(broken), faults);
    List<SummaryRow> sound = Rows.of(whole);
    assertEquals(sound.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      SummaryRow row = rows.get(i);
      boolean touched =
          row.cell().equals(cell)
              && List.of(SummaryRow.ALL, first.id().prompt()).contains(row.prompt());
      if (touched) {
        String reason = ((Estimate.Refused) row.estimate()).reason();
        assertTrue(reason.startsWith("internal fault: "), reason);
      } else {
        assertEquals(sound.get(i), row);
      }
    }
    // three numbers of the target and as many of the judge, over all prompts and for one
    assertEquals(12, faults.found().size(), faults.found()::toString);
  }

  private static Trial weighted(Trial t) {
    return new Trial(
        t.id(),
        t.samples(),
        true,
        new double[] {0, -1},
        t.rewards(),
        t.crossRewards(),
        t.cost(),
        t.scalars(),
        t.traces(),
        t.wallSeconds());
  }
}
