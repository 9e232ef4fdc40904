package io.github.tiltbench.result;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a process that runs part of a study last said of itself, in {@code .running-i-of-n.json}; no
 * number of a result rests on it.
 *
 * @param writer the name in the file names of its trials
 * @param shard which part, as {@code i/n}
 * @param seconds since it began
 * @param trials that it set out to run
 * @param finished of these
 * @param failed of these
 * @param nfe of the finished ones
 * @param busy seconds that the finished ones took, each its share of a worker's time
 * @param running trials in work by cell, under the first digits of its key
 */
public record Heartbeat(
    String writer,
    String shard,
    double seconds,
    int trials,
    int finished,
    int failed,
    long nfe,
    double busy,
    Map<String, Integer> running) {
  /** Refuses what no process says. */
  public Heartbeat {
    Shard.parse(shard);
    if (!(seconds >= 0 && busy >= 0) || trials < 0 || finished < 0 || failed < 0 || nfe < 0) {
      throw new IllegalArgumentException("a heartbeat counts from 0");
    }
    running = new TreeMap<>(running);
  }

  /** How often a process says it. */
  public static final Duration EVERY = Duration.ofSeconds(2);

  private static final Duration SILENT = Duration.ofSeconds(30);
  private static final CatalogueEntry<Heartbeat> KIND =
      CatalogueEntry.bare("a heartbeat", Heartbeat.class);

  /**
   * What was heard of a process.
   *
   * @param ago seconds since
   * @param alive whether it is likely to run: not known to have ended, and heard of lately
   */
  public record Heard(Heartbeat said, double ago, boolean alive) {}

  /** Trials that are neither finished nor failed. */
  public int open() {
    return Math.max(0, trials - finished - failed);
  }

  static Path file(Path folder, Shard shard) {
    return folder.resolve(".running-" + shard.index() + "-of-" + shard.of() + ".json");
  }

  String json() {
    return Json.canonical(this) + "\n";
  }

  /**
   * What was last heard of each process that has not come to its own end, shard by shard.
   *
   * @throws StoreException if the folder cannot be read, or a file is not what a process writes
   */
  public static List<Heard> in(Path folder) {
    List<Heard> heard = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Heartbeat::named).sorted().toList()) {
        heard(file).ifPresent(heard::add);
      }
    } catch (IOException e) {
      throw StoreException.of(folder, "cannot be read", e);
    }
    return heard;
  }

  private static boolean named(Path file) {
    return file.getFileName().toString().matches("\\.running-\\d+-of-\\d+\\.json");
  }

  /** Empty if the process has ended meanwhile. */
  private static Optional<Heard> heard(Path file) {
    try {
      Instant at = Files.getLastModifiedTime(file).toInstant();
      Heartbeat said = Records.STORED.read(StoredFile.object(file), KIND);
      Duration ago = Duration.between(at, Instant.now());
      boolean alive = ago.compareTo(SILENT) < 0 && !WriterName.ended(said.writer());
      return Optional.of(new Heard(said, Math.max(0, ago.toMillis() / 1e3), alive));
    } catch (ConfigException e) {
      if (Files.notExists(file)) {
        return Optional.empty();
      }
      throw StoreException.of(e);
    } catch (IOException e) {
      if (Files.notExists(file)) {
        return Optional.empty();
      }
      throw StoreException.of(file, "cannot be read", e);
    }
  }
}
