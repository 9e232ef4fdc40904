package io.github.tiltbench.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.cli.Main;
import io.github.tiltbench.run.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies on a cluster of two processes of this machine. */
class SparkClusterTest {
  private static final int TRIALS = 192;

  private static final String STUDY =
      """
      study: spread
      seed: 7
      repetitions: 48
      count: 4
      prompts: [a, b]
      models:
        mix:
          kind: gaussian-mixture
          weights: [0.5, 0.5]
          means: [[-1, 0], [1, 0]]
          variances: [[1, 1], [1, 1]]
          process: {kind: ddim, steps: 50, eta: 1.0}
      verifiers:
        weigh: {kind: linear, coefficients: [1.0, 2.0]}
      cross_rewards:
        judge: {kind: linear, coefficients: [2.0, 1.0]}
      beta: 0.5
      algorithms: [pretrained, smc]
      budgets: {unit: nfe, per: sample, at: [6400]}
      """;

  @TempDir Path folder;

  @BeforeAll
  static void home() throws IOException {
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
  }

  private Path study() throws IOException {
    return Files.writeString(folder.resolve("spread.yaml"), STUDY);
  }

  private String exported(String out) throws IOException {
    Path scores = folder.resolve(out + "-scores.csv");
    Path samples = folder.resolve(out + "-samples.csv");
    String[] command = {
      "export",
      folder.resolve(out).toString(),
      "--scores",
      scores.toString(),
      "--samples",
      samples.toString()
    };
    assertEquals(0, Main.run(command));
    return Files.readString(scores) + Files.readString(samples);
  }

  /** By the whole command line, which {@link ProcessHandle} cuts. */
  private static List<ProcessHandle> executors() {
    return ProcessHandle.current().descendants().filter(SparkClusterTest::executes).toList();
  }

  private static boolean executes(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
          .contains("CoarseGrainedExecutorBackend");
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private int stored(String out) throws IOException {
    Path cells = folder.resolve(out).resolve("cells");
    if (Files.notExists(cells)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(cells)) {
      int lines = 0;
      for (Path file : all.filter(f -> f.getFileName().toString().startsWith("trials-")).toList()) {
        lines += Files.readAllLines(file).size();
      }
      return lines;
    }
  }

  @Test
  void anExecutorThatIsKilledCostsNothingAndTheBytesAreThoseOfOneProcess()
      throws IOException, InterruptedException {
    String study = study().toString();
    String out = folder.resolve("cluster").toString();
    CompletableFuture<Integer> run =
        CompletableFuture.supplyAsync(
            () -> Main.run("run", study, "--on", "local-cluster[2]", "--out", out, "--no-report"));
    while (!run.isDone() && stored("cluster") == 0) {
      Thread.sleep(20);
    }
    List<ProcessHandle> there = executors();
    assertFalse(there.isEmpty(), "an executor to kill");
    there.get(0).destroyForcibly();
    int then = stored("cluster");
    assertTrue(then < TRIALS, "killed midway, not at the end: " + then);
    assertEquals(0, run.join());
    assertEquals(TRIALS, stored("cluster"));

    String alone = folder.resolve("alone").toString();
    assertEquals(0, Main.run("run", study, "--out", alone, "--no-report"));
    assertEquals(exported("alone"), exported("cluster"));
  }

  @Test
  void aPlaceThatNoClusterHasIsRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Cluster.join("mesos://x", "study"));
    assertEquals(
        "--on mesos://x: a place is one of spark://HOST:PORT, local-cluster[N], yarn,"
            + " k8s://HOST:PORT",
        e.getMessage());
  }

  @Test
  void settingsAreReadAsSparkWritesThem() throws IOException {
    Path file = folder.resolve("spark.properties");
    Files.writeString(
        file, "# a note\nspark.authenticate true\nspark.executor.memory=6g\nother x\n\n");
    assertEquals(
        Map.of("spark.authenticate", "true", "spark.executor.memory", "6g"),
        SparkKind.settings(file));
  }
}
