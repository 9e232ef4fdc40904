package io.github.tiltbench.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.metric.Layout;
import io.github.tiltbench.report.page.Latex;
import io.github.tiltbench.report.page.Markdown;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Terminal;
import io.github.tiltbench.report.summary.Rows;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.stats.Estimate;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LayoutsTest {
  private static SummaryRow row(String algorithm, Integer budget, String metric, double value) {
    return Rows.row(
        algorithm,
        budget == null ? OptionalLong.empty() : OptionalLong.of(budget),
        metric,
        Double.isNaN(value)
            ? new Estimate.Refused("too few", 3)
            : new Estimate.Interval(value, value - 0.5, value + 0.5, 0.95, "t, trials", 16));
  }

  private static final List<Task> CONTESTS =
      Rows.tasks(
          List.of(
              row("plain", null, "mean", 1),
              row("plain", null, "q0.5", 2),
              row("plain", null, "q0.9", 3),
              row("smc", 200_000, "mean", 4),
              row("smc", 200_000, "q0.5", 5),
              row("smc", 200_000, "q0.9", Double.NaN),
              row("smc", 200_000, "mean@judge", 7),
              row("smc", 200_000, "ess-min", 0.25),
              row("smc", 200_000, "law-mean", 9),
              row("smc", 400_000, "mean", 14),
              row("smc", 400_000, "q0.5", 15),
              row("smc", 400_000, "q0.9", 16)));

  private static View view(Layout layout) {
    return View.of(layout, CONTESTS, r -> "").orElseThrow();
  }

  private static String markdown(Layout layout) {
    return view(layout).tables().stream().map(Markdown::render).collect(Collectors.joining());
  }

  @Test
  void quantilesDownAlgorithmsAcross() {
    assertEquals(
        """
        **Quantiles of v on m**

        | budget | metric | plain | smc |
        | ---: | --- | ---: | ---: |
        | 200000 | median | 2.0 \\[1.5, 2.5\\] | 5.0 \\[4.5, 5.5\\] |
        | 200000 | top 10 % | 3.0 \\[2.5, 3.5\\] | - (a) |
        | 400000 | median | 2.0 \\[1.5, 2.5\\] | 15.0 \\[14.5, 15.5\\] |
        | 400000 | top 10 % | 3.0 \\[2.5, 3.5\\] | 16.0 \\[15.5, 16.5\\] |

        (a) too few

        Intervals of 95 %, each by itself: median, top 10 % by t, trials.

        Budget in nfe/sample; every number rests on 3 to 16 independent units. Costs stand in the \
        tables of the summary.
        """,
        markdown(Layout.SVDD));
    assertEquals(
        """
        model,verifier,budget,metric,plain,plain low,plain high,smc,smc low,smc high
        m,v,200000,q0.5,2,1.5,2.5,5,4.5,5.5
        m,v,200000,q0.9,3,2.5,3.5,,,
        m,v,400000,q0.5,2,1.5,2.5,15,14.5,15.5
        m,v,400000,q0.9,3,2.5,3.5,16,15.5,16.5
        """
            .replaceAll("(?<=,)([0-9]{1,2})(?=[,\n])", "$1.0"),
        view(Layout.SVDD).csv());
  }

  @Test
  void budgetsAcross() {
    String table = markdown(Layout.SCALING);
    assertTrue(table.contains("| metric | algorithm | any | 200000 | 400000 |"), table);
    assertTrue(
        table.contains("| mean | smc |  | 4.0 \\[3.5, 4.5\\] | 14.0 \\[13.5, 14.5\\] |"), table);
    assertTrue(table.contains("| mean | plain | 1.0 \\[0.5, 1.5\\] |  |  |"), table);
    assertTrue(table.contains("| mean by judge | smc |"), table);
  }

  @Test
  void numbersAcross() {
    assertTrue(markdown(Layout.DAS).contains("| algorithm | budget | mean | mean by judge | n |"));
    String health = markdown(Layout.SMC_HEALTH);
    assertTrue(health.contains("| algorithm | budget | least ESS/N | n |"), health);
    assertFalse(health.contains("plain"), health);
    String exact = markdown(Layout.EXACTNESS);
    assertTrue(exact.contains("| true law | any | 0 |"), exact);
    assertTrue(exact.contains("| smc | 200.0k | 9.0 \\[8.5, 9.5\\] |"), exact);
  }

  @Test
  void aLayoutShowsWhatItsPatternsSayInItsOrder() {
    assertEquals(
        List.of("mean", "mean@a", "cosine:raw", "vendi1:raw"),
        Layout.DAS.of(List.of("cosine:raw", "q0.5", "mean@a", "vendi1:raw", "mean")));
    assertEquals(
        List.of("ess-min", "origins", "log-evidence", "evidence-sd", "resamplings"),
        Layout.SMC_HEALTH.of(
            List.of("resamplings", "log-evidence", "evidence-sd", "origins", "mean", "ess-min")));
  }

  @Test
  void aTableTooWideIsSplitAndNothingIsCut() {
    List<SummaryRow> rows =
        Stream.of("a", "b", "c", "d", "e", "f", "g", "h")
            .map(a -> row(a + "[alpha=0.125,value=posterior-mean]", 80, "q0.5", -1.5))
            .toList();
    Table table = View.of(Layout.SVDD, Rows.tasks(rows), r -> "").orElseThrow().tables().get(0);
    String text = Terminal.render(table, 100);
    assertTrue(text.lines().allMatch(l -> l.length() <= 100), text);
    assertFalse(text.contains(">"), text);
    assertTrue(text.contains("Quantiles of v on m, continued"), text);
    assertEquals(1, text.split("Intervals of 95", -1).length - 1, "notes stand once");
    for (String a : List.of("a", "h")) {
      assertTrue(text.contains(a + "[alpha=0.125,"), text);
    }
    String tex = Latex.render(table);
    assertEquals(2, tex.split("begin\\{tabular\\}\\{@\\{\\}r", -1).length - 1, tex);
    assertEquals(1, tex.split("begin\\{table\\}", -1).length - 1);
  }
}
