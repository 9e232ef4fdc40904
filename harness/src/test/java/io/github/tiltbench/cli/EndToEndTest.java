package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.result.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a study file to tables and back, as a user would. */
class EndToEndTest {
  private static final String STUDY =
      """
      study: toy
      seed: 3
      repetitions: 6
      count: 4
      prompts: [a, b]
      models:
        mixture:
          kind: gaussian-mixture
          weights: [0.3, 0.7]
          means: [[-2, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 10, eta: 1.0, scheduler: {clip_sample: false}}
        tokens:
          kind: markov-chain
          length: 6
          initial: [0.5, 0.3, 0.2]
          transition: [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]]
          process: {kind: ancestral, steps: 6}
      verifiers:
        push: {kind: linear, coefficients: [1.0, 0.5]}
        twos: {kind: tokens, scores: [0, 0, 1]}
      beta: 0.5
      algorithms: [pretrained, best-of-n, smc: {returns: [one, all]}, svdd: {alpha: [0.0, 0.5]}]
      budgets: {unit: nfe, per: sample, at: [40, 80]}
      """;

  @TempDir Path folder;
  private Path study;

  @BeforeEach
  void writeStudy() throws IOException {
    study = Files.writeString(folder.resolve("toy.yaml"), STUDY);
  }

  private Console run(Path out, String... more) {
    return Console.run(
        Stream.concat(Stream.of("run", study.toString(), "--out", out.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  private String export(Path out) throws IOException {
    Path csv = folder.resolve(out.getFileName() + ".csv");
    Console console = Console.run("export", out.toString(), "--samples", csv.toString());
    assertEquals(0, console.code(), console.err());
    return Files.readString(csv);
  }

  /** All stored lines without the parts that are measured. */
  private static Set<String> lines(Path out) throws IOException {
    try (Stream<Path> files = Files.walk(out.resolve("cells"))) {
      List<Path> trials =
          files.filter(f -> f.getFileName().toString().startsWith("trials-")).toList();
      Set<String> lines = new TreeSet<>();
      for (Path file : trials) {
        for (String line : Files.readAllLines(file)) {
          lines.add(line.replaceAll("\"(wall_s|crc)\":[^,}]*", ""));
        }
      }
      return lines;
    }
  }

  /** Equality without printing a thousand lines. */
  private static void assertSame(Object expected, Object actual) {
    assertTrue(expected.equals(actual), "the bytes differ");
  }

  @Test
  void aRunEndsInTableAndReport() throws IOException {
    Path out = folder.resolve("first");
    Console console = run(out);
    assertEquals(0, console.code(), console.err());
    assertTrue(console.out().contains("svdd"), console.out());
    assertTrue(
        console.out().lines().allMatch(line -> line.length() <= 100), "wider than 100 columns");
    assertTrue(Files.size(out.resolve("report.html")) > 1000);
    assertTrue(Files.readString(out.resolve("tables/summary.csv")).startsWith("study,model,"));
    assertEquals(0, Console.run("verify", out.toString()).code());
    assertEquals(0, Console.run("report", out.toString()).code());
  }

  @Test
  void twoRunsAndShardsGiveTheSameBytes() throws IOException {
    Path whole = folder.resolve("whole");
    Path again = folder.resolve("again");
    Path parts = folder.resolve("parts");
    assertEquals(0, run(whole).code());
    assertEquals(0, run(again, "--workers", "3").code());
    for (int i = 2; i >= 0; i--) {
      assertEquals(0, run(parts, "--shard", i + "/3").code());
    }
    assertSame(lines(whole), lines(again));
    assertSame(lines(whole), lines(parts));
    assertSame(export(whole), export(again));
    assertSame(export(whole), export(parts));
  }

  /** Analytic models round alike in any company. */
  @Test
  void cohortsDoNotMatterWithoutNetworks() throws IOException {
    Path alone = folder.resolve("alone");
    Path together = folder.resolve("together");
    assertEquals(0, run(alone, "--cohort", "1").code());
    assertEquals(0, run(together, "--cohort", "100rows").code());
    assertSame(lines(alone), lines(together));
    String provenance = Files.readString(together.resolve("provenance.jsonl"));
    assertTrue(provenance.contains("\"cohort\":\"100 rows\""), provenance);
    assertEquals(0, run(together, "--cohort", "100rows").code());
    assertEquals(0, run(together).code());
    Console other = run(together, "--cohort", "3");
    assertEquals(2, other.code());
    assertTrue(other.err().contains("begun with --cohort 100rows"), other.err());
    assertEquals(0, run(together, "--cohort", "auto").code(), "as it was begun");
    Console part = run(folder.resolve("none"), "--cohort", "auto", "--shard", "0/2");
    assertEquals(2, part.code());
    assertTrue(part.err().contains("give all of them one --cohort"), part.err());
    Console none = run(folder.resolve("none"), "--cohort", "many");
    assertEquals(2, none.code());
    assertTrue(none.err().contains("16rows,64guided, not 'many'"), none.err());
    assertFalse(Files.exists(folder.resolve("none")));
  }

  @Test
  void aKilledRunGoesOnToTheSameBytes() throws IOException, InterruptedException {
    Path whole = folder.resolve("whole");
    Path killed = folder.resolve("killed");
    assertEquals(0, run(whole).code());
    int stored = 0;
    for (int delay : new int[] {700, 900, 1100, 1400}) {
      Process child = child("run", study.toString(), "--out", killed.toString());
      child.waitFor(delay, TimeUnit.MILLISECONDS);
      child.destroyForcibly().waitFor();
      int now = Files.isDirectory(killed.resolve("cells")) ? lines(killed).size() : 0;
      assertTrue(now >= stored, "a finished trial was lost");
      stored = now;
    }
    assertEquals(0, run(killed).code());
    assertSame(lines(whole), lines(killed));
    assertSame(export(whole), export(killed));
  }

  private static Process child(String... arguments) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.github.tiltbench.cli.Main"),
                Stream.of(arguments))
            .collect(Collectors.toList());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** A value function learned once a prompt: stopped, resumed and in shards, the same bytes. */
  @Test
  void learningGivesTheSameBytesAgain() throws IOException {
    Files.writeString(
        study,
        STUDY
            .replace("prompts: [a, b]", "prompts: [a]")
            .replaceFirst("(?s)  tokens:.*?verifiers:", "verifiers:")
            .replace("  twos: {kind: tokens, scores: [0, 0, 1]}\n", "")
            .replaceFirst("algorithms: .*", "algorithms: [svdd: {value: monte-carlo}]")
            .replace("at: [40, 80]", "at: [40], fit: 300"));
    Console plan = Console.run("plan", "--no-probe", study.toString());
    assertTrue(
        plan.out().contains("svdd: 300 NFE and 30 REWARD a prompt, 300 NFE in all"), plan.out());
    Path whole = folder.resolve("whole");
    Console console = run(whole, "--cohort", "2");
    assertEquals(0, console.code(), console.err());
    assertTrue(console.out().contains("learned once a prompt for 300 NFE"), console.out());
    Set<String> lines = lines(whole);
    assertEquals(6, lines.size());
    assertTrue(lines.stream().allMatch(l -> l.contains("\"fit_nfe\":300")), lines.toString());
    Path parts = folder.resolve("parts");
    assertEquals(0, run(parts, "--cohort", "2", "--shard", "1/2").code());
    assertTrue(lines(parts).size() < 6);
    assertEquals(0, run(parts, "--cohort", "2").code());
    assertSame(lines, lines(parts));
  }

  @Test
  void moreRepetitionsKeepWhatIsThere() throws IOException {
    Path out = folder.resolve("grown");
    assertEquals(0, run(out).code());
    Set<String> before = lines(out);
    Files.writeString(study, STUDY.replace("repetitions: 6", "repetitions: 8"));
    Console console = run(out);
    assertEquals(0, console.code());
    assertTrue(console.err().contains("kept"), console.err());
    assertTrue(lines(out).containsAll(before));
    Path fresh = folder.resolve("fresh");
    assertEquals(0, run(fresh).code());
    assertSame(export(fresh), export(out));
  }

  @Test
  void aReorderedStudyIsTheSameStudy() throws IOException {
    Path out = folder.resolve("order");
    assertEquals(0, run(out).code());
    String models = STUDY.substring(STUDY.indexOf("models:"), STUDY.indexOf("verifiers:"));
    Files.writeString(
        study, STUDY.replace(models, "").replace("prompts: [a, b]", "prompts: [b, a]") + models);
    Console console = run(out);
    assertEquals(0, console.code(), console.err());
    assertTrue(console.err().contains("0 trials to run"), console.err());
  }

  @Test
  void aDamagedLineIsRunAgain() throws IOException {
    Path out = folder.resolve("damaged");
    assertEquals(0, run(out).code());
    final String before = export(out);
    Path file;
    try (Stream<Path> files = Files.walk(out.resolve("cells"))) {
      file = files.filter(f -> f.getFileName().toString().startsWith("trials-")).findFirst().get();
    }
    List<String> lines = Files.readAllLines(file);
    lines.set(1, lines.get(1).replaceFirst("[0-9]", "x"));
    Files.write(file, lines);
    Console verify = Console.run("verify", out.toString());
    assertEquals(1, verify.code());
    assertTrue(verify.out().contains(":2"), verify.out());
    assertEquals(0, run(out).code());
    assertSame(before, export(out));
  }

  /** Bad usage and bad studies: exit code 2 and one line, never a stack trace. */
  @Test
  void badInputIsOneLine() throws IOException {
    assertBad(STUDY.replace("beta: 0.5", "bta: 0.5"), "beta");
    assertBad(STUDY.replace("svdd:", "sdvv:"), "svdd");
    assertBad(STUDY.replace("beta: 0.5", "beta: -1"), "beta");
    assertBad(STUDY.replace("beta: 0.5", "beta: .nan"), "beta");
    assertBad(STUDY.replace("beta: 0.5", "beta: 0.5\nbeta: 0.5"), "beta");
    assertBad(STUDY.replace("weights: [0.3, 0.7]", "weights: [0.3, 0.6]"), "sum");
    assertBad(STUDY.replace("[[-2, 0], [1.5, 1]]", "[[-2, 0], [1.5]]"), "means");
    assertBad(STUDY.replace("repetitions: 6", "repetitions: many"), "repetitions");
    assertBad(STUDY.replace("study: toy", "study: ../toy"), "study");
    assertBad(STUDY.replace("algorithms:", "algorithms: [] #"), "algorithms");
    assertBad("", "empty");
    assertBad("[".repeat(100_000), "deep");
    assertBad(STUDY.replace("at: [40, 80]", "at: [3]"), "budget");
    Console missing = Console.run("run", folder.resolve("none.yaml").toString());
    assertEquals(2, missing.code());
    assertEquals(1, missing.err().lines().count(), missing.err());
    assertEquals(2, Console.run("run").code());
    assertEquals(2, Console.run("rnu").code());
  }

  private void assertBad(String text, String word) throws IOException {
    Files.writeString(study, text);
    Path out = folder.resolve("bad");
    Console console = run(out);
    assertEquals(2, console.code(), console.err());
    assertEquals(1, console.err().lines().count(), console.err());
    assertTrue(console.err().contains(word), console.err());
    assertFalse(console.err().contains("\tat "), console.err());
    assertFalse(Files.exists(out), "something was run");
  }

  /** A verifier that breaks its contract fails its own trials by name and no other. */
  @ParameterizedTest
  @CsvSource({
    "undefined, best-of-n, NaN, 24",
    "short, best-of-n, scores for, 24",
    "throws, best-of-n, asleep, 24",
    "infinite, best-of-n, Infinity, 24",
    "undefined, das, NaN, 12",
    "infinite, das, Infinity, 12",
    "slope, das, gradient of the reward is not finite, 12",
    "slope, dps: {jacobian: false}, gradient of the reward is not finite, 6",
    "slope, classifier-guidance, gradient of the reward is not finite, 6"
  })
  void aFaultyVerifierFailsItsTrials(String fault, String algorithm, String word, int trials)
      throws IOException {
    Files.writeString(
        study,
        STUDY
            .replace(
                "push: {kind: linear, coefficients: [1.0, 0.5]}",
                "bad: {kind: faulty, fault: " + fault + "}")
            .replace("  twos: {kind: tokens, scores: [0, 0, 1]}\n", "")
            .replace("algorithms:", "algorithms: [" + algorithm + "] #"));
    Path out = folder.resolve("faulty");
    Console console = run(out, "--cohort", "1");
    assertEquals(1, console.code(), console.err());
    assertTrue(console.err().contains(word), console.err());
    assertFalse(console.err().contains("\tat "), console.err());
    Set<String> lines = lines(out);
    assertEquals(trials, lines.size(), "trials of prompt a");
    assertTrue(lines.stream().allMatch(line -> line.contains("\"prompt\":\"a\"")));
    Console again = run(out, "--cohort", "1");
    assertEquals(1, again.code(), "failures are tried again");
    String kept = trials + " trials to run, " + trials + " kept";
    assertTrue(again.err().contains(kept), again.err());
  }

  @Test
  void helpAndListNeedNoEngine() {
    assertEquals(0, Console.run("--help").code());
    Console list = Console.run("list");
    assertEquals(0, list.code());
    assertTrue(list.out().contains("gaussian-mixture"));
    assertTrue(list.out().lines().allMatch(line -> line.length() <= 100));
    assertEquals("tiltbench " + Release.here(), Console.run("--version").out().strip());
  }
}
