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

  private static final String INADMISSIBLE =
      GAUSSIAN
          .replace("REPETITIONS", "20")
          .replace("COUNT", "4")
          .replace("kind: linear, coefficients: [1.0]", "kind: faulty, fault: inadmissible")
          .replace("[pretrained, smc]", "[pretrained, smc: {returns: all}]");

  private String page() throws IOException {
    return Files.readString(folder.resolve("out/report.html"));
  }

  private String line(String algorithm, String metric) throws IOException {
    return lines("summary").stream()
        .filter(l -> l.startsWith("case,g,v," + algorithm + ",") && l.contains("*," + metric + ","))
        .findFirst()
        .orElseThrow();
  }

  private List<String> row(String algorithm, String metric) throws IOException {
    return List.of(line(algorithm, metric).split(",", -1));
  }

  /** The reward is minus infinity everywhere. */
  @Test
  void anExtinctPopulation() throws IOException {
    done(run(INADMISSIBLE + "prompts: [b]\n"));
    String answer =
        "No algorithm has a median of v on g at 16 nfe/sample: all values are -infinity.";
    assertTrue(page().contains(answer), answer);
    for (String algorithm : new String[] {"pretrained", "smc"}) {
      List<String> mean = row(algorithm, "mean");
      assertEquals(List.of("", "", "", ""), mean.subList(9, 13));
      assertEquals("there is no mean: 80 of 80 values are -infinity", mean.get(14));
      assertEquals("all values are -infinity", row(algorithm, "q0.5").get(14));
    }
    assertEquals(
        "there is no mean: 20 of 20 values are -infinity", row("smc", "log-evidence").get(14));
  }

  @Test
  void populationsThatAreExtinctForOneOfTwoPrompts() throws IOException {
    done(run(INADMISSIBLE + "prompts: [a, b]\n"));
    assertEquals(
        "there is no mean: 80 of 160 values are -infinity", row("pretrained", "mean").get(14));
    String caption = "Not shown: 10 dots of pretrained, 10 dots of smc (rewards of -infinity)";
    assertTrue(page().contains(caption), caption);
  }

  private static final String GRADIENTS =
      "Gradients are not part of this budget: in forward equivalents (compute, NFE + 2 BACKWARD) a"
          + " sample takes 4 with pretrained; 16 with smc; 40 with das.";

  @Test
  void gradientsThatABudgetLeavesFree() throws IOException {
    String study = GAUSSIAN.replace("REPETITIONS", "20").replace("COUNT", "4");
    done(run(study.replace("[pretrained, smc]", "[pretrained, smc, das]")));
    String caveat = "<p class=\"warning\">" + GRADIENTS; // of the answer
    assertTrue(page().contains(caveat), caveat);
    for (String table : new String[] {"svdd.md", "comparison.md"}) {
      assertTrue(Files.readString(folder.resolve("out/tables").resolve(table)).contains(GRADIENTS));
    }
    String summary = Files.readString(folder.resolve("out/tables/summary.md"));
    assertTrue(summary.contains("| NFE | compute | ROWS | BACKWARD |"), summary);
    assertTrue(lines("summary").get(0).contains(",nfe,rows,backward,compute,"));
    assertTrue(line("das", "mean").contains(",16,16,12,40,"), line("das", "mean"));
    assertTrue(line("smc", "mean").contains(",16,16,0,16,"), line("smc", "mean"));
  }

  /** Where no algorithm takes gradients, or the budget counts them, there is nothing to say. */
  @Test
  void gradientsThatABudgetCounts() throws IOException {
    String study = GAUSSIAN.replace("REPETITIONS", "20").replace("COUNT", "4");
    done(run(study));
    assertFalse(page().contains("Gradients are not part"));
    String summary = Files.readString(folder.resolve("out/tables/summary.md"));
    assertFalse(summary.contains("compute"), summary);
    done(
        run(
            study
                .replace("[pretrained, smc]", "[pretrained, smc, das]")
                .replace("unit: nfe", "unit: compute")));
    assertFalse(page().contains("Gradients are not part"));
  }
}
