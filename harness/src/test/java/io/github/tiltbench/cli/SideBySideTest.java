package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.Stored;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.CellKey;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.TrialId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several result folders on one page; their trials are made up, their cells are real. */
class SideBySideTest {
  private static final String STUDY =
      """
      study: line
      seed: 3
      repetitions: 25
      count: 2
      models:
        line:
          kind: gaussian
          mean: [1.0]
          variance: [0.5]
          process: {kind: ddim, steps: 4, eta: 1.0, scheduler: {clip_sample: false}}
      verifiers:
        push: {kind: linear, coefficients: [1.0]}
      beta: 0.5
      algorithms: [pretrained, best-of-n]
      budgets: {unit: nfe, per: sample, at: [8]}
      """;
  private static final String HEADER =
      "model,verifier,algorithm,budget,unit,number,folder,against,"
          + "estimate,ci_low,ci_high,ci_method,n,refused";

  @TempDir Path folder;

  /**
   * A folder whose rewards are noise that the seed decides, plus a gain and a little of its own.
   *
   * @param gain what all rewards have more
   * @param own standard deviation of what differs between folders of one seed
   */
  private Path made(String name, String yaml, double gain, double own) {
    return made(name, yaml, gain, own, cell -> cell);
  }

  private Path made(
      String name, String yaml, double gain, double own, UnaryOperator<Cell> revision) {
    Path path = folder.resolve(name);
    byte[] text = yaml.getBytes(StandardCharsets.UTF_8);
    Catalogues catalogues = Catalogues.load();
    Plan read =
        Plan.of(
            Study.read("s.yaml", text, PathResolver.of(path.resolve("s.yaml")), catalogues),
            catalogues);
    Plan plan =
        new Plan(
            read.study(),
            read.cells().stream().map(revision).toList(),
            read.skips(),
            read.judges());
    SplittableRandom luck = new SplittableRandom(name.hashCode());
    try (Store store =
        Store.open(path, plan, text, Shard.ALL, Provenance.here("run", "cpu", 1, "8", Map.of()))) {
      for (Cell cell : plan.cells()) {
        for (TrialId id : plan.trials(cell)) {
          SplittableRandom noise = new SplittableRandom(31 * plan.study().seed() + id.repetition());
          double reward = noise.nextGaussian() + gain + own * luck.nextGaussian();
          store.append(trial(cell, id, plan.study().count(), reward));
        }
      }
    }
    return path;
  }

  private static Trial trial(Cell cell, TrialId id, int count, double reward) {
    double[] rewards = new double[count];
    Arrays.fill(rewards, reward);
    return new Trial(
        id,
        new Stored.Inline(new Batch.Reals(new double[count], new int[] {1})),
        false,
        new double[count],
        rewards,
        Map.of(),
        cell.cost(),
        Map.of(),
        Map.of(),
        System.nanoTime() * 1e-9);
  }

  private List<String> compared(Path... folders) throws IOException {
    Console console = report(folder.resolve("out"), folders);
    assertEquals(0, console.code(), console.err());
    List<String> lines = Files.readAllLines(folder.resolve("out/comparison.csv"));
    assertEquals(HEADER, lines.get(0));
    return lines;
  }

  private static Console report(Path out, Path... folders) {
    return Console.run(
        Stream.concat(
                Stream.of("report", "--out", out.toString()),
                Arrays.stream(folders).map(Path::toString))
            .toArray(String[]::new));
  }

  private static String line(List<String> lines, String algorithm, String number, String other) {
    return lines.stream()
        .filter(l -> l.contains("," + algorithm + ",") && l.contains("," + number + "," + other))
        .findFirst()
        .orElseThrow(() -> new AssertionError(number + " of " + algorithm + " in " + lines));
  }

  private static double field(String line, int index) {
    return Double.parseDouble(line.split(",", -1)[index]);
  }

  @Test
  void theSameTrialsAreSaidToBeTheSame() throws IOException {
    Path a = made("a", STUDY, 0, 0);
    Path b = made("b", STUDY, 0, 0);
    List<String> lines = compared(a, b);
    assertTrue(line(lines, "best-of-n", "same trials", "b,a").endsWith(",25,,,to the byte,25,"));
    assertTrue(line(lines, "best-of-n", "difference", "b,a").contains("the same trials"));
    String page = Files.readString(folder.resolve("out/comparison.html"));
    assertTrue(page.contains("50 of 50 shared trials agree to the byte"), page);
  }

  private static Cell revised(Cell c) {
    String other = c.definition().replaceFirst("\"revision\":[0-9]+", "\"revision\":99");
    return c.definition().contains("best-of-n")
        ? new Cell(
            CellKey.of(other),
            c.model(),
            c.verifier(),
            c.method(),
            c.at(),
            c.problem(),
            c.cost(),
            c.crossRewards(),
            other)
        : c;
  }

  /** A revised algorithm has cells of another key; its trials may still score the same. */
  @Test
  void equalRewardsOfOtherCellsAreSaidToBeEqual() throws IOException {
    Path a = made("a", STUDY, 0, 0);
    Path b = made("b", STUDY, 0, 0, SideBySideTest::revised);
    List<String> lines = compared(a, b);
    assertFalse(lines.stream().anyMatch(l -> l.contains("best-of-n") && l.contains("same trials")));
    assertTrue(
        line(lines, "best-of-n", "difference", "b,a")
            .contains("the rewards of all trials are the same"));
  }

