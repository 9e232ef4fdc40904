package io.github.tiltbench.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  /** A run as JMH writes it, with the times of its iterations. */
  private static String json(double... rates) {
    String values = Arrays.toString(rates);
    return """
    [{"benchmark": "io.github.tiltbench.benchmarks.kernel.NoiseBenchmark.addressed",
      "jvmArgs": ["-Xmx512m"], "params": {"shape": "64x784"},
      "primaryMetric": {"scoreUnit": "ops/s", "rawData": [%s]},
      "secondaryMetrics": {"gc.alloc.rate.norm":
        {"scoreUnit": "B/op", "rawData": [[16.0, 16.0, 16.0]]}}}]
    """
        .formatted(values);
  }

  @Test
  void aWrongFilterNamesTheNearest() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Choice.all().matching("Resamplng"));
    assertEquals("no benchmark matches 'Resamplng'; did you mean 'Resampling'?", e.getMessage());
    assertEquals(2, Main.run("bench", "Resamplng"));
    assertEquals(2, Main.run("bench", "("));
  }

  @Test
  void aFilterChooses() {
    assertEquals(
        List.of("SelectBenchmark.copy", "SelectBenchmark.select"),
        Choice.all().matching("selectbench").entries().stream().map(Choice::name).toList());
  }

  @Test
  void boundsComeFromTheFileAlone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.json");
    Files.writeString(file, json(1, 1, 1));
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertEquals(0, Main.run("bench", "--bounds", file.toString()));
    } finally {
      System.setOut(out);
    }
    String text = printed.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("| largest heap given, MB | met "), text);
  }

  @Test
  void runsAreComparedByNameAndParameters(@TempDir Path folder) throws IOException {
    Path now = Files.writeString(folder.resolve("now.json"), json(198, 200, 202));
    Path before = Files.writeString(folder.resolve("before.json"), json(99, 100, 101));
    RunComparison c = RunComparison.of(JmhFile.read(now), JmhFile.read(before)).get(0);
    assertEquals(2, c.speed().value(), 1e-9);
    assertEquals("faster", c.verdict());
    String row = BenchReport.comparisons(List.of(c)).lines().skip(2).findFirst().orElseThrow();
    assertTrue(row.startsWith("| NoiseBenchmark.addressed | shape=64x784 |"), row);
  }

  @Test
  void ratesAreInTheUnitOfWhatIsHandled(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), json(1000, 1000, 1000));
    String row = BenchReport.scores(JmhFile.read(file)).lines().skip(2).findFirst().orElseThrow();
    assertTrue(row.contains("64.00k particles/s"), row);
    assertTrue(row.contains("16.00"), row);
  }

  @Test
  void whatIsNotJmhsIsRefused(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "{}");
    assertThrows(IllegalArgumentException.class, () -> JmhFile.read(file));
    assertEquals(2, Main.run("bench", "--bounds", file.toString()));
  }

  /** What a run writes beside its numbers. */
  @Test
  void circumstancesAreKnown() {
    Circumstances circumstances =
        new Circumstances("tiltbench bench", Settings.QUICK, Map.of("djl", "0"));
    Map<String, Object> told = circumstances.ended();
    assertEquals("tiltbench bench", told.get("command"));
    assertEquals("quick", told.get("settings"));
    assertTrue((int) told.get("cores") > 0);
    assertTrue(circumstances.brief().contains("settings quick"), circumstances.brief());
  }

  /** The full run was promised to take about an hour, the quick one in five minutes. */
  @Test
  void runsStayShort() {
    assertTrue(minutes(Settings.FULL) <= 70, "full: " + minutes(Settings.FULL));
    assertTrue(minutes(Settings.QUICK) <= 5, "quick: " + minutes(Settings.QUICK));
  }

  private static double minutes(Settings settings) {
    double seconds = 0;
    for (Group group : Group.values()) {
      seconds += Choice.all().in(group).size(settings.parameters(group)) * settings.seconds(group);
    }
    return seconds / 60;
  }
}
