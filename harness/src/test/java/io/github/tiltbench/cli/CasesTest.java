package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Studies whose data cannot carry some number: that number is refused, and everything else stands.
 */
class CasesTest {
  private static final String TOKENS =
      """
      study: case
      seed: 1
      repetitions: 20
      count: COUNT
      models: {t: {kind: markov-chain, length: 4, initial: [A, B], transition: [[A, B], [0.5, 0.5]], process: {kind: ancestral, steps: 4}}}
      verifiers: {s: {kind: tokens, scores: SCORES}}
      beta: 0.5
      algorithms: [best-of-n, pretrained]
      budgets: {unit: nfe, per: sample, at: [8]}
      """;

  private static final String GAUSSIAN =
      """
      study: case
      seed: 1
      repetitions: REPETITIONS
      count: COUNT
      models: {g: {kind: gaussian, mean: [0.0], variance: [1.0], process: {kind: ddim, steps: 4, eta: 1.0, scheduler: {clip_sample: false}}}}
      verifiers: {v: {kind: linear, coefficients: [1.0]}}
      beta: 1.0
      algorithms: [pretrained, smc]
      budgets: {unit: nfe, per: sample, at: [16]}
      """;

  @TempDir Path folder;

  private Console run(String study) throws IOException {
    Path file = Files.writeString(folder.resolve("case.yaml"), study);
    return Console.run("run", file.toString(), "--out", folder.resolve("out").toString());
  }

  private List<String> lines(String table) throws IOException {
    return Files.readAllLines(folder.resolve("out/tables").resolve(table + ".csv"));
  }

  private static void done(Console console) {
    assertEquals(0, console.code(), console.err());
    assertFalse(console.err().contains("fault"), console.err());
    assertFalse(console.out().contains("Exception"), console.out());
  }

  /** Few of 20 trials differ between the algorithms: the effect size has no interval. */
  @Test
  void rareDifferences() throws IOException {
    done(
        run(
            TOKENS
                .replace("COUNT", "1")
                .replace("A", "0.995")
                .replace("B", "0.005")
                .replace("SCORES", "[0.0, 1.0]")));
    for (String line : lines("comparison")) {
      boolean effect = line.contains(",difference-per-sd,");
      boolean refused = line.split(",", -1)[7].isEmpty();
      assertTrue(!effect || refused, line);
    }
    assertTrue(
        lines("comparison").stream()
            .anyMatch(l -> l.contains(",win-rate,") && !l.split(",", -1)[7].isEmpty()),
        "the win rate stands");
  }

  @Test
  void aConstantReward() throws IOException {
    done(
        run(
            TOKENS
                .replace("COUNT", "4")
                .replace("A", "0.5")
                .replace("B", "0.5")
                .replace("SCORES", "[0.25, 0.25]")));
    assertTrue(
        lines("comparison").stream()
            .anyMatch(l -> l.contains(",difference-per-sd,") && l.contains("spread")),
        lines("comparison")::toString);
  }

  @Test
  void oneTrialOfOneSample() throws IOException {
    done(
        run(
            GAUSSIAN.replace("REPETITIONS", "1").replace("COUNT", "1")
                + "metrics: [reward, diversity, law]\n"));
    List<String> numbers =
        lines("summary").stream()
            .skip(1)
            .filter(l -> l.contains(",law-") || l.contains(":raw"))
            .toList();
    assertFalse(numbers.isEmpty());
    for (String line : numbers) {
      assertEquals("", line.split(",", -1)[9], line);
    }
  }

  @Test
  void metricsWithoutTheReward() throws IOException {
    Console console =
        run(GAUSSIAN.replace("REPETITIONS", "8").replace("COUNT", "2") + "metrics: [ess]\n");
    done(console);
    assertTrue(console.out().contains("does not ask for the reward"), console.out());
    assertTrue(lines("summary").get(1).contains("ess-min"), lines("summary")::toString);
  }
}
