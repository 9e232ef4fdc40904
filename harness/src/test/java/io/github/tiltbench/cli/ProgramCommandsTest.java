package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.engine.program.Scripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands say and do about programs of the user's own. */
class ProgramCommandsTest {
  @TempDir Path folder;

  @Test
  void whatNewWritesRunsAndIsVerified() throws IOException {
    Path mine = folder.resolve("my-rewards");
    Console written = Console.run("new", "program", mine.toString());
    assertEquals(0, written.code(), written.err());
    assertTrue(Files.readAllLines(mine.resolve("tiltbench_worker.py")).size() <= 150);
    String study = mine.resolve("study.yaml").toString();
    Console plan = Console.run("plan", study, "--no-probe");
    assertTrue(
        plan.out().contains("program: python3 reward.py, version 1, one process a worker"),
        plan.out());
    Path out = folder.resolve("out");
    Console run = Console.run("run", study, "--out", out.toString());
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("das"), run.out());
    String provenance = Files.readString(out.resolve("provenance.jsonl"));
    String digest = Digests.sha256(Files.readAllBytes(mine.resolve("reward.py")));
    assertTrue(
        provenance.contains(
            "\"program python3 reward.py\":\"version 1, reward.py " + digest + ", tiltbench_"),
        provenance);
    Console verified = Console.run("verify", out.toString());
    assertEquals(0, verified.code(), verified.out());
    assertTrue(verified.out().contains(" 0 differ"), verified.out());
  }

  /**
   * A stranger's folder is read, whatever its study would start; a worker starts it once, whoever
   * names it.
   */
  @Test
  void aReportStartsNoProgram() throws IOException {
    new Scripts(folder)
        .with(
            "spy.py",
            """
            import sys
            import tiltbench_worker
            open(sys.argv[1], "a").write("started ")
            reward = {"item": [2], "score": lambda x, conditions: [row[0] for row in x.rows()]}
            tiltbench_worker.serve("spy", "1", reward=reward)
            """);
    Path spied = folder.resolve("spied");
    Path study =
        Files.writeString(
            folder.resolve("s.yaml"),
            """
            study: spied
            seed: 1
            repetitions: 2
            count: 2
            models:
              mixture:
                kind: gaussian-mixture
                weights: [0.3, 0.7]
                means: [[-2, 0], [1.5, 1]]
                variances: [[0.2, 0.2], [0.5, 0.1]]
                process: {kind: ddim, steps: 4, eta: 1}
            verifiers:
              spy:
                kind: process
                program:
                  command: [python3, spy.py, %s]
                  files: [spy.py, tiltbench_worker.py]
                  version: 1
                item: [2]
              both:
                kind: ensemble
                members:
                  - kind: process
                    program:
                      command: [python3, spy.py, %s]
                      files: [spy.py, tiltbench_worker.py]
                      version: 1
                    item: [2]
                  - {kind: linear, coefficients: [1, 1]}
            beta: 0.5
            algorithms: [pretrained]
            budgets: {unit: nfe, per: sample, at: [4]}
            metrics: [reward, distance]
            """
                .formatted(spied, spied));
    Path out = folder.resolve("out");
    Console run = Console.run("run", study.toString(), "--out", out.toString(), "--workers", "1");
    assertEquals(0, run.code(), run.err());
    assertEquals("started ", Files.readString(spied));
    assertEquals(0, Console.run("report", out.toString()).code());
    assertEquals(0, Console.run("plan", study.toString(), "--no-probe").code());
    assertEquals("started ", Files.readString(spied));
    Console plan = Console.run("plan", study.toString());
    assertEquals(0, plan.code(), plan.err());
    assertTrue(Files.readString(spied).startsWith("started started "));
  }

  @Test
  void whatIsWrongIsOneLineAtItsPlace() throws IOException {
    Path mine = folder.resolve("mine");
    Console.run("new", "program", mine.toString());
    Path study = mine.resolve("study.yaml");
    String sound = Files.readString(study);
    assertRefused(
        study,
        sound.replace("[python3, reward.py]", "[python3, other.py]"),
        ":18:7: command names none of its files, reward.py, tiltbench_worker.py, so what it runs"
            + " would be no part of the key");
    assertRefused(
        study,
        sound.replace("files: [mine/reward.py,", "files: [mine/rewrd.py,"),
        ":19:15: no file 'mine/rewrd.py'; did you mean '");
    assertRefused(
        study,
        sound.replaceFirst("version: 1\n", "version: 1\n      timeout: {call: 5}\n"),
        ":21:7: unknown key 'timeout' in program; did you mean 'timeouts'?");
    Files.writeString(study, sound.replaceFirst("version: 1\n", "version: 2\n"));
    for (String command : List.of("plan", "run")) {
      Console refused =
          command.equals("plan")
              ? Console.run("plan", study.toString())
              : Console.run("run", study.toString(), "--out", folder.resolve("x").toString());
      assertEquals(2, refused.code());
      assertTrue(
          refused
              .err()
              .endsWith(
                  "tiltbench: python3 reward.py: it says that it is version 1; the study has"
                      + " version: 2\n"),
          refused.err());
    }
  }

  private static void assertRefused(Path study, String text, String line) throws IOException {
    Files.writeString(study, text);
    Console refused = Console.run("plan", study.toString());
    assertEquals(2, refused.code());
    assertTrue(refused.err().startsWith("tiltbench: " + study + line), refused.err());
    assertEquals(1, refused.err().lines().count());
  }

  @Test
  void listAndDoctorKnowPrograms() {
    String listed = Console.run("list", "process").out();
    assertTrue(listed.contains("program, item, process, guidance=1.0, gradient=false"), listed);
    assertTrue(listed.contains("program, item, gradient=false, range=reals"), listed);
    String doctor = Console.run("doctor").out();
    assertTrue(doctor.matches("(?s).*\npython3 +3\\..*\nprogram +right: 2.00000, known.*"), doctor);
  }

  /** The example of a pipeline, with libraries that stand in for PyTorch and diffusers. */
  @Test
  void aPipelineOfDiffusersIsADenoiser() throws IOException {
    Scripts scripts =
        new Scripts(folder)
            .example("diffusers_denoiser.py")
            .with("stub_torch.py")
            .with("stub_diffusers.py");
    Files.move(folder.resolve("stub_torch.py"), folder.resolve("torch.py"));
    Files.move(folder.resolve("stub_diffusers.py"), folder.resolve("diffusers.py"));
    Path pipeline = Files.createDirectory(scripts.folder().resolve("tiny"));
    Files.writeString(
        pipeline.resolve("scheduler_config.json"),
        "{\"beta_schedule\": \"scaled_linear\", \"beta_start\": 0.00085, \"beta_end\": 0.012,"
            + " \"num_train_timesteps\": 1000, \"prediction_type\": \"epsilon\","
            + " \"clip_sample\": false}");
    Path study =
        Files.writeString(
            folder.resolve("s.yaml"),
            """
            study: pipeline
            seed: 1
            repetitions: 2
            count: 2
            prompts: [cat, horse]
            models:
              tiny:
                kind: process
                program:
                  command: [python3, diffusers_denoiser.py, tiny]
                  files: [diffusers_denoiser.py, tiltbench_worker.py, torch.py, diffusers.py, tiny]
                  version: 1
                item: [1, 2, 2]
                gradient: true
                guidance: 2
                process: {kind: ddim, steps: 4, eta: 1, scheduler: tiny/scheduler_config.json}
            verifiers:
              linear: {kind: quadratic, center: [0, 0, 0, 0], precision: 1}
            beta: 1
            algorithms: [pretrained, dps]
            budgets: {unit: nfe, per: sample, at: [4]}
            """);
    Path out = folder.resolve("out");
    Console run = Console.run("run", study.toString(), "--out", out.toString());
    assertEquals(0, run.code(), run.err());
    String trials = lines(out).toString();
    assertTrue(trials.contains("\"rows\":16"), trials);
    assertTrue(trials.contains("\"backward\":8"), trials);
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "KILL"})
  void noProcessIsLeftAfterASignal(String signal) throws Exception {
    new Scripts(folder)
        .with(
            "deaf.py",
            """
            import os, signal, sys, time
            import tiltbench_worker
            def score(x, conditions):
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                with open(sys.argv[1] + ".part", "w") as file:
                    file.write(f"{os.getpid()}")
                os.rename(sys.argv[1] + ".part", sys.argv[1])
                time.sleep(float(sys.argv[2]))
                return [0.0] * x.shape[0]
            tiltbench_worker.serve("deaf", "1", reward={"item": [2], "score": score})
            """);
    Path pid = folder.resolve("pid");
    // killed, Java can end nothing: a program then sees the end of its input
    String seconds = signal.equals("KILL") ? "1" : "600";
    Path study =
        Files.writeString(
            folder.resolve("s.yaml"),
            """
            study: deaf
            seed: 1
            repetitions: 1
            count: 2
            models:
              mixture:
                kind: gaussian-mixture
                weights: [0.3, 0.7]
                means: [[-2, 0], [1.5, 1]]
                variances: [[0.2, 0.2], [0.5, 0.1]]
                process: {kind: ddim, steps: 4, eta: 1}
            verifiers:
              deaf:
                kind: process
                program:
                  command: [python3, deaf.py, %s, "%s"]
                  files: [deaf.py, tiltbench_worker.py]
                  version: 1
                item: [2]
            beta: 0.5
            algorithms: [best-of-n]
            budgets: {unit: nfe, per: sample, at: [8]}
            """
                .formatted(pid, seconds));
    Path out = folder.resolve("out");
    Process java =
        new ProcessBuilder(
                "env", // a shell may have left interrupts ignored to us
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                study.toString(),
                "--out",
                out.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(folder.resolve("err").toFile())
            .start();
    try {
      await(() -> Files.exists(pid));
      long program = Long.parseLong(Files.readString(pid));
      Path place = Files.readSymbolicLink(Path.of("/proc/" + program + "/cwd"));
      assertTrue(place.getFileName().toString().startsWith("tiltbench-program-"));
      String[] kill = {"kill", "-" + signal, Long.toString(java.pid())};
      assertEquals(0, new ProcessBuilder(kill).start().waitFor());
      assertTrue(java.waitFor(1, TimeUnit.MINUTES));
      await(() -> !runs(program));
      if (signal.equals("INT")) {
        assertEquals(130, java.exitValue());
        assertFalse(Files.exists(place), "copies are left");
        assertEquals(Set.of(), lines(out));
        assertFalse(Files.readString(folder.resolve("err")).contains("failed"));
      }
    } finally {
      java.destroyForcibly();
    }
  }

  private interface Holds {
    boolean now() throws IOException;
  }

  private static void await(Holds condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.now()) {
      assertTrue(System.nanoTime() < end, "it does not come to pass");
      Thread.sleep(5);
    }
  }

  /** Whether a process is there and no zombie that waits for a parent which is not ours. */
  private static boolean runs(long pid) {
    Path status = Path.of("/proc/" + pid + "/stat");
    try {
      return !Files.readString(status).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }

  private static Set<String> lines(Path out) throws IOException {
    Set<String> lines = new TreeSet<>();
    try (Stream<Path> files = Files.walk(out.resolve("cells"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    return lines;
  }
}
