package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Extension;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.TrialId;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study that is changed after it was run: what is kept, what is added, what no longer counts. */
class ChangedMindTest {
  private static final AtomicInteger OPENED = new AtomicInteger();
  private static final AtomicInteger JUDGED = new AtomicInteger();

  /** A Gaussian that counts how often it is opened. */
  record Counted(ProcessSpec.Gaussian process) implements ModelSpec {
    private Gaussian law() {
      return new Gaussian(new double[] {0, 1}, new double[] {1, 2}, process);
    }

    @Override
    public StateSpace.Euclidean space() {
      return law().space();
    }

    @Override
    public GaussianProcess reverse() {
      return law().reverse();
    }

    @Override
    public Denoiser open() {
      OPENED.incrementAndGet();
      return law().open();
    }
  }

  /** Scales the first number, or fails. */
  record First(double scale, boolean fails) implements VerifierSpec {
    @Override
    public Verifier open(StateSpace space) {
      return (clean, condition) -> {
        JUDGED.addAndGet(clean.size());
        if (fails) {
          throw new IllegalStateException("no opinion");
        }
        double[] score = new double[clean.size()];
        for (int i = 0; i < score.length; i++) {
          score[i] = scale * ((Batch.Reals) clean).row(i)[0];
        }
        return score;
      };
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
                public List<CatalogueEntry<ModelSpec>> models() {
                  return List.of(CatalogueEntry.bare("counted", Counted.class));
                }

                @Override
                public List<CatalogueEntry<VerifierSpec>> verifiers() {
                  return List.of(CatalogueEntry.bare("first", First.class, Map.of("fails", false)));
                }
              });

  private static final String STUDY =
      """
      study: mind
      seed: 5
      repetitions: 3
      count: 2
      prompts: [PROMPTS]
      models:
        one: {kind: counted, process: {kind: ddim, steps: 4, eta: 1.0}}
      verifiers:
        up: {kind: linear, coefficients: [1.0, 0.5]}
      JUDGES
      beta: 1
      algorithms: [pretrained, best-of-n]
      budgets: {unit: nfe, per: sample, at: [8]}
      """;

  @TempDir Path folder;
  private final List<Trial> made = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();

  @BeforeEach
  void forget() {
    OPENED.set(0);
    JUDGED.set(0);
  }

  private static Plan plan(String prompts, String... judges) {
    String cross =
        judges.length == 0
            ? ""
            : "cross_rewards: {"
                + Stream.of(judges)
                    .map(j -> j.replaceFirst(" ", ": {kind: first, ") + "}")
                    .collect(Collectors.joining(", "))
                + "}";
    String yaml = STUDY.replace("PROMPTS", prompts).replace("JUDGES", cross);
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    return Plan.of(
        Study.read("s.yaml", bytes, PathResolver.of(Path.of("s.yaml")), CATALOGUES), CATALOGUES);
  }

  private Results run(Path into, Plan plan) throws InterruptedException {
    made.clear();
    failures.clear();
    Provenance provenance = Provenance.here("run", "cpu", 1, "2", Map.of());
    try (Store store = Store.open(into, plan, new byte[0], Shard.ALL, provenance)) {
      new Runner(1, new Cohorts.Given(2), Shard.ALL)
          .run(
              plan,
              store,
              new Observer() {
                @Override
                public void finished(Trial trial) {
                  made.add(trial);
                }

                @Override
                public void failed(Failure failure) {
                  failures.add(failure);
                }
              });
    }
    return Results.read(into);
  }

  private Results run(String prompts, String... judges) throws InterruptedException {
    return run(folder.resolve("run"), plan(prompts, judges));
  }

  private static void assertAlike(Results expected, Results actual) {
    assertEquals(expected.trials().keySet(), actual.trials().keySet());
    expected.trials().forEach((id, trial) -> assertAlike(trial, actual.trials().get(id)));
    assertEquals(List.of(), actual.damages());
  }

  private static void assertAlike(Trial expected, Trial actual) {
    assertArrayEquals(expected.rewards(), actual.rewards());
    assertEquals(expected.crossRewards().keySet(), actual.crossRewards().keySet());
    expected
        .crossRewards()
        .forEach((j, scores) -> assertArrayEquals(scores, actual.crossRewards().get(j)));
  }

  /** The lines of all trials, by file. */
  private Map<Path, String> lines() throws IOException {
    Map<Path, String> lines = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder.resolve("run"))) {
      for (Path file : all.filter(f -> f.getFileName().toString().startsWith("trials-")).toList()) {
        lines.put(file, Files.readString(file));
      }
    }
    return lines;
  }

  @Test
  void aJudgeThatJoinsScoresWhatIsStoredWithoutTheModel() throws InterruptedException, IOException {
    run("a, b");
    assertEquals(12, made.size());
    Map<Path, String> before = lines();
    forget();
    Results judged = run("a, b", "late scale: 2.0");
    assertEquals(List.of(), made);
    assertEquals(0, OPENED.get());
    assertEquals(24, JUDGED.get());
    assertEquals(before, lines());
    assertAlike(run(folder.resolve("fresh"), plan("a, b", "late scale: 2.0")), judged);
    forget();
    run("a, b", "late scale: 2.0");
    assertEquals(0, JUDGED.get());
  }

  @Test
  void aJudgeIsItsDefinitionAndNotItsName() throws InterruptedException {
    Results first = run("a", "judge scale: 2.0");
    forget();
    Results other = run("a", "judge scale: 3.0");
    assertEquals(12, JUDGED.get());
    TrialId id = first.trials().keySet().iterator().next();
    double[] twice = first.trials().get(id).crossRewards().get("judge");
    double[] thrice = other.trials().get(id).crossRewards().get("judge");
    assertEquals(twice[0] / 2, thrice[0] / 3, 1e-12);
    forget();
    assertAlike(first, run("a", "judge scale: 2.0"));
    Results renamed = run("a", "referee scale: 2.0");
    assertEquals(0, JUDGED.get());
    assertArrayEquals(twice, renamed.trials().get(id).crossRewards().get("referee"));
    assertEquals(Set.of("referee"), renamed.trials().get(id).crossRewards().keySet());
  }

  @Test
  void promptsThatJoinAreAllThatIsRun() throws InterruptedException {
    run("b", "judge scale: 2.0");
    Results more = run("a, b, c", "judge scale: 2.0");
    assertEquals(12, made.size());
    assertTrue(made.stream().noneMatch(trial -> trial.id().prompt().equals("b")));
    assertEquals(6, more.carried().size());
    assertAlike(run(folder.resolve("fresh"), plan("a, b, c", "judge scale: 2.0")), more);
    forget();
    Results late = run("a, b, c", "judge scale: 2.0", "late scale: 5.0");
    assertEquals(36, JUDGED.get());
    assertAlike(
        run(folder.resolve("late"), plan("a, b, c", "judge scale: 2.0", "late scale: 5.0")), late);
    Results fewer = run("c, a");
    assertEquals(List.of(), made);
    assertEquals(12, fewer.trials().size());
  }

  @Test
  void aJudgeThatFailsIsToldOfAndAskedAgain() throws InterruptedException {
    run("a");
    Results failed = run("a", "judge scale: 2.0, fails: true");
    assertEquals(6, failures.size());
    String message = failures.get(0).message();
    assertTrue(message.startsWith("judge judge: IllegalStateException: no opinion"), message);
    assertEquals(List.of(), failed.failures());
    assertEquals(6, failed.trials().size());
    forget();
    run("a", "judge scale: 2.0, fails: true");
    assertEquals(6, JUDGED.get() / 2);
  }
}
