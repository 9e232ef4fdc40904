package io.github.tiltbench.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.TestResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A table in all its forms, and the numbers in it. */
class RenderingTest {
  private static Estimate.Interval interval(double value, double low, double high) {
    return new Estimate.Interval(value, low, high, 0.95, "t, trials", 16);
  }

  private static Table.Row row(String name, String budget, String mean, String interval) {
    return new Table.Row(
        List.of(
            new Cell(name, "", name.equals("b") ? "a" : ""),
            Cell.of(budget),
            new Cell(mean, interval, ""),
            new Cell("-", "", "b"),
            Cell.of("16"),
            Cell.of("200"),
            Cell.of("400"),
            Cell.of("12.5"),
            Cell.of("250 ms")),
        name.equals("a_1"));
  }

  private static Table table() {
    return new Table(
        "A | table",
        List.of(
            Column.key("algorithm", false),
            Column.key("budget", true),
            new Column("mean", true, 0),
            new Column("top 10 %", true, 0),
            new Column("n", true, 0),
            new Column("NFE", true, 2),
            new Column("ROWS", true, 4),
            new Column("REWARD", true, 5),
            new Column("wall", true, 1)),
        List.of(row("b", "200", "-2.0", "[-2.5, -1.5]"), row("a_1", "400", "1.50", "[1.25, 1.75]")),
        List.of("(a) incomplete: 1 of 16 trials are missing", "(b) too few"));
  }

  @Test
  void markdown() {
    assertEquals(
        """
        **A \\| table**

        | algorithm | budget | mean | top 10 % | n | NFE | ROWS | REWARD | wall |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | b (a) | 200 | -2.0 \\[-2.5, -1.5\\] | - (b) | 16 | 200 | 400 | 12.5 | 250 ms |
        | a\\_1 | 400 | 1.50 \\[1.25, 1.75\\] | - (b) | 16 | 200 | 400 | 12.5 | 250 ms |

        (a) incomplete: 1 of 16 trials are missing

        (b) too few
        """,
        Markdown.render(table()));
  }

  @Test
  void terminalBesideAndBelow() {
    String wide = Terminal.render(table(), 100);
    assertTrue(
        wide.contains("b (a)         200  -2.0 [-2.5, -1.5]     - (b)  16  200   400"), wide);
    String narrow = Terminal.render(table(), 60);
    assertTrue(
        narrow.contains(
            """
            b (a)         200          -2.0     - (b)  16   200    12.5
                               [-2.5, -1.5]                 400  250 ms
            """),
        narrow);
    assertTrue(narrow.lines().allMatch(l -> l.length() <= 60));
  }

  @Test
  void terminalLeavesOutAndSaysSo() {
    String text = Terminal.render(table(), 44);
    assertTrue(text.contains("Left out for want of room: REWARD"), text);
    assertTrue(text.lines().allMatch(l -> l.length() <= 44), text);
    Table long1 =
        new Table(
            "x",
            List.of(new Column("name", false, 0), new Column("n", true, 0)),
            List.of(
                new Table.Row(
                    List.of(
                        Cell.of("svdd[alpha=0.1,value=posterior-mean]\u001b[31m"), Cell.of("7")),
                    false)),
            List.of());
    String broken = Terminal.render(long1, 30);
    assertTrue(broken.contains("svdd[alpha=0.1,value="), broken);
    assertFalse(broken.contains("\u001b"));
  }

  @Test
  void textsAreAsWideAsTheTerminalWithinReason() {
    assertEquals(80, Terminal.width("80"));
    assertEquals(100, Terminal.width("200"));
    assertEquals(60, Terminal.width("20"));
    assertEquals(100, Terminal.width(""), "no terminal");
    assertEquals(100, Terminal.width("0"), "a terminal that does not know");
  }

  @Test
  void latexEscapesEverything() {
    assertEquals(
        "\\textbackslash{}input\\{a\\_b\\} 5\\% \\$\\#\\& \\textasciitilde{}\\textasciicircum{} {[}x{]}"
            + " {[}U+4E2D{]}é ",
        Latex.escape("\\input{a_b} 5% $#& ~^ [x] \u4e2d\u00e9\n"));
    String latex = Latex.render(table());
    assertTrue(latex.contains("\\raggedright a\\_1"));
    assertTrue(latex.contains("$-2.0$\\\\\\tiny $[-2.5, -1.5]$"));
    assertTrue(latex.contains("--\\textsuperscript{b}"));
  }

