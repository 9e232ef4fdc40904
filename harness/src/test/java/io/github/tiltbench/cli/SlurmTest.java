package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code slurm}, with a Slurm that runs the parts of an array here, one after the other. */
class SlurmTest {
  private static final String STUDY =
      """
      study: small
      seed: 3
      repetitions: 20
      count: 2
      models:
        m: {kind: gaussian, mean: [0], variance: [1], process: {kind: ddim, steps: 4, eta: 1}}
      verifiers: {r: {kind: linear, coefficients: [1.0]}}
      beta: 1
      algorithms: [pretrained, best-of-n, smc]
      budgets: {unit: nfe, per: sample, at: [8, 16]}
      """;

  /** Runs a job until it is not put back into the queue; says it is job 7. */
  private static final String SBATCH =
      """
      #!/bin/bash
      echo "sbatch $*" >> "$ROOM/asked"
      script=${!#}
      last=$(sed -n 's/^#SBATCH --array=0-\\([0-9]*\\).*/\\1/p' "$script")
      for part in $(seq 0 "${last:-0}"); do
        for again in 0 1 2 3 4 5; do
          rm -f "$ROOM/requeued"
          SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=$part SLURM_RESTART_COUNT=$again \\
            bash "$script" >> "$ROOM/said" 2>&1
          echo "part $part ended with $?" >> "$ROOM/asked"
          [ -e "$ROOM/requeued" ] || break
        done
      done
      echo '7;here'
      """;

  private static final String SCONTROL =
      """
      #!/bin/bash
      echo "scontrol $*" >> "$ROOM/asked"
      touch "$ROOM/requeued"
      """;

  /** The program, but that part 1 of 3 is killed the first time. */
  private static final String KILLED_ONCE =
      """
      #!/bin/bash
      if [[ "$*" == *"--shard 1/3"* && ! -e "$ROOM/killed" ]]; then
        touch "$ROOM/killed"
        kill -9 $$
      fi
      exec "$JAVA" -XX:TieredStopAtLevel=1 -cp "$CLASSES" io.github.tiltbench.cli.Main "$@"
      """;

  /** Ends as it is told to; asked to wait, ends by a signal as the program does. */
  private static final String ENDS =
      """
      #!/bin/bash
      trap 'exit 130' TERM
      touch "$ROOM/begun"
      while [ "$CODE" = wait ]; do sleep 0.05; done
      exit "$CODE"
      """;

  @TempDir Path room;
  private Path study;
  private Path scripts;
  private Path out;

  @BeforeEach
  void machine() throws IOException {
    study = Files.writeString(room.resolve("a study's.yaml"), STUDY);
    scripts = room.resolve("the scripts, 100%");
    out = room.resolve("re$ults");
    program("sbatch", SBATCH);
    program("scontrol", SCONTROL);
    System.setProperty("tiltbench.home", room.toString());
  }

  @AfterEach
  void leave() {
    System.clearProperty("tiltbench.home");
  }

