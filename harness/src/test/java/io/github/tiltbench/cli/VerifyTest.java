package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code verify} finds, what {@code run} mends, and what {@code export} says of damage. */
class VerifyTest {
  private static final String STUDY =
      """
      study: small
      repetitions: 2
      count: 1
      models:
        mixture:
          kind: gaussian-mixture
          weights: [0.3, 0.7]
          means: [[-2, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 4, eta: 1, scheduler: {clip_sample: false}}
      verifiers:
        push: {kind: linear, coefficients: [-0.5, 0.3]}
      beta: 0.5
      algorithms: [pretrained, best-of-n]
      budgets: {unit: nfe, per: sample, at: [8]}
      metrics: [reward]
      """;

  @TempDir Path folder;
  private Path study;
  private Path results;

  @BeforeEach
  void run() throws IOException {
    study = Files.writeString(folder.resolve("small.yaml"), STUDY);
    results = folder.resolve("out");
    again();
  }

  private void again() {
    Console run = Console.run("run", study.toString(), "--out", results.toString());
    assertEquals(0, run.code(), run.err());
  }

  private Console verify() {
    return Console.run("verify", results.toString());
  }

  private static void change(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(from), text);
    Files.writeString(file, text.replace(from, to));
  }

  private Path cell(String algorithm) throws IOException {
    try (Stream<Path> cells = Files.list(results.resolve("cells"))) {
      for (Path cell : cells.sorted().toList()) {
        if (Files.readString(cell.resolve("cell.json")).contains("\"" + algorithm + "\"")) {
          return cell;
        }
      }
    }
    throw new AssertionError("no cell of " + algorithm);
  }

  /** Verify fails with a line, and the same run again makes the folder whole. */
  private void found(String line) {
    Console verify = verify();
    assertEquals(Main.FAILED, verify.code(), verify.out() + verify.err());
    assertTrue(verify.out().contains(line), verify.out());
    again();
    assertEquals(Main.DONE, verify().code(), verify().out());
  }

  @Test
  void aFolderAsItWasWrittenAgrees() {
    assertEquals(Main.DONE, verify().code(), verify().out());
  }

  @Test
  void aChangedVarianceOfACellIsFound() throws IOException {
    Path file = cell("best-of-n").resolve("cell.json");
    change(file, "[0.5,0.1]", "[0.5,0.2]");
    found("damaged: " + file + ":1:2: definition is not the one that the key is made from");
  }

  @Test
  void aChangedVarianceOfTheStudyIsFound() throws IOException {
    change(results.resolve("study.yaml"), "[0.5, 0.1]", "[0.5, 0.2]");
    found("is not in the study's plan");
  }

  @Test
  void aChangedBetaOfThePlanIsFound() throws IOException {
    change(results.resolve("plan.json"), "\"beta\":0.5", "\"beta\":0.4");
    String cell = cell("best-of-n").getFileName().toString();
    found("plan.json: beta of cell " + cell + " is 0.4 and the study makes it 0.5");
  }

  @Test
  void aChangedBetaOfTheStudyIsFound() throws IOException {
    change(results.resolve("study.yaml"), "beta: 0.5", "beta: 0.4");
    found("is not in the study's plan");
  }

  @Test
  void anEmptyDefinitionIsFound() throws IOException {
    Path file = cell("pretrained").resolve("cell.json");
    Files.writeString(file, "");
    found("damaged: " + file + ": is empty");
  }

  @Test
  void fewerRepetitionsInThePlanAreFound() throws IOException {
    change(results.resolve("plan.json"), "\"repetitions\":2", "\"repetitions\":1");
    found("plan.json: repetitions is 1 and the study makes it 2");
  }

  @Test
  void anExportOfDamagedTrialsSaysSo() throws IOException {
    Path csv = folder.resolve("scores.csv");
    Console whole = Console.run("export", results.toString(), "--scores", csv.toString());
    assertEquals(Main.DONE, whole.code());
    assertEquals("", whole.err());
    long lines = Files.readAllLines(csv).size();

    Path cell = cell("best-of-n");
    try (Stream<Path> files = Files.list(cell)) {
      Path trials = files.filter(f -> f.toString().contains("trials-")).findAny().orElseThrow();
      change(trials, "\"repetition\":1", "\"repetition\":7");
      Console damaged = Console.run("export", results.toString(), "--scores", csv.toString());
      assertEquals(Main.FAILED, damaged.code());
      assertTrue(damaged.err().startsWith("tiltbench: damaged: " + trials + ":"), damaged.err());
      assertFalse(damaged.out().contains("damaged"), damaged.out());
    }
    assertEquals(lines - 1, Files.readAllLines(csv).size(), "the others are written all the same");
  }
}
