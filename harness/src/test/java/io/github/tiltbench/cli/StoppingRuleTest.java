package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.result.Looks;
import io.github.tiltbench.result.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study whose cells run until their answer is known, as a user would see it. */
class StoppingRuleTest {
  private static final String STUDY =
      """
      study: stopped
      seed: 3
      repetitions: {at_most: 96, until: {width: 0.42, of: median}}
      count: 2
      prompts: [a, b]
      models:
        mixture:
          kind: gaussian-mixture
          weights: [0.3, 0.7]
          means: [[-2, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 5, eta: 1.0, scheduler: {clip_sample: false}}
      verifiers:
        push: {kind: linear, coefficients: [1.0, 0.5]}
      beta: 0.5
      algorithms: [pretrained, best-of-n, smc]
      budgets: {unit: nfe, per: sample, at: [10, 20]}
      baseline: best-of-n
      primary: smc
      metrics: [reward, ess]
      """;

  @TempDir Path folder;
  private Path study;

  @BeforeEach
  void writeStudy() throws IOException {
    study = Files.writeString(folder.resolve("stopped.yaml"), STUDY);
  }

  private Console run(Path out, String... more) {
    return Console.run(
        Stream.concat(
                Stream.of("run", study.toString(), "--out", out.toString(), "--no-report"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private String export(Path out) throws IOException {
    Path csv = folder.resolve(out.getFileName() + ".csv");
    Console console = Console.run("export", out.toString(), "--samples", csv.toString());
    assertEquals(0, console.code(), console.err());
    return Files.readString(csv);
  }

  private static Map<String, Looks.Standing> standings(Path out) {
    return Results.read(out).standings();
  }

  private static int stored(Path out) throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      int lines = 0;
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("trials-")).toList()) {
        lines += Files.readAllLines(file).size();
      }
      return lines;
    }
  }

  /** Workers, shards in any order, cohorts and a run in small parts: the same export. */
  @Test
  void whereACellStopsDependsOnItsTrialsAlone() throws IOException {
    Path whole = folder.resolve("whole");
    assertEquals(0, run(whole, "--workers", "1").code());
    assertTrue(
        standings(whole).values().stream().allMatch(s -> s.ending() == Looks.Ending.MET),
        "" + standings(whole));
    assertTrue(standings(whole).values().stream().distinct().count() > 1, "" + standings(whole));
    Path two = folder.resolve("two");
    assertEquals(0, run(two, "--workers", "2").code());
    Path parts = folder.resolve("parts");
    assertEquals(0, run(parts, "--shard", "1/2").code());
    assertNotEquals(standings(whole), standings(parts));
    assertEquals(0, run(parts, "--shard", "0/2").code());
    Path cohorts = folder.resolve("cohorts");
    assertEquals(0, run(cohorts, "--cohort", "3").code());
    Path limited = folder.resolve("limited");
    assertEquals(0, run(limited, "--limit", "20").code());
    assertNotEquals(standings(whole), standings(limited));
    assertEquals(0, run(limited, "--only", "smc").code());
    assertEquals(0, run(limited).code());
    String expected = export(whole);
    for (Path other : List.of(two, parts, cohorts, limited)) {
      assertEquals(standings(whole), standings(other), "" + other);
      assertTrue(expected.equals(export(other)), other + ": the bytes differ");
    }
  }

  @Test
  void aKilledRunGoesOnToTheSameBytes() throws IOException, InterruptedException {
    Path whole = folder.resolve("whole");
    assertEquals(0, run(whole).code());
    Path killed = folder.resolve("killed");
    int before = 0;
    for (int kill = 0; kill < 2; kill++) {
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "io.github.tiltbench.cli.Main",
                  "run",
                  study.toString(),
                  "--out",
                  killed.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      while (child.isAlive() && (!Files.exists(killed) || stored(killed) <= before)) {
        Thread.sleep(5);
      }
      child.destroyForcibly().waitFor();
      assertTrue(stored(killed) > before, "killed before it had stored a trial");
      before = stored(killed);
    }
    assertEquals(0, run(killed, "--workers", "2").code());
    assertEquals(standings(whole), standings(killed));
    assertTrue(export(whole).equals(export(killed)), "the bytes differ");
  }