  private void program(String name, String text) throws IOException {
    Path file = Files.writeString(room.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Console slurm(String... more) {
    List<String> line = new ArrayList<>(List.of("slurm", study.toString()));
    line.addAll(List.of("--scripts", scripts.toString(), "--out", out.toString()));
    line.addAll(List.of(more));
    return Console.run(line.toArray(String[]::new));
  }

  private Process start(Path script, Map<String, String> more) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", script.toString()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.merge("PATH", room.toString(), (path, here) -> here + ":" + path);
    environment.put("ROOM", room.toString());
    environment.put("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    environment.put("CLASSES", System.getProperty("java.class.path"));
    environment.putAll(more);
    return builder.redirectOutput(room.resolve("said").toFile()).start();
  }

  private String read(String file) throws IOException {
    return Files.readString(room.resolve(file));
  }

  private String array() throws IOException {
    return Files.readString(scripts.resolve("array.sh"));
  }

  @Test
  void partsOfWhichOneIsKilledEndInTheBytesOfOneProcess() throws Exception {
    program("tiltbench", KILLED_ONCE);
    Console said = slurm("--array", "3");
    assertEquals(0, said.code(), said.err());
    assertTrue(said.out().contains("bash " + scripts.resolve("submit.sh")), said.out());
    Process submitted = start(scripts.resolve("submit.sh"), Map.of());
    assertTrue(submitted.waitFor(5, TimeUnit.MINUTES), "does not end");
    assertEquals(0, submitted.exitValue(), read("said"));
    List<String> asked = read("asked").lines().toList();
    String logs = scripts.resolve("logs").toString().replace("%", "%%");
    assertEquals(
        List.of(
            "sbatch --parsable --output=" + logs + "/%x-%A_%a.log " + scripts + "/array.sh",
            "part 0 ended with 0",
            "scontrol requeue 7_1",
            "part 1 ended with 137",
            "part 1 ended with 0",
            "part 2 ended with 0",
            "sbatch --parsable --output="
                + logs
                + "/%x-%j.log --dependency=afterany:7 "
                + scripts
                + "/report.sh",
            "part 0 ended with 0"),
        asked);
    assertTrue(Files.isDirectory(scripts.resolve("logs")));
    assertTrue(read("said").contains("small: 100 of 100 trials finished"), read("said"));
    assertTrue(Files.exists(out.resolve("report.html")), "no report");
    Path whole = room.resolve("whole");
    Console.run("run", study.toString(), "--out", whole.toString(), "--no-report");
    assertEquals(export(whole), export(out));
  }

  private String export(Path results) throws IOException {
    Path csv = room.resolve("samples.csv");
    assertEquals(0, Console.run("export", results.toString(), "--samples", csv.toString()).code());
    return Files.readString(csv);
  }

  @Test
  void whatIsAskedOfTheClusterStandsInTheScripts() throws IOException {
    String wants = "--array 64 --at-once 16 --gpus a100:2 --cpus 4 --mem 32G --time 12:00:00";
    Console said = slurm((wants + " --sbatch=--account=mine -- --only smc").split(" "));
    assertEquals(0, said.code(), said.err());
    assertTrue(said.err().contains("has 15 cohorts, so some of 64 parts have nothing to do"));
    List<String> directives = array().lines().filter(l -> l.startsWith("#SBATCH")).toList();
    assertEquals(
        Stream.of(
                "--job-name=small",
                "--array=0-63%16",
                "--cpus-per-task=4",
                "--mem=32G",
                "--gres=gpu:a100:2",
                "--time=12:00:00",
                "--signal=B:USR1@180",
                "--account=mine",
                "--requeue",
                "--open-mode=append")
            .map(o -> "#SBATCH " + o)
            .toList(),
        directives);
    assertTrue(array().contains(" '--device' 'gpu' '--only' 'smc' &\n"), array());
    assertTrue(array().contains("--shard \"$SLURM_ARRAY_TASK_ID/64\""), array());
    assertTrue(array().contains("export TILTBENCH_PROFILE=\"${TILTBENCH_PROFILE:-gpu}\"\n"));
    slurm("--array", "2", "--cpus", "3");
    assertFalse(array().contains("gpu") || array().contains("--time"), array());
    assertTrue(array().contains(" '--workers' '3' &\n"), array());
    assertFalse(array().contains("@"), array());
  }

  /** Exit code of a part, how often it was put back before, whether it is again. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, false",
    "1, 0, true",
    "1, 2, true",
    "1, 3, false",
    "137, 0, true",
    "2, 0, false",
    "130, 0, false"
  })
  void whatFailedIsPutBackIfThatMayHelp(int code, int before, boolean again) throws Exception {
    assertEquals(code, part(Integer.toString(code), before, false));
    assertEquals(again, Files.exists(room.resolve("requeued")));
  }

  @Test
  void aPartAtItsTimeLimitEndsInOrderAndGoesOnHoweverOften() throws Exception {
    assertEquals(130, part("wait", 9, true));
    assertTrue(Files.exists(room.resolve("requeued")));
  }

  private int part(String code, int before, boolean signal) throws Exception {
    program("tiltbench", ENDS);
    slurm("--array", "2", "--time", "60");
    Map<String, String> environment =
        Map.of(
            "CODE",
            code,
            "SLURM_ARRAY_JOB_ID",
            "7",
            "SLURM_ARRAY_TASK_ID",
            "1",
            "SLURM_RESTART_COUNT",
            Integer.toString(before));
    Process part = start(scripts.resolve("array.sh"), environment);
    if (signal) {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      while (!Files.exists(room.resolve("begun"))) {
        assertTrue(System.nanoTime() < end, "does not begin");
        Thread.sleep(20);
      }
      Thread.sleep(300); // for the trap that is set next
      String pid = Long.toString(part.pid());
      assertEquals(0, new ProcessBuilder("kill", "-USR1", pid).start().waitFor());
    }
    assertTrue(part.waitFor(1, TimeUnit.MINUTES), "does not end");
    return part.exitValue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--array 0 | an array has at least one part",
        "--array 2 --gpus two | --gpus is as in --gpus=2 or a100:2, not two",
        "--array 2 --mem much | --mem is as in --mem=6G, not much",
        "--array 2 --time soon | --time is as in --time=12:00:00, not soon",
        "--array 2 --sbatch account | --sbatch is as in --sbatch=--account=mine, not account",
        "--array 2 -- --onyl smc | tiltbench run has no option '--onyl'; did you mean '--only'?",
        "--array 2 -- --shard 0/2 | option '--shard' (i/n) should be specified only once",
        "--array 2 -- --serve 80 | --serve is for one process; tiltbench status shows many",
        "--at-once 2 | Missing required option: '--array=N'"
      })
  void wrongUsageIsOneLineAndWritesNothing(String line, String wanted) {
    Console said = slurm(line.split(" "));
    assertEquals(2, said.code(), said.err());
    assertEquals(1, said.err().lines().count(), said.err());
    assertTrue(said.err().contains(wanted), said.err());
    assertFalse(Files.exists(scripts));
  }
}
