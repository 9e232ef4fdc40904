package io.github.tiltbench.report;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.OwnFiles;
import io.github.tiltbench.report.page.Terminal;
import io.github.tiltbench.report.page.Written;
import io.github.tiltbench.study.ExtensionLoader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What a report is made of, as a digest of check sums: the study, its plan and its trials, the
 * program and the width of the terminal; not the provenance, to which every run adds a line.
 *
 * <p>It is the last line of {@value #FILE}, below what the terminal was shown, so that a run that
 * finds nothing missing need not make the same report again. Names and sizes of the tables and
 * figures are in that line too, so that one that has gone is made again.
 */
record Imprint(String digest) {
  static final String FILE = "report.txt";
  private static final String MADE_OF = "made of sha256 ";

  /** Arrays have files of their own, whose digests stand in the lines of trials. */
  private static final String ARRAY = ".npy";

  /** That of a report that would be made now; empty if something cannot be read. */
  static Optional<Imprint> of(Path folder) {
    try {
      StringBuilder parts = new StringBuilder();
      for (String part : List.of("study.yaml", "plan.json", "cells")) {
        for (Path file : Digests.files(Mark.of(part), folder.resolve(part))) {
          boolean array = file.toString().endsWith(ARRAY);
          parts.append(folder.relativize(file)).append(' ').append(Files.size(file));
          parts.append(' ').append(array ? 0 : sum(file)).append('\n');
        }
      }
      parts.append(ExtensionLoader.digests()).append(Terminal.columns()).append('\n');
      String[] places =
          System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1);
      for (String place : places) {
        for (Path file : Digests.files(Mark.of(place), Path.of(place))) {
          parts.append(file).append(Files.size(file)).append(Files.getLastModifiedTime(file));
        }
      }
      return Optional.of(
          new Imprint(Digests.sha256(parts.toString().getBytes(StandardCharsets.UTF_8))));
    } catch (IOException | ConfigException e) {
      return Optional.empty();
    }
  }

  /** Checked as lines are: it tells chance, not malice, in a tenth of a digest's time. */
  private static long sum(Path file) throws IOException {
    CRC32 sum = new CRC32();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sum.update(buffer, 0, n);
      }
    }
    return sum.getValue();
  }

  /** The report that lies in a folder; empty if it is not made of the same. */
  Optional<Written> report(Path folder) {
    Path page = folder.resolve("report.html");
    try {
      Path file = folder.resolve(FILE);
      if (!Files.isRegularFile(file) || !Files.isRegularFile(page)) {
        return Optional.empty();
      }
      String text = Files.readString(file);
      String end = end(folder);
      return text.endsWith(end)
          ? Optional.of(
              new Written(page, text.substring(0, text.length() - end.length()), List.of()))
          : Optional.empty();
    } catch (IOException | ConfigException e) {
      return Optional.empty();
    }
  }

  /** Puts what the terminal is shown beside a report. */
  void put(Path folder, String terminal) throws IOException {
    OwnFiles.write(folder.resolve(FILE), terminal + end(folder));
  }

  /** Leaves a report without an imprint, so that the next run makes it anew. */
  static void remove(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    OwnFiles.require(file);
    Files.deleteIfExists(file);
  }

  private String end(Path folder) throws IOException {
    StringBuilder made = new StringBuilder(digest);
    for (String part : List.of("tables", "figures")) {
      for (Path file : Digests.files(Mark.of(part), folder.resolve(part))) {
        made.append('\n').append(folder.relativize(file)).append(' ').append(Files.size(file));
      }
    }
    return "\n" + MADE_OF + Digests.sha256(made.toString().getBytes(StandardCharsets.UTF_8)) + "\n";
  }
}