  /** The gain is 0.5 and the noise of trials 1: only pairs can tell it within 0.1. */
  @Test
  void sharedNoiseIsPaired() throws IOException {
    List<String> lines = compared(made("a", STUDY, 0, 0.05), made("b", STUDY, 0.5, 0.05));
    assertTrue(line(lines, "best-of-n", "same trials", "b,a").endsWith(",0,,,to the byte,25,"));
    String difference = line(lines, "best-of-n", "difference", "b,a");
    assertEquals(0.5, field(difference, 8), 4 * 0.05 * Math.sqrt(2.0 / 25));
    assertTrue(field(difference, 10) - field(difference, 9) < 0.1, difference);
    assertTrue(
        Files.readString(folder.resolve("out/comparison.md")).contains("| the same noise |"));
  }

  /** Two means of 25 trials differ by 2 standard errors of sqrt(2/25) either way. */
  @Test
  void otherNoiseIsNotPaired() throws IOException {
    List<String> lines =
        compared(made("a", STUDY, 0, 0), made("b", STUDY.replace("seed: 3", "seed: 4"), 0.5, 0));
    assertFalse(lines.stream().anyMatch(l -> l.contains("same trials")));
    String difference = line(lines, "best-of-n", "difference", "b,a");
    double half = (field(difference, 10) - field(difference, 9)) / 2;
    assertEquals(2.01 * Math.sqrt(2.0 / 25), half, 0.25);
    assertEquals(0.5, field(difference, 8), 4 * Math.sqrt(2.0 / 25));
    assertTrue(difference.contains("Welch"), difference);
    assertTrue(Files.readString(folder.resolve("out/comparison.md")).contains("| other noise |"));
  }

  @Test
  void whatCannotBeComparedIsRefusedByName() throws IOException {
    Path a = made("a", STUDY, 0, 0);
    String warm = STUDY.replace("beta: 0.5", "beta: 0.7");
    String many = STUDY.replace("count: 2", "count: 3");
    String other = STUDY.replace("variance: [0.5]", "variance: [0.6]");
    String dear = STUDY.replace("at: [8]", "at: [16]");
    List<String> lines =
        compared(
            a,
            made("warm", warm, 0, 0),
            made("many", many, 0, 0),
            made("other", other, 0, 0),
            made("dear", dear, 0, 0));
    assertTrue(
        line(lines, "best-of-n", "difference", "warm,a")
            .contains("not comparable: beta is 0.7 against 0.5"));
    assertTrue(
        line(lines, "best-of-n", "difference", "many,a")
            .endsWith(",not comparable: count is 3 against 2"));
    assertFalse(lines.stream().anyMatch(l -> l.contains("other")));
    assertFalse(lines.stream().anyMatch(l -> l.contains(",16,") && l.contains("difference")));
    assertTrue(lines.stream().anyMatch(l -> l.contains(",16,") && l.contains(",mean,dear,")));
    String page = Files.readString(folder.resolve("out/comparison.html"));
    assertTrue(page.contains("push on line is in other only"), page);
    assertTrue(page.contains("model.variance is [0.6] against [0.5]"), page);
  }

  @Test
  void namesOfFoldersAreOnlyText() throws IOException {
    String evil = "<script>alert(1)</script>"; // two names: the slash ends the first
    compared(made("a_$b", STUDY, 0, 0), made(evil + "&|\"", STUDY, 0, 0));
    String page = Files.readString(folder.resolve("out/comparison.html"));
    assertFalse(page.contains("<script") || page.contains("script>"), page);
    assertTrue(page.contains("script&gt;&amp;|&quot;"), page);
    String tex = Files.readString(folder.resolve("out/comparison.tex"));
    assertTrue(tex.contains("a\\_\\$b") && tex.contains("script\\textgreater{}\\&"), tex);
    String md = Files.readString(folder.resolve("out/comparison.md"));
    assertTrue(md.contains("script\\>\\&\\|\""), md);
  }

  @Test
  void nothingOfOthersIsWrittenOver() throws IOException {
    Path a = made("a", STUDY, 0, 0);
    Path b = made("b", STUDY.replace("seed: 3", "seed: 4"), 0, 0);
    List<Path> before = files(a);
    Path page = folder.resolve("page.html");
    assertEquals(0, report(page, a, b).code());
    assertEquals(0, report(page, a, b).code());
    assertEquals(before, files(a));
    Files.writeString(folder.resolve("page.md"), "mine");
    Console refused = report(page, a, b);
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("page.md: is there and was not made by a comparison"));
    assertEquals("mine", Files.readString(folder.resolve("page.md")));
    Console inside = report(a, a, b);
    assertEquals(1, inside.code());
    assertTrue(inside.err().contains("lies in a result folder"), inside.err());
  }

  private static List<Path> files(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files.sorted().toList();
    }
  }

  @Test
  void wrongFoldersAreOneLine() {
    Path a = made("before", STUDY, 0, 0);
    Console twice = report(folder.resolve("out"), a, folder.resolve("./before"));
    assertEquals(2, twice.code());
    assertTrue(twice.err().contains("is named twice"), twice.err());
    Console near = report(folder.resolve("out"), a, folder.resolve("befor"));
    assertEquals(2, near.code());
    assertTrue(near.err().contains("it has no plan.json; did you mean '"), near.err());
    assertTrue(near.err().strip().endsWith("before'?"), near.err());
    Console above = report(folder.resolve("out"), a, folder);
    assertTrue(above.err().strip().endsWith("before'?"), above.err());
    Console one = report(folder.resolve("out"), a);
    assertEquals(2, one.code());
    assertTrue(one.err().contains("--out is for several folders"), one.err());
  }
}
