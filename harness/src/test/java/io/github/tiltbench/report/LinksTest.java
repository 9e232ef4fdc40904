package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.summary.Fixture;
import io.github.tiltbench.result.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report neither writes nor deletes outside of its folder, whatever links lie in it. */
class LinksTest {
  @TempDir Path place;
  private Path folder;
  private Path outside;

  @BeforeEach
  void outside() throws IOException {
    folder = Files.createDirectories(place.resolve("results"));
    outside = Files.createDirectories(place.resolve("outside"));
    for (String name : new String[] {"mine.html", "summary.csv", "svdd.csv", "curves-mine.png"}) {
      Files.writeString(outside.resolve(name), "mine: " + name);
    }
  }

  private Map<String, String> outsideFiles() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(outside)) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return contents;
  }

  private void refused(String link, Path target) throws IOException {
    Map<String, String> before = outsideFiles();
    Path at = folder.resolve(link);
    Files.createDirectories(at.getParent());
    Files.createSymbolicLink(at, target);
    StoreException refusal =
        assertThrows(
            StoreException.class,
            () -> Report.write(Fixture.results(folder, Fixture.Kind.TOKENS, 2)));
    assertTrue(refusal.getMessage().contains(at + ": is a symbolic link to"), refusal.getMessage());
    assertEquals(before, outsideFiles());
  }

  @Test
  void thePage() throws IOException {
    refused("report.html", outside.resolve("mine.html"));
  }

  @Test
  void theFolderOfTables() throws IOException {
    refused("tables", outside);
  }

  @Test
  void theFolderOfFigures() throws IOException {
    refused("figures", outside);
  }

  @Test
  void oneTable() throws IOException {
    refused("tables/summary.csv", outside.resolve("summary.csv"));
  }

  @Test
  void oneFigure() throws IOException {
    refused("figures/curves-mine.png", outside.resolve("curves-mine.png"));
  }

  @Test
  void aFileInThePlaceOfAFolderIsNamed() throws IOException {
    Path figures = Files.createFile(folder.resolve("figures"));
    String message =
        assertThrows(
                StoreException.class,
                () -> Report.write(Fixture.results(folder, Fixture.Kind.TOKENS, 2)))
            .getMessage();
    assertTrue(message.endsWith(figures + ": is there and is no folder"), message);
  }

  /** A link that the user named himself is followed. */
  @Test
  void theResultFolderItselfMayBeALink() throws IOException {
    Path link = Files.createSymbolicLink(place.resolve("link"), folder);
    Report.write(Fixture.results(link, Fixture.Kind.TOKENS, 2));
    assertTrue(Files.size(folder.resolve("report.html")) > 1000);
    try (Stream<Path> files = Files.walk(folder)) {
      assertTrue(files.noneMatch(f -> f.getFileName().toString().startsWith(".tmp-")));
    }
  }
}
