package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.search.StateValue;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.engine.learning.LearnedNumbers;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Fits;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.StoreException;
import io.github.tiltbench.result.Stored;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.verifier.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the project's own algorithms learn, stored by one run and read by another. */
class FitStoreTest {
  private static final String STUDY =
      """
      study: stored
      seed: 3
      repetitions: 2
      count: 1
      prompts: [a]
      models:
        mixture:
          kind: gaussian-mixture
          weights: [0.3, 0.7]
          means: [[-2, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 4, eta: 1.0, scheduler: {clip_sample: false}}
        tokens:
          kind: markov-chain
          length: 4
          initial: [0.5, 0.3, 0.2]
          transition: [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]]
          process: {kind: ancestral, steps: 4}
      verifiers:
        push: {kind: linear, coefficients: [1.0, 0.5]}
        twos: {kind: tokens, scores: [0, 0, 1]}
      beta: 0.5
      algorithms:
        - svdd: {value: monte-carlo, width: 2}
        - svdd: {value: monte-carlo, width: 2, target: exponential, alpha: 0.5}
        - tri-tsmc: {twist: [control, quadratic, {kind: network, steps: 4}, tokens], particles: [2, 3]}
      budgets: {unit: nfe, per: sample, at: [16], fit: 120}
      """;

  @TempDir Path scratch;

  private static Plan plan(String yaml) {
    byte[] text = yaml.getBytes(StandardCharsets.UTF_8);
    Catalogues names = Catalogues.builtIn();
    return Plan.of(Study.read("s.yaml", text, PathResolver.of(Path.of("s.yaml")), names), names);
  }

  /** All that a trial says but the time it took. */
  private static String numbers(Trial trial) {
    Map<String, Object> all = new TreeMap<>();
    all.put("samples", ((Stored.Inline) trial.samples()).batch());
    all.put("rewards", trial.rewards());
    all.put("weights", trial.logWeights());
    all.put("scalars", trial.scalars());
    all.put("traces", trial.traces());
    all.put("cost", trial.cost());
    return Json.canonical(all);
  }

  /** The numbers of all trials. */
  private static Map<String, String> run(Path folder) throws InterruptedException {
    Plan plan = plan(STUDY);
    byte[] text = STUDY.getBytes(StandardCharsets.UTF_8);
    Provenance provenance = Provenance.here("run", "cpu", 1, "2", Map.of());
    Map<String, String> lines = new TreeMap<>();
    List<Object> complaints = new ArrayList<>();
    try (Store store = Store.open(folder, plan, text, Shard.ALL, provenance)) {
      new Runner(1, new Cohorts.Given(2), Shard.ALL)
          .run(
              plan,
              store,
              new Observer() {
                @Override
                public void finished(Trial trial) {
                  lines.put(trial.id().toString(), numbers(trial));
                }

                @Override
                public void failed(Failure failure) {
                  complaints.add(failure);
                }

                @Override
                public void relearning(String why) {
                  complaints.add(why);
                }
              });
    }
    assertEquals(List.of(), complaints);
    return lines;
  }

