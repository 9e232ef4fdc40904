package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.metric.Layout;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.study.Published;
import io.github.tiltbench.study.PublishedNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutsTest {
  private static final Spent SPENT = new Spent(200, 400, 0, 12.5, 0.25);

  private static SummaryRow row(String algorithm, Integer budget, String metric, double value) {
    return new SummaryRow(
        "s",
        "m",
        "v",
        algorithm,
        "",
        budget == null ? OptionalLong.empty() : OptionalLong.of(budget),
        "nfe/sample",
        "*",
        metric,
        Double.isNaN(value)
            ? new Estimate.Refused("too few", 3)
            : new Estimate.Interval(value, value - 0.5, value + 0.5, 0.95, "t, trials", 16),
        SPENT);
  }

  private static final List<Contest> CONTESTS =
      Contest.of(
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
    for (Layout layout : Layout.values()) {
      assertEquals(layout, Layout.named(layout.toString()));
    }
  }

  private static Published published() {
    PublishedNumber number =
        new PublishedNumber(
            "arXiv:1",
            "Table 2",
            "<SD>",
            "task",
            "",
            "SVDD & Co",
            "",
            "q0.5",
            "-51.10",
            "0.38",
            "printed",
            "SUSPECT: <script>");
    return new Published(
        "jpeg",
        List.of(
            new Published.Entry("svdd[alpha=0.0,value=posterior-mean]", "q0.5", number),
            new Published.Entry("svdd[alpha=0.0,value=posterior-mean]", "mean", number),
            new Published.Entry("das", "q0.5", number)));
  }

  private static Results asking(Path folder, List<String> layouts) {
    Results results = Fixture.results(folder, Fixture.Kind.TOKENS, 4);
    PlanFile p = results.plan();
    PlanFile plan =
        new PlanFile(
            p.study(),
            p.seed(),
            p.repetitions(),
            p.count(),
            p.prompts(),
            p.unit(),
            p.per(),
            List.of("reward", "ess"),
            List.of(),
            p.nfe(),
            p.cells().stream().filter(c -> c.at() == null || c.at() == 800).toList(),
            p.skips(),
            layouts,
            List.of(published()),
            p.versus());
    return new Results(folder, plan, results.trials(), results.failures(), results.damages());
  }

  @Test
  void publishedNumbersStandBesideMeasuredOnes(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("tables"));
    Files.writeString(folder.resolve("tables/scaling.md"), "of an older study");
    Report.Written written =
        Report.write(asking(folder, List.of("svdd", "smc-health", "exactness")));
    try (Stream<Path> files = Files.list(folder.resolve("tables"))) {
      assertEquals(
          List.of("comparison.md", "published.md", "smc-health.md", "summary.md", "svdd.md"),
          files
              .map(f -> f.getFileName().toString())
              .filter(f -> f.endsWith(".md"))
              .sorted()
              .toList());
    }
    String terminal = written.terminal();
    assertTrue(terminal.lines().allMatch(l -> l.length() <= 100), terminal);
    assertTrue(terminal.contains("Measured and published: jpeg on fashion"), terminal);
    assertTrue(terminal.contains("-51.10 (a)"), terminal);
    assertTrue(terminal.contains("+-0.38"), terminal);
    assertTrue(
        terminal.contains("Published: another model on another scale. Compare the order"),
        terminal);
    assertTrue(terminal.contains("as printed, of unknown construction"), terminal);
    assertTrue(terminal.contains("not measured here"), terminal);
    assertTrue(
        terminal.contains("No table exactness: this study has no number that it shows."), terminal);
    assertFalse(terminal.contains("[-51"), "no interval is made of a published half-width");

    String page = EscapingTest.withoutOwnScripts(Files.readString(written.page()));
    assertTrue(page.contains("\u00b1 0.38"), "plus-minus sign");
    assertTrue(page.contains("SUSPECT: &lt;script&gt;"));
    assertFalse(page.contains("SUSPECT: <script>"));
    String tex = Files.readString(folder.resolve("tables/published.tex"));
    assertTrue(tex.contains("$-51.10$\\textsuperscript{"), tex);
    assertTrue(tex.contains("$\\pm 0.38$"), tex);
    assertTrue(tex.contains("SVDD \\& Co"), tex);
    List<String> csv = Files.readAllLines(folder.resolve("tables/published.csv"));
    assertEquals(4, csv.size());
    assertTrue(
        csv.get(1).endsWith(",SVDD & Co,,q0.5,-51.10,0.38,printed,SUSPECT: <script>"), csv.get(1));
    assertTrue(csv.get(3).startsWith("fashion,jpeg,das,,,,*,q0.5,,,,,,arXiv:1"), csv.get(3));
  }

  @Test
  void aTableTooWideIsSplitAndNothingIsCut() {
    List<SummaryRow> rows =
        Stream.of("a", "b", "c", "d", "e", "f", "g", "h")
            .map(a -> row(a + "[alpha=0.125,value=posterior-mean]", 80, "q0.5", -1.5))
            .toList();
    Table table = View.of(Layout.SVDD, Contest.of(rows), r -> "").orElseThrow().tables().get(0);
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
