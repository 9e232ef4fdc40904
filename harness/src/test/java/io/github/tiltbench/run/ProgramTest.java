package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.engine.program.Scripts;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.TrialId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies whose model or reward is a program. */
class ProgramTest {
  private static final String STUDY =
      """
      study: programs
      seed: 3
      repetitions: 2
      count: 3
      models:
        mixture:
          kind: gaussian-mixture
          weights: [0.3, 0.7]
          means: [[-2, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 8, eta: 1.0, scheduler: {clip_sample: false}}
        python:
          kind: process
          program: {command: [python3, mixture.py], files: [mixture.py, tiltbench_worker.py], version: 1}
          item: [2]
          gradient: true
          process:
            {kind: ddim, steps: 8, eta: 1.0, scheduler: {clip_sample: false, prediction_type: sample}}
      verifiers:
        linear: {kind: linear, coefficients: [1.0, 0.5]}
        push:
          kind: process
          program:
            command: [python3, reward_with_gradient.py]
            files: [reward_with_gradient.py, tiltbench_worker.py]
            version: 1
          item: [2]
          gradient: true
      beta: 0.5
      algorithms: [pretrained, smc, svdd, das]
      budgets: {unit: nfe, per: sample, at: [32]}
      """;

  private final List<Failure> failures = Collections.synchronizedList(new ArrayList<>());

  @TempDir Path folder;

  private Plan plan(String yaml) {
    byte[] text = yaml.getBytes(StandardCharsets.UTF_8);
    Study study =
        Study.read("s.yaml", text, new PathResolver(List.of(folder)), Catalogues.builtIn());
    return Plan.of(study, Catalogues.builtIn());
  }

  private Results run(String yaml, String out) throws InterruptedException {
    Provenance provenance = Provenance.here("run", "cpu", 1, "1", Map.of());
    Plan plan = plan(yaml);
    byte[] text = yaml.getBytes(StandardCharsets.UTF_8);
    Observer observer =
        new Observer() {
          @Override
          public void failed(Failure failure) {
            failures.add(failure);
          }
        };
    try (Store store = Store.open(folder.resolve(out), plan, text, Shard.ALL, provenance)) {
      new Runner(2, new Cohorts.Given(2), Shard.ALL).run(plan, store, observer);
    }
    return Results.read(folder.resolve(out));
  }

  /** The four pairs of a model and a reward in Java and in Python are one pair. */
  @Test
  void copiesInPythonGiveTheSameSamplesAtTheSamePrice() throws InterruptedException {
    new Scripts(folder).with("mixture.py").example("reward_with_gradient.py");
    Plan plan = plan(STUDY);
    Results results = run(STUDY, "out");
    assertEquals(List.of(), failures);
    assertEquals(4 * 4 * 2, results.trials().size());
    for (Cell cell : plan.cells()) {
      Cell java =
          plan.cells().stream()
              .filter(c -> c.method().equals(cell.method()))
              .filter(c -> c.model().label().equals("mixture"))
              .filter(c -> c.verifier().label().equals("linear"))
              .findFirst()
              .orElseThrow();
      for (int repetition = 0; repetition < 2; repetition++) {
        Trial expected = trial(results, java, repetition);
        Trial found = trial(results, cell, repetition);
        assertArrayEquals(
            samples(results, expected), samples(results, found), 1e-6, cell.toString());
        assertArrayEquals(expected.rewards(), found.rewards(), 1e-6, cell.toString());
        assertEquals(expected.cost(), found.cost(), cell.toString());
      }
    }
    assertNoProgramRuns();
  }

  private static Trial trial(Results results, Cell cell, int repetition) {
    return results.trials().get(new TrialId(cell.key().brief(), "-", repetition));
  }

  private static double[] samples(Results results, Trial trial) {
    return ((Batch.Reals) results.samples(trial)).data();
  }

  private static void assertNoProgramRuns() {
    List<String> left =
        ProcessHandle.current()
            .descendants()
            .map(process -> process.info().command().orElse(""))
            .filter(command -> command.contains("python"))
            .toList();
    assertEquals(List.of(), left);
  }

  private static final String KILLED =
      """
      study: killed
      seed: 4
      repetitions: 6
      count: 2
      models:
        mixture:
          kind: gaussian-mixture
          weights: [0.3, 0.7]
          means: [[-2, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 4, eta: 1.0, scheduler: {clip_sample: false}}
      verifiers:
        slow:
          kind: process
          program: {command: [python3, slow.py, FOLDER], files: [slow.py, tiltbench_worker.py], version: 1}
          item: [2]
      beta: 0.5
      algorithms: [smc]
      budgets: {unit: nfe, per: sample, at: [8]}
      """;

