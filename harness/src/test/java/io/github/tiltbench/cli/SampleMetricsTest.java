package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers about samples, from a study that asks for them to its tables. */
class SampleMetricsTest {
  private static final Path MODELS = Path.of("../datasets/models").toAbsolutePath().normalize();
  private static final String IMAGES =
      """
      study: images
      seed: 3
      repetitions: 10
      count: 5
      prompts: [bag, boot]
      models:
        fashion:
          kind: network
          path: MODELS/fashion-ddpm
          process: {kind: ddim, steps: 2, scheduler: MODELS/fashion-ddpm/scheduler_config.json}
      verifiers:
        size: {kind: jpeg}
        judge: {kind: classifier, path: MODELS/fashion-judge}
      beta: 1.0
      algorithms: [pretrained]
      budgets: {unit: nfe, per: sample, at: [2]}
      metrics: [diversity, distance, law]
      features: {kind: network, path: MODELS/fashion-judge}
      """;
  private static final String POINTS =
      """
      study: points
      seed: 3
      repetitions: 12
      count: 4
      models:
        line:
          kind: gaussian
          mean: [1.0, -0.5]
          variance: [0.5, 2.0]
          process: {kind: ddim, steps: 4, eta: 1.0, scheduler: {clip_sample: false}}
      verifiers:
        push: {kind: linear, coefficients: [1.0, 0.5]}
      beta: 0.5
      algorithms: [pretrained, smc: {returns: all, particles: 4}]
      budgets: {unit: nfe, per: sample, at: [4]}
      metrics: [health, diversity, distance, law]
      """;

  @TempDir Path folder;

  private List<String> summary(String yaml) throws IOException {
    Path study =
        Files.writeString(folder.resolve("study.yaml"), yaml.replace("MODELS", MODELS.toString()));
    Console console =
        Console.run("run", study.toString(), "--out", folder.resolve("out").toString());
    assertEquals(0, console.code(), console.err());
    return Files.readAllLines(folder.resolve("out/tables/summary.csv"));
  }

  /** What a verifier says that ranks: nothing of two trials, but its members do. */
  @Test
  void ranksMakeNoNumberOfACell() throws IOException {
    String ranked =
        POINTS
            .replace(
                "beta: 0.5",
                """
                  near: {kind: quadratic, center: [0, 0], precision: 1.0}
                  both: {kind: ensemble, members: [push, near]}
                cross_rewards: [push, near]
                beta: 0.5\
                """)
            .replace("eta: 1.0", "eta: 0.0")
            .replace(
                "algorithms: [pretrained,",
                "algorithms: [pretrained, {zero-order: {iterations: 3}},")
            .replace("at: [4]", "at: [28]")
            .replace("[health, diversity, distance, law]", "[reward, law]");
    List<String> lines = summary(ranked);
    for (String metric : List.of("mean", "q0.5")) {
      String all = row(lines, "both", "*", metric);
      assertTrue(all.contains("the verifier ranks samples within a trial"), all);
    }
    assertFalse(row(lines, "both", "*", "mean@push").contains("refused"));
    assertTrue(
        lines.stream().anyMatch(l -> l.contains("a verifier that compares samples tilts no law")),
        lines.toString());
    assertEquals(1, cellsWith("\"dominating\":"));
    assertEquals(3, cellsWith("\"stalls\":"));
  }

  /** Cells whose trials say something. */
  private long cellsWith(String text) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("out/cells"))) {
      long cells = 0;
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        cells += Files.readString(file).contains(text) ? 1 : 0;
      }
      return cells;
    }
  }

  private static String row(List<String> lines, String verifier, String prompt, String metric) {
    return lines.stream()
        .filter(l -> l.contains("," + verifier + ",pretrained,"))
        .filter(l -> l.contains("," + prompt + "," + metric + ","))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + metric + " of " + prompt));
  }

  @Test
  void imagesAreComparedByANamedNetwork() throws IOException {
    List<String> lines = summary(IMAGES);
    for (String metric : List.of("cosine", "spread", "vendi1", "vendi2", "tfe", "cs", "kd")) {
      String all = row(lines, "size", "*", metric + ":fashion-judge");
      assertFalse(all.contains("refused"), all);
    }
    assertTrue(row(lines, "size", "bag", "cs:fashion-judge").contains("needs 100 samples"));
    assertTrue(
        row(lines, "size", "bag", "fd:fashion-judge")
            .contains("a Frechet distance needs more samples than the 96 features"));
    assertTrue(
        row(lines, "judge", "*", "kd:fashion-judge")
            .contains("the verifier is the very network fashion-judge"));
    assertTrue(
        row(lines, "size", "*", "law-mean")
            .contains("the law of this model is not known in closed form"));
    String page = Files.readString(folder.resolve("out/report.html"));
    assertTrue(page.contains("Diversity of samples on fashion, guided by size"));
  }

  @Test
  void pointsAreComparedByThemselvesAndWithTheirLaw() throws IOException {
    List<String> lines = summary(POINTS);
    String law = row(lines, "push", "*", "law-mean");
    assertTrue(law.contains("law of the discretised chain in closed form"), law);
    assertTrue(row(lines, "push", "*", "law-modes").contains("the law has one mode"));
    assertTrue(row(lines, "push", "*", "spread:raw").contains("jackknife of 20 groups, draws"));
    assertTrue(row(lines, "push", "*", "kd:raw").contains("there is no reference set"));
    List<String> smc = lines.stream().filter(l -> l.contains(",smc,")).toList();
    assertTrue(smc.stream().anyMatch(l -> l.contains("tfe:raw") && l.contains("no weighted form")));
    assertTrue(smc.stream().anyMatch(l -> l.contains("vendi2:raw") && l.contains("12 groups")));
    assertTrue(smc.stream().anyMatch(l -> l.contains("log-evidence-sd")));
  }

  @Test
  void wrongExtractorsAreErrorsOfTheStudy() throws IOException {
    Path study =
        Files.writeString(
            folder.resolve("study.yaml"),
            POINTS + "features: {kind: network, path: " + MODELS.resolve("fashion-ddpm") + "}\n");
    Console console = Console.run("plan", study.toString());
    assertEquals(2, console.code());
    assertTrue(console.err().contains("path must be the folder of a classifier"), console.err());
  }
}
