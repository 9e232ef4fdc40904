package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
