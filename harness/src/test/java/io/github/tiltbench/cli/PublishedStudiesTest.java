package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.verifier.published.TinyClip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Text, tokens, encoder, guided U-Net, DDIM, decoder, JPEG and CLIP rewards, methods, report: all
 * of it on folders of the published layout whose networks are small.
 */
class PublishedStudiesTest {
  private static final Path TINY = Path.of("src/test/resources/sd/tiny-sd");

  private static final String STUDY =
      """
      study: tiny
      seed: 5
      repetitions: 2
      count: 1
      prompts: ["a photo of a cat", "a red bus"]
      models:
        sd:
          kind: diffusers
          path: brought/sd15
          guidance: 7.5
          process: {kind: ddim, steps: 5, eta: 1.0}
      verifiers:
        compressibility: {kind: decoded, folder: brought/sd15, verifier: {kind: jpeg, quality: 95}}
        clipscore:
          kind: decoded
          folder: brought/sd15
          verifier: &clip
            kind: clip-score
            path: brought/clip-vit-large-patch14
            scale: percent
            preprocessing: clip-tensor
      cross_rewards:
        aesthetic:
          kind: decoded
          folder: brought/sd15
          verifier:
            kind: aesthetic
            path: brought/clip-vit-large-patch14
            head: brought/aesthetic-v2.safetensors
            preprocessing: clip-8bit
      beta: 0.1
      algorithms: [pretrained, smc, svdd, das]
      budgets: {unit: nfe, per: sample, at: [20]}
      metrics: [reward]
      """;

  @TempDir Path folder;
  private Path brought;

  @BeforeEach
  void bring() throws IOException {
    brought = Files.createDirectory(folder.resolve("brought"));
    copy(TINY, brought.resolve("sd15"));
    for (String clip : List.of("clip-vit-large-patch14", "pickscore", "hpsv2")) {
      TinyClip.write(brought.resolve(clip));
    }
    TinyClip.writeHead(brought.resolve("aesthetic-v2.safetensors"), 0, 2, 4, 6, 7);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.write(target, Files.readAllBytes(file));
        }
      }
    }
  }

  private Path write(String study) throws IOException {
    return Files.writeString(folder.resolve("tiny.yaml"), study);
  }

  private static List<JsonObject> trials(Path out) throws IOException {
    List<JsonObject> trials = new ArrayList<>();
    try (Stream<Path> files = Files.walk(out.resolve("cells"))) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith("trials-")) {
          for (String line : Files.readAllLines(file)) {
            trials.add(JsonParser.parseString(line).getAsJsonObject());
          }
        }
      }
    }
    return trials;
  }

  @Test
  void everyStepOfAPublishedPipelineRunsAndIsMetered() throws IOException {
    Path out = folder.resolve("out");
    Console run = Console.run("run", write(STUDY).toString(), "--out", out.toString());
    assertEquals(0, run.code(), run.err());
    // das is a named skip for the JPEG, which has no gradient
    List<JsonObject> trials = trials(out);
    assertEquals((3 + 4) * 4, trials.size(), run.out() + run.err());
    long backward = 0;
    for (JsonObject trial : trials) {
      JsonObject cost = trial.getAsJsonObject("cost");
      assertEquals(2 * cost.get("nfe").getAsLong(), cost.get("rows").getAsLong(), trial.toString());
      assertEquals(
          cost.get("reward").getAsLong(), cost.get("decode").getAsLong(), trial.toString());
      backward += cost.get("backward").getAsLong();
    }
    assertTrue(backward > 0, "das asked for no gradient");
    assertTrue(Files.readString(out.resolve("report.html")).contains("a photo of a cat"));
    assertEquals(0, Console.run("verify", out.toString()).code());
  }

  /** Each study is planned whole on small folders; what it skips, it names. */
  @ParameterizedTest
  @CsvSource({
    "svdd-table2-sd15, 1000, 13",
    "das-sd15, 400, 6",
    "noise-search-sd15, 2560, 30",
  })
  void aStudyOfThePapersIsReadyToRun(String name, String budget, int cells) throws IOException {
    String study = Files.readString(Path.of("../benchmarks/studies/" + name + ".yaml"));
    Console plan =
        Console.run(
            "plan",
            write(
                    study
                        .replace("datasets/brought", brought.toString())
                        .replace(
                            "datasets/p", Path.of("../datasets").toRealPath().toString() + "/p"))
                .toString());
    assertEquals(0, plan.code(), plan.err());
    assertTrue(plan.out().contains(cells + " cells"), plan.out());
    assertTrue(plan.out().contains(" at " + budget), plan.out());
    assertTrue(plan.out().contains("memory: sd15: about 0.22 GiB in calls of 64 rows"), plan.out());
    assertTrue(plan.out().matches("(?s).*\nin all [0-9,]+ NFE,.* [0-9,]+ DECODE.*"), plan.out());
  }
}
