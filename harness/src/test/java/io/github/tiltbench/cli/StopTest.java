package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signal at any moment of a study with networks ends the process in order. */
class StopTest {
  private static final String STUDY =
      """
      study: stopped
      seed: 5
      repetitions: 8
      count: 4
      prompts: [bag, boot]
      models:
        fashion:
          kind: network
          path: %s
          process: {kind: ddim, steps: 8, eta: 1.0, scheduler: %s}
      verifiers:
        judge: {kind: classifier, path: %s, output: log-probability}
      beta: 0.5
      algorithms: [smc, das]
      budgets: {unit: nfe, per: sample, at: [16]}
      """;

  @TempDir Path folder;
  private Path study;

  @BeforeEach
  void writeStudy() throws IOException {
    Path models = Path.of("..", "datasets", "models").toAbsolutePath().normalize();
    Path model = models.resolve("fashion-ddpm");
    String text =
        STUDY.formatted(
            model, model.resolve("scheduler_config.json"), models.resolve("fashion-classifier"));
    study = Files.writeString(folder.resolve("stopped.yaml"), text);
  }

  @Test
  void aSignalWhileNetworksRunEndsWith130AndTheRestGivesTheSameBytes() throws Exception {
    Set<String> whole = whole();
    assertStops("INT", sampling(400), whole);
    assertStops("TERM", sampling(1500), whole);
  }

  @Test
  void aSignalWhileTheEngineStartsEndsWith130() throws Exception {
    stop("TERM", folder.resolve("early"), child -> await(() -> maps(child).contains("libtorch")));
  }

  @Test
  @Tag("slow")
  void twentySignalsAtRandomMoments() throws Exception {
    Set<String> whole = whole();
    Random random = new Random(20);
    for (int i = 0; i < 20; i++) {
      assertStops(i % 2 == 0 ? "INT" : "TERM", sampling(random.nextInt(4000)), whole);
    }
  }

  @Test
  void outputThatCannotBeWrittenIsNotDone() throws Exception {
    assertEquals(
        "1 tiltbench: standard output cannot be written: No space left on device",
        listInto("/dev/full"));
    assertEquals("0 ", listInto("/dev/null"));
  }

  /** Exit code and standard error of a command whose output goes into a file. */
  private String listInto(String file) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--help")
            .redirectOutput(Path.of(file).toFile())
            .start();
    String said = new String(child.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return child.waitFor() + " " + said.strip();
  }

  private interface Moment {
    void await(Process child) throws Exception;
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  /** So long after trials have begun. */
  private Moment sampling(int milliseconds) {
    return child -> {
      await(() -> said().contains("trials to run"));
      Thread.sleep(milliseconds);
    };
  }

  private static void await(Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, "nothing happens");
      Thread.sleep(5);
    }
  }

  private static String maps(Process child) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(child.pid()), "maps"));
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  private Set<String> whole() throws IOException {
    Path out = folder.resolve("whole");
    assertEquals(0, run(out).code());
    return lines(out);
  }

  private Console run(Path out) {
    return Console.run("run", study.toString(), "--workers", "2", "--out", out.toString());
  }

  private void assertStops(String signal, Moment moment, Set<String> whole) throws Exception {
    Path out = Files.createTempDirectory(folder, "part");
    stop(signal, out, moment);
    assertTrue(said().contains("every finished trial is stored"), said());
    assertTrue(whole.containsAll(lines(out)), "a stopped run has stored other bytes");
    assertEquals(0, run(out).code());
    assertTrue(lines(out).equals(whole), "a resumed run gives other bytes");
  }

  /** Runs the study as a process of its own and sends it a signal. */
  private void stop(String signal, Path out, Moment moment) throws Exception {
    List<String> command =
        List.of(
            "env", // a shell may have left interrupts ignored to us
            "--default-signal=INT",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx512m",
            "-Dai.djl.offline=true",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run",
            study.toString(),
            "--workers",
            "2",
            "--out",
            out.toString());
    Process child =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(folder.resolve("err").toFile())
            .start();
    try {
      moment.await(child);
      assertTrue(child.isAlive(), () -> "ended before the signal");
      String pid = Long.toString(child.pid());
      assertEquals(0, new ProcessBuilder("kill", "-" + signal, pid).start().waitFor());
      assertTrue(child.waitFor(2, TimeUnit.MINUTES), "does not end");
      assertEquals(130, child.exitValue(), said());
    } finally {
      child.destroyForcibly();
    }
    assertFalse(said().contains("\tat "), said());
    try (Stream<Path> files = Files.list(folder)) {
      List<String> left = files.map(f -> f.getFileName().toString()).toList();
      assertTrue(left.stream().noneMatch(f -> f.startsWith("hs_err")), left.toString());
    }
  }

  /** All stored lines without the parts that are measured. */
  private static Set<String> lines(Path out) throws IOException {
    Set<String> lines = new TreeSet<>();
    Path cells = out.resolve("cells");
    if (!Files.isDirectory(cells)) {
      return lines;
    }
    try (Stream<Path> files = Files.walk(cells)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("trials-")).toList()) {
        for (String line : Files.readAllLines(file)) {
          lines.add(line.replaceAll("\"(wall_s|crc)\":[^,}]*", ""));
        }
      }
    }
    return lines;
  }
}