  /** In its tenth answer it says where it is, and waits if it is asked to. */
  private static final String SLOW =
      """
      import os, sys, time
      import tiltbench_worker
      folder = sys.argv[1]
      calls = 0
      def taken(file):
          try:
              os.remove(file)
              return True
          except FileNotFoundError:
              return False
      def score(x, conditions):
          global calls
          calls += 1
          if calls == 10 and taken(folder + "/wait"):
              print("at work", file=sys.stderr, flush=True)
              with open(folder + "/pid.part", "w") as pid:
                  pid.write(str(os.getpid()))
              os.rename(folder + "/pid.part", folder + "/pid")
              time.sleep(600)
          return [row[0] for row in x.rows()]
      tiltbench_worker.serve("slow", "1", reward={"item": [2], "score": score}, dtype="F64")
      """;

  @Test
  void aProgramThatIsKilledCostsOneTrialWhichIsRunAgain() throws Exception {
    new Scripts(folder).with("slow.py", SLOW);
    String study = KILLED.replace("FOLDER", folder.toString());
    Set<String> whole = lines(run(study, "whole"), "whole");
    Files.createFile(folder.resolve("wait"));
    Thread killer = new Thread(this::kill);
    killer.start();
    Results first = run(study, "out");
    killer.join();
    assertEquals(5, first.trials().size());
    assertEquals(1, failures.size());
    assertEquals("program", failures.get(0).kind());
    assertEquals(
        "python3 slow.py "
            + folder
            + ": it was killed by signal 9 before it answered score of 2 rows; its last words: at"
            + " work",
        failures.get(0).message());
    run(study, "out");
    assertEquals(1, failures.size());
    assertEquals(whole, lines(Results.read(folder.resolve("out")), "out"));
    assertNoProgramRuns();
    try (Stream<Path> logs = Files.list(folder.resolve("out/programs"))) {
      assertTrue(
          logs.anyMatch(
              log -> content(log).matches("(?s)== .*\nat work\n== .*, process \\d+, .*")));
    }
  }

  private void kill() {
    try {
      Path pid = folder.resolve("pid");
      while (!Files.exists(pid)) {
        Thread.sleep(5);
      }
      ProcessHandle.of(Long.parseLong(Files.readString(pid))).orElseThrow().destroyForcibly();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All stored lines without the parts that are measured. */
  private Set<String> lines(Results results, String out) throws IOException {
    assertTrue(results.damages().isEmpty());
    try (Stream<Path> files = Files.walk(folder.resolve(out).resolve("cells"))) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("trials-"))
          .flatMap(f -> content(f).lines())
          .map(line -> line.replaceAll("\"(wall_s|crc)\":[^,}]*", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Content, names and version are in the key; how long one waits is not. */
  @Test
  void theKeyIsThatOfWhatIsRun() throws IOException {
    new Scripts(folder).with("slow.py", SLOW);
    String key = key(KILLED);
    assertEquals(key, key(KILLED.replace("version: 1}", "version: 1, timeouts: {call: 5}}")));
    assertNotEquals(key, key(KILLED.replace("version: 1}", "version: 2}")));
    assertNotEquals(key, key(KILLED.replace("FOLDER", "elsewhere")));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    for (String name : List.of("slow.py", "tiltbench_worker.py")) {
      Files.copy(folder.resolve(name), elsewhere.resolve(name));
    }
    String moved = KILLED.replace("files: [slow.py, ", "files: [elsewhere/slow.py, elsewhere/");
    assertEquals(key, key(moved));
    new Scripts(folder).with("slow.py", SLOW + "# slower\n");
    assertNotEquals(key, key(KILLED));
    assertEquals(key, key(moved));
  }

  @Test
  void whatIsNoNumberFailsTheTrial() throws InterruptedException {
    new Scripts(folder)
        .with("faulty.py")
        .with(
            "undefined.py",
            """
            import tiltbench_worker
            def denoise(x, time, alpha_bar, conditions):
                return [[float("nan")] * 2] * x.shape[0]
            denoiser = {"item": [2], "prediction_type": "sample", "denoise": denoise}
            tiltbench_worker.serve("undefined", "1", denoiser=denoiser)
            """);
    String reward = KILLED.replace("slow.py, FOLDER", "faulty.py, nan").replace("slow", "faulty");
    run(reward.replace("repetitions: 6", "repetitions: 1"), "reward");
    String model =
        STUDY
            .replace("mixture.py", "undefined.py")
            .replaceFirst("(?s)  mixture:.*?  python:", "  python:")
            .replaceFirst("(?s)  push:.*?beta", "beta")
            .replace("gradient: true", "gradient: false")
            .replaceFirst("algorithms: .*", "algorithms: [pretrained]")
            .replace("repetitions: 2", "repetitions: 1");
    run(model, "model");
    assertEquals(
        List.of("the verifier scored sample 0 as NaN", "the model's predictions are not finite"),
        failures.stream().map(Failure::message).toList());
  }

  private String key(String yaml) {
    return plan(yaml).cells().get(0).key().hex();
  }
}
