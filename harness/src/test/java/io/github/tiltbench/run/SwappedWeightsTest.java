package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that are swapped between the digest in a cell's key and the run of the cell. */
class SwappedWeightsTest {
  private static final Path MODELS = Path.of("../datasets/models");
  private static final List<String> NAMES =
      List.of("fashion-ddpm", "fashion-classifier", "fashion-judge");
  private static final String STUDY =
      """
      study: swapped
      seed: 1
      repetitions: 1
      count: 1
      prompts: [bag]
      models:
        fashion:
          kind: network
          path: fashion-ddpm
          process: {kind: ddim, steps: 2, scheduler: fashion-ddpm/scheduler_config.json}
      verifiers:
        guide: {kind: classifier, path: fashion-classifier}
      cross_rewards:
        judge: {kind: inception-score, path: fashion-judge}
      beta: 1.0
      algorithms: [pretrained]
      budgets: {unit: nfe, per: sample, at: [2]}
      """;

  @TempDir Path folder;
  private Plan plan;

  @BeforeEach
  void planned() throws IOException {
    for (String name : NAMES) {
      Files.createDirectory(folder.resolve(name));
      Files.copy(MODELS.resolve(name).resolve("weights.safetensors"), weights(name));
    }
    Files.copy(
        MODELS.resolve("fashion-ddpm/scheduler_config.json"),
        folder.resolve("fashion-ddpm/scheduler_config.json"));
    Path study = Files.writeString(folder.resolve("s.yaml"), STUDY);
    plan = Plan.of(Study.read(study, Catalogues.load()), Catalogues.load());
  }

  private Path weights(String name) {
    return folder.resolve(name).resolve("weights.safetensors");
  }

  /** Other weights of the same network: good in every way, only not those of the key. */
  private void swap(String name) throws IOException {
    Safetensors content = Safetensors.read(weights(name));
    Map<String, String> metadata = new HashMap<>(content.metadata());
    metadata.put("origin", "elsewhere");
    new Safetensors(content.tensors(), metadata).write(weights(name));
  }

  private int run() throws InterruptedException {
    Provenance provenance = Provenance.here("run", "cpu", 1, "1", Map.of());
    byte[] text = STUDY.getBytes(StandardCharsets.UTF_8);
    Path out = folder.resolve("out");
    try (Store store = Store.open(out, plan, text, Shard.ALL, provenance)) {
      return new Runner(1, new Cohorts.Given(1), Shard.ALL).run(plan, store, new Observer() {});
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fashion-ddpm", "fashion-classifier", "fashion-judge"})
  void areNotRun(String name) throws IOException {
    swap(name);
    String message = assertThrows(UncheckedIOException.class, this::run).getMessage();
    assertTrue(message.contains(weights(name) + ": it has changed since it was named"), message);
    assertEquals(Map.of(), Results.read(folder.resolve("out")).trials());
  }

  @Test
  void thoseOfTheKeyAreRun() throws InterruptedException {
    assertEquals(0, run());
    assertEquals(1, Results.read(folder.resolve("out")).trials().size());
  }
}