  @Test
  void htmlEscapesEverything() {
    assertEquals(
        "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp; \uFFFD",
        HtmlTable.escape("<a href=\"x\" title='y'>&amp; \u0000"));
    String html = HtmlTable.render(table());
    assertTrue(html.contains("<small>[\u22122.5, \u22121.5]</small>"), html);
    assertTrue(html.contains("<sup>b</sup>"));
  }

  @Test
  void csvQuotes() {
    assertEquals("a,\"b,c\",\"d\"\"e\",\"f\ng\"\n", Csv.line(List.of("a", "b,c", "d\"e", "f\ng")));
  }

  @Test
  void digitsFollowTheInterval() {
    assertEquals("0.123 [0.111, 0.135]", Numbers.both(interval(0.12345, 0.1111, 0.1351)));
    assertEquals("0.12 [0.08, 0.17]", Numbers.both(interval(0.12345, 0.0811, 0.1651)));
    assertEquals("12346 [12143, 12549]", Numbers.both(interval(12345.6, 12143, 12549)));
    assertEquals("0.0 [-1.2, 1.2]", Numbers.both(interval(-0.01, -1.2, 1.2)));
    assertEquals("3.00 [3.00, 3.00]", Numbers.both(interval(3, 3, 3)));
    assertEquals("1.20e-09", Numbers.value(interval(1.2e-9, 1.1e-9, 1.3e-9)));
    assertEquals("150.0k", Numbers.amount(150_000));
    assertEquals("12.5", Numbers.amount(12.5));
    assertEquals("2.5 min", Numbers.seconds(150));
    assertEquals("-0.942", Numbers.short4(-0.942));
    assertEquals("1235", Numbers.short4(1234.56));
    assertEquals("0", Numbers.short4(0));
    assertEquals("1.200e-09", Numbers.short4(1.2e-9));
    assertEquals("7.1 ms", Numbers.seconds(0.00712));
  }

  @Test
  void aPValueAtItsFloorIsABound() {
    TestResult.Tested least = new TestResult.Tested(1, 9e-4, true, "sign flips, all, trials", 12);
    assertEquals("<= 0.00090 (the smallest possible here)", Numbers.p(least));
    Table table =
        new Table(
            "t",
            List.of(new Column("a", false, 0), new Column("p", true, 0)),
            List.of(new Table.Row(List.of(Cell.of("x"), Cell.of(Numbers.p(least))), false)),
            List.of());
    assertTrue(HtmlTable.render(table).contains(">\u2264 0.00090 (the"));
    TestResult.Tested larger = new TestResult.Tested(1, 0.012, false, least.method(), 12);
    assertEquals("0.012", Numbers.p(larger));
  }

  @Test
  void everyRowHasEveryCell() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Table(
                "x",
                List.of(new Column("a", false, 0)),
                List.of(new Table.Row(List.of(), false)),
                List.of()));
  }

  /** Seven columns of which six fit: not six and a lone one, but four and three. */
  @Test
  void panelsShareTheirColumnsEvenly() {
    List<Column> columns = new ArrayList<>(List.of(Column.key("algorithm", false)));
    List<Cell> cells = new ArrayList<>(List.of(Cell.of("a")));
    for (int c = 0; c < 7; c++) {
      columns.add(new Column("c" + c, true, 0));
      cells.add(Cell.of("1"));
    }
    Table wide = new Table("x", columns, List.of(new Table.Row(cells, false)), List.of("note"));
    List<Table> panels = Stacking.panels(wide, t -> t.columns().size() <= 7);
    assertEquals(List.of(5, 4), panels.stream().map(t -> t.columns().size()).toList());
    assertEquals(List.of("note"), panels.get(1).notes());
    assertEquals("c6", panels.get(1).columns().get(3).header());
    List<Table> one = Stacking.panels(wide, t -> true);
    assertEquals(1, one.size());
    assertEquals(8, one.get(0).columns().size());
  }

  @Test
  void namesAreFileNames() {
    assertEquals("a-b-x-.-..-y", Slug.of("a/b\\x:.*..?y"));
    assertEquals("smc-alpha-0.1", Slug.of("smc[alpha=0.1]"));
  }
}
