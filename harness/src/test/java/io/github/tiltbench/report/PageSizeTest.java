package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page can be sent by mail: under 10 MB with all that is inside. */
class PageSizeTest {
  private static final Path REFERENCE = Path.of("..", "results", "reference");
  private static final long MOST = 10_000_000;

  @TempDir Path folder;

  private static List<Path> reference() throws IOException {
    try (Stream<Path> folders = Files.list(REFERENCE)) {
      return folders.filter(f -> Files.exists(f.resolve("plan.json"))).sorted().toList();
    }
  }

  private static void small(Path page) throws IOException {
    assertTrue(Files.size(page) < MOST, page + " has " + Files.size(page));
  }

  @Test
  void keptPagesAreSmall() throws IOException {
    assertFalse(reference().isEmpty());
    for (Path results : reference()) {
      small(results.resolve("report.html"));
    }
    small(HostileReport.folder().resolve("report.html"));
  }

  /** The pages that this program makes of the kept results. */
  @Tag("slow")
  @Test
  void pagesOfKeptResultsAreSmall() throws IOException {
    for (Path results : reference()) {
      Path copy = folder.resolve(results.getFileName());
      try (Stream<Path> files = Files.walk(results)) {
        for (Path file : files.toList()) {
          Files.copy(
              file,
              copy.resolve(results.relativize(file).toString()),
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
      small(Report.write(copy).page());
    }
  }
}