  /** Another rule on the same folder reuses what is stored and runs only what is new. */
  @Test
  void aChangedRuleKeepsWhatIsThere() throws IOException {
    Path out = folder.resolve("out");
    assertEquals(0, run(out).code());
    int loose = stored(out);
    Files.writeString(study, STUDY.replace("width: 0.42", "width: 0.33"));
    assertEquals(0, run(out).code());
    assertTrue(stored(out) > loose);
    String narrow = export(out);
    Path anew = folder.resolve("anew");
    assertEquals(0, run(anew).code());
    assertTrue(narrow.equals(export(anew)), "the bytes differ");
    int all = stored(out);
    Files.writeString(study, STUDY);
    assertEquals(0, run(out).code());
    assertEquals(all, stored(out), "a looser rule runs nothing");
  }

  @Test
  void theReportSaysWhichLookStoppedACell() throws IOException {
    Path out = folder.resolve("out");
    assertEquals(0, run(out).code());
    Console report = Console.run("report", out.toString());
    assertEquals(0, report.code(), report.err());
    assertTrue(report.out().contains("stopped by the rule at look "), report.out());
    assertTrue(report.out().contains("median, top 10 % by time-uniform"), report.out());
    String page = Files.readString(out.resolve("report.html"));
    assertTrue(page.contains("until the interval of the median is at most 0.42 wide"), "the rule");
    assertTrue(page.contains("stopped by the rule."), "how cells ended");
    List<String> fixed =
        Files.readAllLines(out.resolve("tables/summary.csv")).stream()
            .skip(1)
            .filter(line -> !line.contains("time-uniform") && !line.contains(",,,,"))
            .toList();
    assertEquals(List.of(), fixed);
  }

  @Test
  void planSaysAtLeastAndAtMost() {
    Console plan = Console.run("plan", study.toString(), "--no-probe");
    assertEquals(0, plan.code(), plan.err());
    assertTrue(plan.out().contains("at most 96 repetitions"), plan.out());
    assertTrue(plan.out().contains("rule: from 16 to at most 96 repetitions"), plan.out());
    assertTrue(plan.out().contains("in all at least 4,160 and at most 24,960 NFE"), plan.out());
  }

  /** A pilot tells how many repetitions a narrower interval takes. */
  @Test
  void planSaysByAPilotWhatIsNeeded() throws IOException {
    Path pilot = folder.resolve("pilot");
    assertEquals(0, run(pilot, "--only", "smc").code());
    Path narrow =
        Files.writeString(
            folder.resolve("narrow.yaml"),
            STUDY.replace("width: 0.42", "width: 0.3").replace("at_most: 96", "at_most: 400"));
    String[] command = {"plan", narrow.toString(), "--power", pilot.toString()};
    Console plan = Console.run(command);
    assertEquals(0, plan.code(), plan.err());
    assertEquals(plan, Console.run(command));
    assertTrue(plan.out().contains("Repetitions needed for each cell, by a pilot"), plan.out());
    assertTrue(
        plan.out().lines().anyMatch(l -> l.matches("smc +20 .* [0-9]+ \\[[0-9]+, [0-9]+\\]")),
        plan.out());
    assertTrue(plan.out().contains("best-of-n has no finished trials"), plan.out());
    Files.writeString(narrow, STUDY.replaceFirst("repetitions: .*", "repetitions: 9"));
    String contrasts = Console.run(command).out().replaceAll("\\s+", " ");
    assertTrue(contrasts.contains("Repetitions needed against best-of-n"), contrasts);
    assertTrue(contrasts.contains("looks from 256 to 4096"), contrasts);
    Console none = Console.run("plan", narrow.toString(), "--power", folder.toString());
    assertEquals(2, none.code(), none.err());
  }

  @Test
  void statusSaysHowManyCellsHaveStopped() {
    Path out = folder.resolve("out");
    assertEquals(0, run(out, "--only", "smc").code());
    String status = Console.run("status", out.toString()).out().replaceAll("\\s+", " ");
    // three cells of 16 rounds asked for by now, 80 more of 2 prompts each
    assertTrue(
        status.contains(
            "Stopped by now: 2 of 5 cells; later looks may ask for up to 480 trials more."),
        status);
  }
}
