package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.page.OwnScripts;
import io.github.tiltbench.report.page.Written;
import io.github.tiltbench.report.summary.Fixture;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.study.published.Published;
import io.github.tiltbench.study.published.PublishedNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report with the layouts that a study asks for and with published numbers. */
class PublishedTest {
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
    Written written = Report.write(asking(folder, List.of("svdd", "smc-health", "exactness")));
    try (Stream<Path> files = Files.list(folder.resolve("tables"))) {
      assertEquals(
          List.of(
              "comparison.md",
              "published.md",
              "samples.md",
              "smc-health.md",
              "summary.md",
              "svdd.md"),
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

    String page = OwnScripts.without(Files.readString(written.page()));
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
    assertTrue(csv.get(3).startsWith("fashion,jpeg,das,,,,*,q0.5,,,,,,,arXiv:1"), csv.get(3));
  }
}
