package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.result.Looks;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cohorts that become due as looks ask for them. */
class AgendaTest {
  private static final String STUDY =
      """
      study: due
      seed: 3
      count: 1
      repetitions: {at_most: 64, at_least: 4, until: {width: 1.5, of: median}}
      models:
        mixture:
          kind: gaussian-mixture
          weights: [0.3, 0.7]
          means: [[-2, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 2, eta: 1.0, scheduler: {clip_sample: false}}
      verifiers:
        push: {kind: linear, coefficients: [1.0, 0.5]}
      beta: 0.5
      algorithms: [pretrained, best-of-n]
      budgets: {unit: nfe, per: sample, at: [4]}
      """;

  @TempDir Path folder;

  private Results run(String name, Optional<Runner.Elsewhere> elsewhere, Observer observer)
      throws Exception {
    byte[] text = STUDY.getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(folder.resolve("due.yaml"), text);
    Catalogues catalogues = Catalogues.load();
    Plan plan =
        Plan.of(Study.read(file.toString(), text, PathResolver.of(file), catalogues), catalogues);
    Runner runner =
        new Runner(1, List.of(), new Cohorts.Given(3), Shard.ALL, Selection.ALL, elsewhere);
    Path out = folder.resolve(name);
    Provenance provenance = Provenance.here("", "cpu", 1, "3", Map.of());
    try (Store store = Store.open(out, plan, text, Shard.ALL, provenance)) {
      assertEquals(0, runner.run(plan, store, observer));
    }
    return Results.read(out);
  }

  /** A cluster gets what is due at once, then what its answers lead to; the same trials come. */
  @Test
  void aClusterIsGivenBatchAfterBatch() throws Exception {
    List<Integer> batches = new ArrayList<>();
    Cluster here =
        new Cluster() {
          @Override
          public void run(List<Errand> errands, Consumer<byte[]> answer)
              throws InterruptedException {
            batches.add(errands.size());
            for (Errand errand : errands) {
              answer.accept(errand.run(OptionalInt.empty()));
            }
          }

          @Override
          public void close() {}
        };
    byte[] text = STUDY.getBytes(StandardCharsets.UTF_8);
    Errand.Home home = new Errand.Home(text, folder.resolve("due.yaml").toString(), List.of());
    Results theirs =
        run("cluster", Optional.of(new Runner.Elsewhere(here, home)), new Observer() {});
    Results own = run("own", Optional.empty(), new Observer() {});
    assertEquals(own.standings(), theirs.standings());
    assertTrue(
        own.standings().values().stream().allMatch(s -> s.ending() == Looks.Ending.MET),
        "" + own.standings());
    assertEquals(own.trials().keySet(), theirs.trials().keySet());
    own.trials().forEach((id, trial) -> assertTrue(trial.reproduces(theirs.trials().get(id))));
    assertEquals(4, batches.get(0), "two cohorts of each cell before the first look");
    assertTrue(batches.size() > 2, "" + batches);
  }

  /** The observer hears of every trial that is run, and of none twice. */
  @Test
  void anObserverIsToldWhatBecomesDue() throws Exception {
    int[] said = new int[2];
    Results results =
        run(
            "out",
            Optional.empty(),
            new Observer() {
              @Override
              public void started(int trials, long nfe, int finished) {
                said[0] += trials;
              }

              @Override
              public synchronized void more(int trials, long nfe) {
                said[0] += trials;
              }

              @Override
              public void finished(Trial trial) {
                said[1]++;
              }
            });
    assertEquals(results.trials().size(), said[0]);
    assertEquals(results.trials().size(), said[1]);
  }
}
