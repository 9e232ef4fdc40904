package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A million samples become a report in a small heap. How long it takes is not tested; the folders
 * stay in {@code target/scale}, so that it can be measured.
 */
@Tag("slow")
class ScaleTest {
  private static final long LARGEST = 10_000_000;

  private static final Path FOLDERS = Path.of("target", "scale");

  @Test
  void aMillionSamplesOfManyPrompts() throws Exception {
    reported(new MillionRows(50, 8));
  }

  @Test
  void aMillionSamplesOfFewPrompts() throws Exception {
    reported(new MillionRows(4, 100));
  }

  private static void reported(MillionRows rows) throws Exception {
    Path folder = FOLDERS.resolve(rows.prompts() + "x" + rows.repetitions());
    delete(folder);
    assertEquals(1_000_000, rows.write(folder));
    report(folder);
    List<String> summary = Files.readAllLines(folder.resolve("tables/summary.csv"));
    assertEquals(1 + rows.numbers(), summary.size());
    List<String> all = summary.stream().filter(l -> l.contains(",*,")).toList();
    assertTrue(all.stream().noneMatch(l -> l.contains("refused")), "a number is refused");
    long size = Files.size(folder.resolve("report.html"));
    assertTrue(size < LARGEST, "the page has " + size + " bytes");
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Runs the command in a process of its own, whose heap is a gigabyte. */
  private static void report(Path folder) throws IOException, InterruptedException {
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Xmx1g",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "report",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertTrue(process.waitFor(10, TimeUnit.MINUTES), "not done in 10 minutes");
    assertEquals(0, process.exitValue(), () -> text(log));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
