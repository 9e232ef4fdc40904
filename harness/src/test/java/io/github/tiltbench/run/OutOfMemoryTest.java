package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.engine.Archive;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.report.Report;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that ask the engine for more memory than there is as soon as a call has some rows. */
class OutOfMemoryTest {
  private static final int UNBOUNDED = 1_000_000;

  private static final String STUDY =
      """
      study: memory
      seed: 3
      repetitions: 5
      count: 2
      prompts: [bag, boot]
      models:
        net:
          kind: torchscript
          denoiser: {file: unet.pt, sha256: %s}
          conditions: texts.safetensors
          item: [2]
          guidance: 2
          process: {kind: ddim, steps: 4, eta: 1.0, scheduler: {prediction_type: sample}}
      verifiers:
        reward: {kind: torchscript, network: {file: reward.pt, sha256: %s}, item: [2], gradient: true}
      cross_rewards:
        judge: {kind: torchscript, network: {file: reward.pt, sha256: %s}, item: [2], gradient: true}
      beta: 0.5
      algorithms: [%s]
      budgets: {unit: nfe, per: sample, at: [16]}
      """;

  private final List<Failure> failures = new ArrayList<>();
  private final List<String> divided = new ArrayList<>();

  /** Fails as the engine does where {@code x} has more rows than fit; of each row the rest. */
  private static byte[] network(String arguments, int fit, String result) {
    return new Archive("Net")
        .method(
            "forward",
            arguments,
            "Tensor",
            "    if torch.gt(torch.size(x, 0), "
                + fit
                + "):\n"
                + "      y = torch.add(x, torch.sum(torch.zeros([1125899906842624], dtype=None,"
                + " layout=None, device=None, pin_memory=None)))\n"
                + "    else:\n      y = x\n"
                + result)
        .bytes();
  }

  private record Defined(Plan plan, byte[] yaml) {}

  private static Defined defined(Path folder, int denoised, int scored, String algorithms)
      throws IOException {
    byte[] unet =
        network(
            "x: Tensor, t: Tensor, c: Tensor",
            denoised,
            "    return torch.add(torch.mul(torch.tanh(y), 0.9), c)\n");
    byte[] reward = network("x: Tensor", scored, "    return torch.sum(torch.sin(y), [1])\n");
    Files.write(folder.resolve("unet.pt"), unet);
    Files.write(folder.resolve("reward.pt"), reward);
    Map<String, Tensor.Floats> texts = new TreeMap<>();
    for (String text : List.of("-", "bag", "boot")) {
      texts.put(text, new Tensor.Floats(new float[] {text.length() / 8f}, 1));
    }
    Files.write(
        folder.resolve("texts.safetensors"),
        new Safetensors(new TreeMap<>(texts), Map.of()).bytes());
    byte[] yaml =
        STUDY
            .formatted(
                Digests.sha256(unet), Digests.sha256(reward), Digests.sha256(reward), algorithms)
            .getBytes(StandardCharsets.UTF_8);
    Catalogues names = Catalogues.builtIn();
    Plan plan =
        Plan.of(Study.read("s.yaml", yaml, new PathResolver(List.of(folder)), names), names);
    return new Defined(plan, yaml);
  }

  private Results run(Path folder, int denoised, int scored)
      throws IOException, InterruptedException {
    Defined study = defined(folder, denoised, scored, "pretrained, best-of-n, smc, das, svdd, dps");
    Provenance provenance = Provenance.here("run", "cpu", 1, "4", Map.of());
    Observer observer =
        new Observer() {
          @Override
          public void failed(Failure failure) {
            failures.add(failure);
          }

          @Override
          public void divided(String calls) {
            divided.add(calls);
          }
        };
    try (Store store =
        Store.open(folder.resolve("out"), study.plan, study.yaml, Shard.ALL, provenance)) {
      new Runner(1, new Cohorts.Given(4), Shard.ALL).run(study.plan, store, observer);
    }
    return Results.read(folder.resolve("out"));
  }

  private static List<Trial> trials(Results results) {
    return results.plan().cells().stream().flatMap(c -> results.trials(c).stream()).toList();
  }

  @Test
  void trialsAreTheSameInHalves(@TempDir Path roomy, @TempDir Path tight)
      throws IOException, InterruptedException {
    Results whole = run(roomy, UNBOUNDED, UNBOUNDED);
    assertEquals(List.of(), divided);
    Results halves = run(tight, 8, 3);
    assertEquals(List.of(), failures);
    List<Trial> expected = trials(whole);
    List<Trial> found = trials(halves);
    assertEquals(6 * 10, expected.size());
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      Trial one = expected.get(i);
      Trial other = found.get(i);
      assertArrayEquals(
          ((Batch.Reals) whole.samples(one)).data(), ((Batch.Reals) halves.samples(other)).data());
      assertArrayEquals(one.rewards(), other.rewards());
      assertArrayEquals(one.crossRewards().get("judge"), other.crossRewards().get("judge"));
      assertEquals(one.cost(), other.cost());
      assertEquals(one.scalars(), other.scalars());
    }
    List<String> provenance = Files.readAllLines(tight.resolve("out/provenance.jsonl"));
    assertEquals(1 + divided.size(), provenance.size());
    for (String kind : List.of("net x reward: PREDICTION", "net x reward: GRADIENT")) {
      assertTrue(divided.stream().anyMatch(line -> line.startsWith(kind)), divided.toString());
      assertTrue(
          provenance.stream().anyMatch(line -> line.contains("\"divided\":\"" + kind + " of ")));
    }
    Report.write(tight.resolve("out"));
    String page = Files.readString(tight.resolve("out/report.html"));
    assertTrue(page.contains("A run from when it divided calls"));
    assertFalse(page.contains("Run 2"));
    assertEquals("4", Provenance.cohort(tight.resolve("out")).orElseThrow());
    assertEquals(1, Files.readAllLines(roomy.resolve("out/provenance.jsonl")).size());
  }

  @Test
  void aTrialWhoseSingleRowsDoNotFitFailsByName(@TempDir Path folder)
      throws IOException, InterruptedException {
    run(folder, 1, UNBOUNDED); // guidance takes two rows a particle
    assertEquals(6 * 10, failures.size());
    for (Failure failure : failures) {
      assertEquals("memory", failure.kind());
      assertTrue(failure.message().startsWith("net x reward: "), failure.message());
      assertTrue(failure.message().contains(" of one particle does not fit: "), failure.message());
      assertEquals(1, failure.message().lines().count());
    }
  }

  @Test
  void cohortsAreMeasuredUpToTheFirstCallThatDoesNotFit(@TempDir Path folder) throws IOException {
    // two particles, that is four rows, fit; four do not
    assertEquals("4 rows", Probe.cohorts(defined(folder, 6, 100, "smc").plan, 1).text());
    Cohorts guided = Probe.cohorts(defined(folder, UNBOUNDED, 3, "smc, das").plan, 1);
    assertEquals(4, ((Cohorts.Filled) guided).guided());
    Cohorts unguided = Probe.cohorts(defined(folder, UNBOUNDED, 3, "smc").plan, 1);
    assertTrue(((Cohorts.Filled) unguided).rows() >= 16, "nobody asks for a gradient");
  }
}
