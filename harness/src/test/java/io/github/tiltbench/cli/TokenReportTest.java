package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a report says of token sequences, from a study to its page. */
class TokenReportTest {
  private static final String STUDY =
      """
      study: chain
      seed: 5
      repetitions: 12
      count: 4
      models:
        chain:
          kind: markov-chain
          length: 6
          initial: [0.5, 0.3, 0.2]
          transition: [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6]]
          process: {kind: ancestral, steps: 6}
      verifiers:
        ones: {kind: tokens, scores: [0.0, 1.0, 0.0]}
      beta: 0.5
      algorithms: [pretrained, smc: {returns: all, particles: 4}]
      budgets: {unit: nfe, per: sample, at: [6]}
      metrics: [reward, tokens, words]
      """;

  @TempDir Path folder;

  private Path out(String yaml) throws IOException {
    Path study = Files.writeString(folder.resolve("study.yaml"), yaml);
    Path out = folder.resolve("out");
    Console console = Console.run("run", study.toString(), "--out", out.toString());
    assertEquals(0, console.code(), console.err());
    return out;
  }

  private static String row(List<String> lines, String algorithm, String metric) {
    return lines.stream()
        .filter(l -> l.contains("," + algorithm + ",") && l.contains(",*," + metric + ","))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + metric + " of " + algorithm));
  }

  @Test
  void sequencesHaveTheirDiversityAndTheirExcerpts() throws IOException {
    Path out = out(STUDY);
    List<String> lines = Files.readAllLines(out.resolve("tables/summary.csv"));
    for (String metric :
        List.of("distinct-1", "distinct-2", "distinct-3", "self-bleu", "unique", "hamming")) {
      for (String algorithm : List.of("pretrained", "smc")) {
        String row = row(lines, algorithm, metric);
        boolean numbers = row.contains("jackknife of ") || row.contains(", with no spread");
        assertTrue(numbers, row);
      }
    }
    assertTrue(row(lines, "pretrained", "hamming").contains("draws"), "draws are units");
    assertTrue(row(lines, "smc", "hamming").contains("trials"), "populations are not");
    assertFalse(row(lines, "pretrained", "distinct-3-per-word").contains("refused"));
    List<String> samples = Files.readAllLines(out.resolve("tables/samples.csv"));
    assertEquals(1 + 6, samples.size(), "best, median and worst of two algorithms");
    assertTrue(
        Pattern.compile("chain,ones,pretrained,.*,best,-,[0-9]+,[0-3],,[0-2]( [0-2]){5},[0-9.]+")
            .matcher(samples.get(1))
            .matches(),
        samples.get(1));
    String page = Files.readString(out.resolve("report.html"));
    assertTrue(page.contains("the median and the worst sample of each algorithm"));
    assertTrue(page.contains("among equals the first, prompts and trials in their order"));
    assertTrue(Files.readString(out.resolve("tables/samples.md")).contains("| best |"));
  }

  /** Tokens with texts, one of them hostile; the prompt is the beginning of every sample. */
  @Test
  void textsAreReadByTheModelAndTheirPromptIsMarked() throws IOException {
    Path out =
        out(
            STUDY
                .replace(
                    "length: 6",
                    "length: 6\n    tokens: [the, dog, '</p></pre><script>alert(1)</script>']")
                .replace("metrics:", "prompts: [the, the dog]\nmetrics:"));
    assertTrue(Files.exists(out.resolve("figures/health-chain-ones-ess.svg")));
    String page = Files.readString(out.resolve("report.html"));
    assertFalse(page.contains("nternal fault"));
    assertTrue(page.contains("<p class=\"text\"><mark>the dog</mark> "));
    assertTrue(page.contains("<mark>the</mark> "));
    assertFalse(page.contains("<script>alert"));
    assertTrue(page.contains(" &lt;/p&gt;&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
    List<String> samples = Files.readAllLines(out.resolve("tables/samples.csv"));
    assertEquals(1 + 6, samples.size());
    for (String line : samples.subList(1, samples.size())) {
      assertTrue(line.matches(".*,(the,[0-9]+,[0-3],the|the dog,[0-9]+,[0-3],the dog),.*"), line);
    }
  }

  /** The price of a tilt, which is nothing for the model as it is: the entropy of its law. */
  @Test
  void whatATiltCostsIsToldByTheModelItself() throws IOException {
    Path out =
        out(
            STUDY
                .replace("kind: ancestral, steps: 6", "kind: first-hitting")
                .replace(
                    "beta: 0.5",
                    """
                    cross_rewards:
                      base: {kind: base-likelihood}
                      error: {kind: base-likelihood, output: variance}
                    beta: 0.5\
                    """)
                .replace("[reward, tokens, words]", "[reward]"));
    List<String> lines = Files.readAllLines(out.resolve("tables/summary.csv"));
    String row = row(lines, "pretrained", "mean@base");
    assertTrue(row.contains("under the model without a reward, exact"), row);
    assertTrue(row.contains("Monte-Carlo standard error 0.000"), row);
    String[] numbers =
        row.substring(row.indexOf("mean@base,") + "mean@base,".length()).split(",", -1);
    double[] law = {0.5, 0.3, 0.2};
    double[][] next = {{0.7, 0.2, 0.1}, {0.1, 0.6, 0.3}, {0.2, 0.2, 0.6}};
    double bits = entropy(law);
    for (int i = 1; i < 6; i++) {
      double[] then = new double[3];
      for (int a = 0; a < 3; a++) {
        bits += law[a] * entropy(next[a]);
        for (int b = 0; b < 3; b++) {
          then[b] += law[a] * next[a][b];
        }
      }
      law = then;
    }
    double half = (Double.parseDouble(numbers[2]) - Double.parseDouble(numbers[1])) / 2;
    assertEquals(-bits / 6, Double.parseDouble(numbers[0]), 2 * half, "4 standard errors");
    assertTrue(row(lines, "smc", "mean@base").contains(", exact"));
  }

  private static double entropy(double[] p) {
    return -Arrays.stream(p).map(v -> v * Math.log(v) / Math.log(2)).sum();
  }

  @Test
  void aLikelihoodGuidesNothing() throws IOException {
    Path study =
        Files.writeString(
            folder.resolve("study.yaml"),
            STUDY.replace("kind: tokens, scores: [0.0, 1.0, 0.0]", "kind: base-likelihood"));
    Console console =
        Console.run("run", study.toString(), "--out", folder.resolve("out").toString());
    assertFalse(console.code() == 0);
    assertTrue(console.err().contains("it judges only, as one of cross_rewards"), console.err());
  }
}
