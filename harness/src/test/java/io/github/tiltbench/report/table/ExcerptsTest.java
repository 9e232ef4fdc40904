package io.github.tiltbench.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.report.page.Block;
import io.github.tiltbench.report.page.HtmlPage;
import io.github.tiltbench.report.page.Latex;
import io.github.tiltbench.report.page.Markdown;
import io.github.tiltbench.report.page.Picture;
import io.github.tiltbench.report.page.PictureRow;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.summary.Fixture;
import io.github.tiltbench.report.summary.Pool;
import io.github.tiltbench.report.summary.Rows;
import io.github.tiltbench.report.summary.SampleText;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Stored;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.TrialId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExcerptsTest {
  private static final String ATTACK =
      "</pre></p></code><script>alert(1)</script><img src=x onerror=alert(2)> \\input{/etc/passwd}"
          + " $x$ | [a](javascript:alert(3)) `b` &lt; \u202e";

  private static final String DRAWING =
      "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(4)'><script>alert(5)</script></svg>";

  private static List<String> places(double[] values, double... weights) {
    return Excerpts.places(new Pool(values, weights)).entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .toList();
  }

  @Test
  void theFirstAmongEqualsAndNothingWithoutWeight() {
    double[] five = {0.2, 0.2, 0.2, 0.2, 0.2};
    assertEquals(
        List.of("1 [best]", "0 [median]", "2 [worst]"), places(new double[] {3, 9, 1, 3, 9}, five));
    // four fifths lie at or under 1, which is the lowest as well
    assertEquals(
        List.of("1 [best]", "0 [median, worst]"), places(new double[] {1, 2, 1}, 0.4, 0.2, 0.4));
    assertEquals(
        List.of("2 [best]", "0 [median, worst]"), places(new double[] {3, 9, 4}, 0.6, 0, 0.4));
    assertEquals(List.of("0 [best, median, worst]"), places(new double[] {7, 7}, 0.5, 0.5));
    double none = Double.NEGATIVE_INFINITY;
    assertEquals(
        List.of("2 [best]", "0 [median, worst]"), places(new double[] {none, none, 1}, .3, .3, .4));
  }

  @Test
  void eachAlgorithmHasItsThreeWithTheirScores() {
    Results results = Fixture.results(Path.of("none"), Fixture.Kind.TOKENS, 8);
    Task task = Rows.task(results);
    Excerpts found = Excerpts.of(results, new StudyComponents(results), task);
    assertEquals(3 * task.largest().size(), found.excerpts().size());
    for (PlanFile.Row cell : task.largest()) {
      List<Excerpts.Excerpt> own =
          found.excerpts().stream().filter(e -> e.cell().equals(cell)).toList();
      double[] rewards =
          results.trials(cell).stream()
              .flatMapToDouble(t -> Arrays.stream(t.rewards()))
              .sorted()
              .toArray();
      assertEquals(List.of("best", "median", "worst"), own.stream().map(e -> e.place()).toList());
      assertEquals(rewards[rewards.length - 1], own.get(0).reward());
      assertEquals(rewards[0], own.get(2).reward());
      for (Excerpts.Excerpt e : own) {
        int[] tokens = ((Batch.Tokens) results.samples(e.trial())).row(e.index());
        assertEquals(e.index() == 0 ? "0 1 2 1" : "2 2 0 1", e.sample().text());
        assertEquals(4, tokens.length);
        assertEquals(
            e.trial().crossRewards().get("classifier")[e.index()],
            e.by("classifier").orElseThrow());
      }
    }
    View view = Excerpts.view(results.plan(), List.of(found)).orElseThrow();
    assertEquals(1 + found.excerpts().size(), view.csv().lines().count());
  }

  @Test
  void imagesHaveNone() {
    Results results = Fixture.results(Path.of("none"), Fixture.Kind.IMAGES, 2);
    Excerpts none = Excerpts.of(results, new StudyComponents(results), Rows.task(results));
    assertTrue(Excerpts.view(results.plan(), List.of(none)).isEmpty());
  }

  private static Table table(SampleText... texts) {
    Results results = Fixture.results(Path.of("none"), Fixture.Kind.TOKENS, 1);
    Task task = Rows.task(results);
    PlanFile.Row cell = task.largest().get(0);
    Trial trial =
        new Trial(
            new TrialId("0123456789ab", "bag", 0),
            new Stored.Inline(new Batch.Tokens(new int[] {0, 1}, 2)),
            true,
            new double[1],
            new double[] {0.5},
            Map.of(),
            Cost.ZERO,
            Map.of(),
            Map.of(),
            0);
    Excerpts all =
        new Excerpts(
            task,
            List.of(texts).stream()
                .map(t -> new Excerpts.Excerpt(cell, "best", trial, 0, t))
                .toList());
    Optional<View> view = Excerpts.view(results.plan(), List.of(all));
    return view.orElseThrow().tables().get(0);
  }

  @Test
  void noTextIsMarkupInAnyForm() {
    Table table = table(new SampleText(ATTACK, ATTACK));
    String tex = Latex.render(table);
    assertFalse(tex.contains("\\input{") || tex.contains("$x$"), tex);
    String md = Markdown.render(table);
    assertFalse(md.contains("<script>") || md.contains("[a](") || md.contains(" `b`"), md);
    assertTrue(md.contains("\\<script\\>"), md);
    List<Block> blocks =
        List.of(
            new Block.Tabular(table),
            new Block.Samples(
                "t",
                List.of(
                    new PictureRow(
                        ATTACK,
                        List.of(
                            new Picture.Text(
                                ATTACK, ATTACK, Optional.of(DRAWING), "best\n" + ATTACK)))),
                ""));
    String page = HtmlPage.render("s", blocks);
    assertFalse(page.contains("<script") || page.contains("<svg") || page.contains("</pre"), page);
    String image = Base64.getEncoder().encodeToString(DRAWING.getBytes(StandardCharsets.UTF_8));
    assertTrue(page.contains("<img class=\"drawing\" src=\"data:image/svg+xml;base64," + image));
    assertEquals(1, page.split("<img", -1).length - 1);
    assertTrue(
        page.contains(
            "<mark>&lt;/pre&gt;&lt;/p&gt;&lt;/code&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
        page);
  }

  private static String page(String given, String written) {
    return HtmlPage.render(
        "s",
        List.of(
            new Block.Samples(
                "t",
                List.of(
                    new PictureRow(
                        "r", List.of(new Picture.Text(given, written, Optional.empty(), "best")))),
                "")));
  }

  @Test
  void emptyAndLongTexts() {
    assertTrue(page("", " ").contains("<p class=\"text\"><em>empty</em></p>"));
    assertTrue(page("a b", " c").contains("<p class=\"text\"><mark>a b</mark> c</p>"));
    String words = "word ".repeat(2000);
    assertTrue(
        page("", words)
            .contains(
                "<p class=\"text\" tabindex=\"0\" role=\"region\" aria-label=\"text of the sample,"
                    + " best\">word word"));
    Table table = table(new SampleText("", ""), new SampleText("", words));
    List<String> shown = table.rows().stream().map(r -> r.cells().get(3).text()).toList();
    assertEquals("(empty)", shown.get(0));
    assertEquals(404, shown.get(1).length());
    assertTrue(shown.get(1).endsWith(" ..."));
  }
}
