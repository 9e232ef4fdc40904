package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.report.summary.Rows;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AnswerTest {
  private static final Estimate FEW = new Estimate.Refused("few", 1);
  private static final Estimate INADMISSIBLE = new Estimate.Refused("all values are -infinity", 1);

  private static SummaryRow row(String algorithm, OptionalLong budget, Estimate e) {
    return Rows.row(algorithm, budget, "q0.5", e);
  }

  private static Estimate interval(double value, double half) {
    return new Estimate.Interval(value, value - half, value + half, 0.95, "t, trials", 16);
  }

  private static String answer(SummaryRow... rows) {
    List<SummaryRow> all = new ArrayList<>(List.of(rows));
    all.add(row("small", OptionalLong.of(10), interval(99, 1)));
    return Answer.outcome(Rows.tasks(all).get(0));
  }

  @Test
  void apartFromAllOthers() {
    assertEquals(
        "Highest median of v on m at 200 nfe/sample: b, 5.0 [4.0, 6.0]. Its interval lies above"
            + " that of every other algorithm.",
        answer(
            row("a", OptionalLong.empty(), interval(2, 1)),
            row("b", OptionalLong.of(200), interval(5, 1))));
  }

  @Test
  void sameNumbersShareTheFirstPlace() {
    assertEquals(
        "Highest median of v on m at 200 nfe/sample: a, b, all of them 5.0 [4.0, 6.0]. Their"
            + " interval lies above that of every other algorithm.",
        answer(
            row("a", OptionalLong.of(200), interval(5, 1)),
            row("b", OptionalLong.of(200), interval(5, 1)),
            row("c", OptionalLong.of(200), interval(2, 1))));
    assertEquals(
        "Highest median of v on m at 200 nfe/sample: a, b, all of them 5.0 [4.0, 6.0]. No"
            + " algorithm is ahead.",
        answer(
            row("a", OptionalLong.of(200), interval(5, 1)),
            row("b", OptionalLong.of(200), interval(5, 1))));
  }

  @Test
  void overlapIsNoOrder() {
    assertEquals(
        "Highest median of v on m at 200 nfe/sample: b, 5.0 [4.0, 6.0]. Its interval overlaps"
            + " with that of a 3.5 [2.5, 4.5]: the data do not tell which of them is higher. No"
            + " median: c, d (few); e (all values are -infinity).",
        answer(
            row("a", OptionalLong.empty(), interval(3.5, 1)),
            row("b", OptionalLong.of(200), interval(5, 1)),
            row("c", OptionalLong.of(200), FEW),
            row("d", OptionalLong.of(200), FEW),
            row("e", OptionalLong.of(200), INADMISSIBLE)));
  }

  @Test
  void noMedianAtAll() {
    assertEquals(
        "No algorithm has a median of v on m at 200 nfe/sample: few.",
        answer(row("c", OptionalLong.of(200), FEW), row("d", OptionalLong.of(200), FEW)));
    assertEquals(
        "No algorithm has a median of v on m at 200 nfe/sample: c (few); d (all values are"
            + " -infinity).",
        answer(row("c", OptionalLong.of(200), FEW), row("d", OptionalLong.of(200), INADMISSIBLE)));
  }
}
