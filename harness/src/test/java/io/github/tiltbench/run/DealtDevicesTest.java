package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Device;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Extension;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DealtDevicesTest {
  private static final int WORKERS = 5;
  private static final Queue<String> OPENED = new ConcurrentLinkedQueue<>();
  private static final CountDownLatch ALL = new CountDownLatch(WORKERS);

  /** Notes where it is opened, once all workers have come to open one. */
  record Noting() implements VerifierSpec {
    @Override
    public Verifier open(StateSpace space) {
      OPENED.add(Torch.device().toString());
      ALL.countDown();
      try {
        assertTrue(ALL.await(1, TimeUnit.MINUTES));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return (clean, condition) -> new double[clean.size()];
    }

    @Override
    public Optional<String> mismatch(StateSpace space) {
      return Optional.empty();
    }
  }

  private static final Catalogues CATALOGUES =
      Catalogues.builtIn()
          .plus(
              new Extension() {
                @Override
                public List<CatalogueEntry<VerifierSpec>> verifiers() {
                  return List.of(CatalogueEntry.bare("noting", Noting.class));
                }
              });

  private static final byte[] STUDY =
      """
      study: devices
      seed: 3
      repetitions: 20
      count: 1
      models:
        gaussian:
          kind: gaussian
          mean: [0]
          variance: [1]
          process: {kind: ddim, steps: 2, eta: 1.0, scheduler: {clip_sample: false}}
      verifiers: {noting: {kind: noting}}
      beta: 1
      algorithms: [pretrained]
      budgets: {unit: nfe, per: sample, at: [2]}
      """
          .getBytes(StandardCharsets.UTF_8);

  @Test
  void devicesAreDealtToWorkersInTurn(@TempDir Path folder) throws InterruptedException {
    Study study = Study.read("s.yaml", STUDY, PathResolver.of(Path.of("s.yaml")), CATALOGUES);
    Plan plan = Plan.of(study, CATALOGUES);
    Provenance provenance = Provenance.here("run", "gpu:0, gpu:1", 1, "1", Map.of());
    try (Store store = Store.open(folder, plan, STUDY, Shard.ALL, provenance)) {
      Runner runner =
          new Runner(
              WORKERS,
              List.of(Device.gpu(0), Device.gpu(1)),
              new Cohorts.Given(1),
              Shard.ALL,
              Selection.ALL);
      assertEquals(0, runner.run(plan, store, new Observer() {}));
    }
    assertEquals(
        List.of("gpu:0", "gpu:0", "gpu:0", "gpu:1", "gpu:1"), OPENED.stream().sorted().toList());
  }
}
