package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.page.OwnScripts;
import io.github.tiltbench.report.page.Written;
import io.github.tiltbench.report.summary.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir Path folder;

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void imagesFromTrialsToPage() throws IOException {
    Files.writeString(folder.resolve("study.yaml"), "study: x # <script>alert(2)</script>\n");
    Files.writeString(
        folder.resolve("provenance.jsonl"),
        "{\"command\":\"tiltbench run <i>s</i>.yaml\",\"libraries\":{\"a\":\"1\"}}\n{\"comm");
    Files.createDirectories(folder.resolve("figures"));
    Files.writeString(folder.resolve("figures/curves-of-an-older-study.png"), "");
    Files.writeString(folder.resolve("figures/mine.png"), "");
    Written written = Report.write(Fixture.results(folder, Fixture.Kind.IMAGES, 8));

    assertEquals(
        Stream.concat(
                Stream.of("summary.json"),
                Stream.of(
                        "comparison",
                        "das",
                        "scaling",
                        "scaling-fits",
                        "smc-health",
                        "summary",
                        "svdd")
                    .flatMap(t -> Stream.of(t + ".csv", t + ".html", t + ".md", t + ".tex")))
            .collect(Collectors.toCollection(TreeSet::new)),
        names(folder.resolve("tables")));
    Set<String> figures = names(folder.resolve("figures"));
    assertTrue(figures.contains("curves-fashion-jpeg-q0.5.png"), figures::toString);
    assertTrue(figures.contains("samples-fashion-jpeg-all.png"), figures::toString);
    assertTrue(figures.contains("mine.png"));
    assertFalse(figures.contains("curves-of-an-older-study.png"));

    for (String name : figures) {
      String twin =
          name.endsWith(".svg") ? name.replace(".svg", ".png") : name.replace(".png", ".svg");
      assertTrue(name.equals("mine.png") || figures.contains(twin), name);
    }

    String page = OwnScripts.without(Files.readString(written.page()));
    assertFalse(Pattern.compile("<(script|i|b|img src=x)>").matcher(page).find(), "escaped");
    assertTrue(page.contains("&lt;b&gt;T-shirt &amp; co&lt;/b&gt;"));
    assertTrue(page.contains("tiltbench run &lt;i&gt;s&lt;/i&gt;.yaml"));
    assertFalse(
        Pattern.compile("(src|href|url)\\s*[=(]\\s*[\"']?(http|//|file)").matcher(page).find());
    assertTrue(page.contains("2 trials of 1 of 10 cells are missing"));
    assertTrue(page.contains("verifier, returned NaN"));
    assertTrue(page.contains("spends 90 % of its budget"));
    assertTrue(page.contains("the verifier has no gradient"));

    for (String line : written.terminal().split("\n", -1)) {
      assertTrue(line.length() <= 100, line);
    }
    assertTrue(
        written.terminal().contains("incomplete: 2 of 24 trials are missing, 1 of them failed"));
    assertTrue(
        written
            .terminal()
            .replaceAll("\\s+", " ")
            .contains(
                "The numbers rest on part of the trials: fashion x jpeg x"
                    + " svdd[alpha=0.0,value=posterior-mean] at 800 is incomplete: 2 of 24"),
        "the answer says it too");
  }
}
