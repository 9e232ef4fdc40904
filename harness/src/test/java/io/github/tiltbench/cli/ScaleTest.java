package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A million samples become a report in a small heap; how long it takes is not tested. */
@Tag("slow")
class ScaleTest {
  private static final long LARGEST = 10_000_000;

  @TempDir Path folder;

  @Test
  void aMillionSamplesOfManyPrompts() throws Exception {
    reported(new MillionRows(50, 8));
  }

  @Test
  void aMillionSamplesOfFewPrompts() throws Exception {
    reported(new MillionRows(4, 100));
  }

  private void reported(MillionRows rows) throws Exception {
    assertEquals(1_000_000, rows.write(folder));
    report();
    List<String> summary = Files.readAllLines(folder.resolve("tables/summary.csv"));
    assertEquals(1 + rows.numbers(), summary.size());
    List<String> all = summary.stream().filter(l -> l.contains(",*,")).toList();
    assertTrue(all.stream().noneMatch(l -> l.contains("refused")), "a number is refused");
    long size = Files.size(folder.resolve("report.html"));
    assertTrue(size < LARGEST, "the page has " + size + " bytes");
  }

  /** Runs the command in a process of its own, whose heap is a gigabyte. */
  private void report() throws IOException, InterruptedException {
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
