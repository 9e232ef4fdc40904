package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.verifier.published.TinyClip;
import io.github.tiltbench.verifier.published.TinyDino;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rewards of a CLIP model's folder in a study of images: one guides, others judge. */
class PublishedRewardsTest {
  private static final String STUDY =
      """
      study: towers
      seed: 5
      repetitions: 2
      count: 2
      prompts: [sneaker, dress]
      models:
        fashion:
          kind: network
          path: MODELS/fashion-ddpm
          process:
            kind: ddim
            steps: 3
            eta: 1.0
            scheduler: MODELS/fashion-ddpm/scheduler_config.json
      verifiers:
        guide:
          kind: clip-score
          path: clip
          scale: cosine
          preprocessing: clip-tensor
          prompt: a photo of a {}
          prompts: {dress: a blue dress}
      cross_rewards:
        table:
          kind: clip-score
          path: clip
          scale: percent
          preprocessing: clip-8bit
          prompt: a photo of a {}
          prompts: {dress: a blue dress}
        beauty: {kind: aesthetic, path: clip, head: head.safetensors, preprocessing: clip-8bit}
        picks: {kind: pickscore, path: clip, scale: logit, preprocessing: clip-8bit}
        ranks: {kind: hps, path: clip, version: 2.1, scale: percent, preprocessing: hps}
        cocks:
          kind: dino
          path: dino
          positions: scale-factor
          output: logit
          side: 24
          preprocessing: dinov2
          prompt: cock
      beta: 0.02
      algorithms: [pretrained, smc, svdd, das]
      budgets: {unit: nfe, per: sample, at: [12]}
      metrics: [reward]
      """;

  @TempDir private Path folder;
  private Path study;

  @BeforeEach
  void write() throws IOException {
    TinyClip.write(folder.resolve("clip"));
    TinyDino.write(folder.resolve("dino"));
    TinyClip.writeHead(folder.resolve("head.safetensors"), 0, 2, 4, 6, 7);
    Path models = Path.of("../datasets/models").toAbsolutePath().normalize();
    study =
        Files.writeString(
            folder.resolve("towers.yaml"), STUDY.replace("MODELS", models.toString()));
  }

  private String cells(Path out) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(out)) {
      List<Path> cells =
          files.filter(f -> f.getFileName().toString().equals("cell.json")).sorted().toList();
      for (Path cell : cells) {
        all.append(Files.readString(cell));
      }
    }
    return all.toString();
  }

  @Test
  void aStudyIsGuidedAndJudgedByThem() throws IOException {
    Path out = folder.resolve("out");
    Console run = Console.run("run", study.toString(), "--out", out.toString());
    assertEquals(0, run.code(), run.err());
    assertEquals(0, Console.run("verify", out.toString()).code());
    String table = Files.readString(out.resolve("tables/summary.csv"));
    for (String name :
        List.of("pretrained", "smc", "svdd", "das", "table", "beauty", "picks", "ranks", "cocks")) {
      assertTrue(table.contains(name), table);
    }
    String cell = cells(out);
    Path weights = folder.resolve("clip/model.safetensors");
    assertTrue(cell.contains(Digests.sha256(Files.readAllBytes(weights))), cell);
    assertTrue(cell.contains("\"preprocessing\":\"clip-tensor\""), cell);
  }

  /** Of each verifier once for a prompt, whatever algorithms are crossed with it. */
  @Test
  void whatIsNotReadOfALongPromptIsSaid() throws IOException {
    String text = Files.readString(study);
    String longer = "prompt: " + "a cat, ".repeat(40) + "{}";
    Path wordy =
        Files.writeString(
            folder.resolve("wordy.yaml"), text.replace("prompt: a photo of a {}", longer));
    Console plan = Console.run("plan", "--no-probe", wordy.toString());
    assertEquals(0, plan.code(), plan.err());
    String said = (plan.out() + plan.err()).replaceAll("\\s+", " ");
    assertEquals(2, said.split("it does not read '", -1).length - 1, said);
    assertTrue(said.contains("verifier guide: it does not read 'a cat, "), said);
    assertTrue(said.contains("sneaker', the end of a long prompt"), said);
  }

  private String refusal(String from, String to) throws IOException {
    String text = Files.readString(study);
    assertTrue(text.contains(from), from);
    Path wrong = Files.writeString(folder.resolve("wrong.yaml"), text.replace(from, to));
    Console plan = Console.run("plan", "--no-probe", wrong.toString());
    assertNotEquals(0, plan.code());
    assertEquals(1, plan.err().strip().lines().count(), plan.err());
    return plan.err();
  }

  @Test
  void whatAStudyCannotMeanIsOneLine() throws IOException {
    assertTrue(refusal("    scale: cosine\n", "").contains("clip-score needs scale"));
    assertTrue(refusal("    preprocessing: clip-tensor\n", "").contains("needs preprocessing"));
    assertTrue(refusal("scale: cosine", "scale: cosinus").contains("did you mean 'cosine'"));
    assertTrue(
        refusal("prompt: a photo of a {}", "prompt: a <|endoftext|> {}")
            .contains("verifier guide: the prompt 'a <|endoftext|> sneaker' holds <|endoftext|>"));
    Files.delete(folder.resolve("clip/merges.txt"));
    assertTrue(refusal("seed: 5", "seed: 6").contains("merges.txt"));
  }
}
