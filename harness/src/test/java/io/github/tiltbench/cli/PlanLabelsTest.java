package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan tells its rows apart by their labels, however long these are. */
class PlanLabelsTest {
  private static final String STUDY =
      """
      study: labels
      seed: 1
      repetitions: 1
      count: 4
      models:
        a-mixture-with-a-long-name: {kind: gaussian, mean: [0.0], variance: [1.0], process: {kind: ddim, steps: 4, eta: 1.0}}
      verifiers: {a-reward-with-a-long-name: {kind: linear, coefficients: [1.0]}}
      beta: 1.0
      algorithms:
        - pretrained
        - svdd: {alpha: [0.0, 0.5]}
        - das: {tempering: [schedule, none], gradient: [true, false], resampler: [systematic, multinomial], threshold: [0.25, 0.5]}
      budgets: {unit: nfe, per: sample, at: [64]}
      """;

  @Test
  void noTwoRowsPrintTheSame(@TempDir Path folder) throws IOException {
    Path study = Files.writeString(folder.resolve("s.yaml"), STUDY);
    Console plan = Console.run("plan", "--no-probe", study.toString());
    assertEquals(0, plan.code(), plan.err());
    List<String> lines = plan.out().lines().toList();
    assertTrue(lines.stream().allMatch(line -> line.length() <= 100), plan.out());
    int head = lines.stream().takeWhile(line -> !line.startsWith("cell ")).toList().size();
    int width = lines.get(head).indexOf("key");
    StringBuilder labels = new StringBuilder();
    for (String line : lines.subList(head + 2, lines.size())) {
      if (line.isEmpty()) {
        break;
      }
      labels.append(line.startsWith("  ") ? " " : "\n");
      labels.append(line, 0, Math.min(width, line.length()));
    }
    List<String> told =
        labels.toString().replaceAll(" +", " ").strip().lines().map(String::strip).toList();
    assertEquals(1 + 2 + 16, told.size(), plan.out());
    assertEquals(told.size(), told.stream().distinct().count(), plan.out());
    assertEquals(
        "a-mixture-with-a-long-name x a-reward-with-a-long- name x svdd[alpha=0.5] at 64",
        told.get(2));
  }
}