  private static Map<String, byte[]> fits(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder.resolve("fits"))) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  /**
   * Value nets of both links and the four families of twists; a fit that was made anew would bear
   * the name of another writer.
   */
  @Test
  void trialsAreTheSameWhetherAFitWasLearnedOrRead() throws Exception {
    Map<String, String> learned = run(scratch.resolve("learned"));
    Map<String, byte[]> files = fits(scratch.resolve("learned"));
    assertEquals(2 * (2 * 2 + 4 * 2), learned.size(), learned.keySet().toString());
    assertEquals(2 * 2 + 4, files.size(), "particles share a fit");
    Path there = scratch.resolve("read").resolve("fits");
    Files.createDirectories(there);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(there.resolve(file.getKey()), file.getValue());
    }
    assertEquals(learned, run(scratch.resolve("read")));
    Map<String, byte[]> after = fits(scratch.resolve("read"));
    assertEquals(files.keySet(), after.keySet());
    files.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
  }

  /** Of rewards and of their exponentials, of points and of tokens. */
  @Test
  void aValueThatWasReadIsInTheSameUnits() {
    int seen = 0;
    for (Cell cell : plan(STUDY).cells()) {
      if (cell.method().part().spec() instanceof Svdd svdd) {
        Problem problem = cell.problem();
        try (Denoiser model = cell.model().spec().open();
            Verifier reward = cell.verifier().spec().open(problem.space())) {
          Lab lab = new Lab(model, problem.process(), reward, problem.beta());
          FitFormat<StateValue> format = svdd.format(problem).orElseThrow();
          try (StateValue value = lab.fit(svdd, problem.fit().orElseThrow());
              StateValue read = format.read().apply(format.write().apply(value))) {
            Batch x = problem.process().prior(9, Lab.seed(0).noise(Purpose.PRIOR, 0));
            assertArrayEquals(value.value(x, 3), read.value(x, 3));
          }
        }
        seen++;
      }
    }
    assertEquals(4, seen);
  }

  private static String definition(String yaml, String prompt) {
    Cell cell =
        plan(yaml).cells().stream()
            .filter(c -> c.method().part().label().contains("control"))
            .findFirst()
            .orElseThrow();
    return cell.learning(prompt).orElseThrow().definition(prompt);
  }

  /** All that shapes a fit is in its name, and what shapes the sampling alone is not. */
  @Test
  void aFitIsNamedByAllThatDefinesIt() {
    String own = definition(STUDY, "a");
    Map<String, String> others =
        Map.of(
            "seed: 3", "seed: 4",
            "count: 1", "count: 2",
            "beta: 0.5", "beta: 0.6",
            "fit: 120", "fit: 240",
            "steps: 4, eta: 1.0", "steps: 4, eta: 0.9",
            "[1.0, 0.5]", "[1.0, 0.6]",
            "particles: [2", "radius: 0.4, particles: [2",
            "twist: [control,", "twist: [{kind: control, bins: 2},");
    others.forEach(
        (from, to) -> assertFalse(own.equals(definition(STUDY.replace(from, to), "a")), to));
    assertFalse(own.equals(definition(STUDY, "b")));
    assertEquals(
        own, definition(STUDY.replace("particles: [2", "threshold: 0.4, particles: [4"), "a"));
    assertEquals(own, definition(STUDY.replace("at: [16]", "at: [32]"), "a"));
    assertEquals(own, definition(STUDY.replace("repetitions: 2", "repetitions: 3"), "a"));
  }

  private Store store() {
    return store(Shard.ALL);
  }

  private Store store(Shard shard) {
    Provenance provenance = Provenance.here("run", "cpu", 1, "2", Map.of());
    byte[] text = STUDY.getBytes(StandardCharsets.UTF_8);
    return Store.open(scratch, plan(STUDY), text, shard, provenance);
  }

  private static final Fits.Fit FIT =
      new Fits.Fit(
          LearnedNumbers.of(Map.of("x", new double[] {0.1, Double.NEGATIVE_INFINITY, -0.0})),
          new Cost(1, 2, 3, 4, 5));

  @Test
  void everyBitOfANumberIsKept() throws IOException {
    try (Store store = store()) {
      store.fits().write("{}", FIT);
      Fits.Fit read = store.fits().read("{}").orElseThrow();
      assertArrayEquals(FIT.numbers().get("x"), read.numbers().get("x"));
      assertEquals(FIT.spent(), read.spent());
      assertTrue(store.fits().read("[]").isEmpty());
    }
  }

  /**
   * Two threads of a process and another one that learned the same: whoever reads meanwhile finds
   * one of their files.
   */
  @Test
  void twoWritersDoNoHarm() throws Exception {
    try (Store one = store(new Shard(0, 2));
        Store two = store(new Shard(1, 2))) {
      one.fits().write("{}", FIT);
      ExecutorService pool = Executors.newFixedThreadPool(3);
      List<Future<?>> writers = new ArrayList<>();
      for (Store store : List.of(one, one, two)) {
        writers.add(
            pool.submit(
                () -> {
                  Fits fits = store.fits();
                  for (int i = 0; i < 20; i++) {
                    fits.write("{}", FIT);
                  }
                }));
      }
      while (!writers.stream().allMatch(Future::isDone)) {
        assertEquals(FIT.spent(), one.fits().read("{}").orElseThrow().spent());
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      pool.shutdown();
      assertEquals(1, scratch.resolve("fits").toFile().list().length, "nothing is left beside it");
    }
  }

  /** A bit that flips anywhere in the file, and a fit under the name of another. */
  @Test
  void damageIsNoticedAndNamed() throws IOException {
    try (Store store = store()) {
      Fits fits = store.fits();
      fits.write("{}", FIT);
      Path file = fits.file("{}");
      byte[] whole = Files.readAllBytes(file);
      for (int at = 0; at < whole.length; at += 7) {
        byte[] hurt = whole.clone();
        hurt[at] ^= 1;
        Files.write(file, hurt);
        if (hurt[at] == '!') {
          continue; // a blank behind the header
        }
        IOException e = assertThrows(IOException.class, () -> fits.read("{}"), "byte " + at);
        assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
      }
      Files.write(file, whole);
      Files.move(file, fits.file("[]"));
      assertThrows(IOException.class, () -> fits.read("[]"));
    }
  }

  @Test
  void nothingIsReadOrWrittenThroughALink() throws IOException {
    try (Store store = store()) {
      Path elsewhere = Files.createDirectory(scratch.resolve("elsewhere"));
      Files.createSymbolicLink(scratch.resolve("fits"), elsewhere);
      StoreException e = assertThrows(StoreException.class, () -> store.fits().write("{}", FIT));
      assertTrue(e.getMessage().contains("symbolic link"), e.getMessage());
      assertThrows(IOException.class, () -> store.fits().read("{}"));
      assertEquals(0, elsewhere.toFile().list().length);
    }
  }
}
