package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that finds nothing missing shows the report that lies there, if it still holds. */
class RunAgainTest {
  private static final String MARK = "<!-- the same file -->";

  @TempDir Path folder;
  private Path study;
  private Path out;
  private Console first;

  private static String study(int repetitions, String metrics) {
    return """
    study: again
    seed: 1
    repetitions: %d
    count: 1
    models:
      bell: {kind: gaussian, mean: [0, 0], variance: [1, 1], process: {kind: ddim, steps: 4}}
    verifiers:
      push: {kind: linear, coefficients: [1, 0]}
    beta: 1
    algorithms: [pretrained, best-of-n]
    budgets: {unit: nfe, per: sample, at: [8]}
    metrics: %s
    """
        .formatted(repetitions, metrics);
  }

  @BeforeEach
  void runOnce() throws IOException {
    study = Files.writeString(folder.resolve("study.yaml"), study(2, "[reward]"));
    out = folder.resolve("out");
    first = run();
    assertEquals(0, first.code(), first.err());
    Files.writeString(page(), MARK, StandardOpenOption.APPEND);
  }

  private Path page() {
    return out.resolve("report.html");
  }

  private Console run() {
    return Console.run("run", study.toString(), "--out", out.toString());
  }

  private boolean kept() throws IOException {
    return Files.readString(page()).endsWith(MARK);
  }

  @Test
  void showsTheSameTables() throws IOException {
    Console again = run();
    assertEquals(first.out(), again.out());
    assertTrue(again.out().contains("best-of-n"), again.out());
    assertTrue(kept(), "the page was made anew");
  }

  @Test
  void reportMakesItAnew() throws IOException {
    assertEquals(0, Console.run("report", out.toString()).code());
    assertFalse(kept());
  }

  @Test
  void newTrialsAreInIt() throws IOException {
    Files.writeString(study, study(3, "[reward]"));
    assertEquals(0, run().code());
    assertFalse(kept());
  }

  @Test
  void otherMetricsAreInIt() throws IOException {
    Files.writeString(study, study(2, "[reward, law]"));
    assertEquals(0, run().code());
    assertTrue(Files.readString(out.resolve("tables/summary.csv")).contains("law-"));
    assertFalse(kept());
  }

  @Test
  void anotherTerminalHasAnotherReport() throws IOException {
    String columns = System.setProperty("tiltbench.columns", "64");
    try {
      assertTrue(run().out().lines().allMatch(l -> l.length() <= 64 || l.startsWith("report: ")));
    } finally {
      System.setProperty("tiltbench.columns", columns == null ? "" : columns);
    }
    assertFalse(kept());
  }

  @Test
  void aDamagedTrialIsNoticed() throws IOException {
    Path line;
    try (Stream<Path> files = Files.walk(out.resolve("cells"))) {
      line = files.filter(f -> f.getFileName().toString().startsWith("trials-")).findFirst().get();
    }
    List<String> lines = Files.readAllLines(line);
    Files.write(line, lines.subList(1, lines.size()));
    assertEquals(0, run().code());
    assertFalse(kept());
  }

  @Test
  void whatIsMissingIsMade() throws IOException {
    try (Stream<Path> tables = Files.list(out.resolve("tables"))) {
      for (Path table : tables.toList()) {
        Files.delete(table);
      }
    }
    Files.delete(out.resolve("tables"));
    assertEquals(0, run().code());
    assertTrue(Files.exists(out.resolve("tables/summary.csv")));
    Files.delete(out.resolve("tables/summary.csv"));
    assertEquals(0, run().code());
    assertTrue(Files.exists(out.resolve("tables/summary.csv")));
  }

  @Test
  void aReportThatIsHalfMadeIsMadeAnew() throws IOException {
    Path table = out.resolve("tables/summary.csv");
    Path place = Files.createDirectory(folder.resolve("place"));
    Files.delete(table);
    Files.createSymbolicLink(table, place);
    assertNotEquals(0, Console.run("report", out.toString()).code());
    assertFalse(Files.exists(out.resolve("report.txt")));
  }
}
