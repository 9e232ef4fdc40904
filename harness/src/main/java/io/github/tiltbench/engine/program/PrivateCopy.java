package io.github.tiltbench.engine.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The folder that a program runs in: copies of its files that nobody else can write, made while
 * their digests were checked.
 *
 * @param folder temporary, readable by its owner only
 */
record PrivateCopy(Path folder) implements AutoCloseable {
  private static final Set<PrivateCopy> MADE = ConcurrentHashMap.newKeySet();

  /** Copies the files of a program. */
  static PrivateCopy of(Program program) throws IOException {
    PrivateCopy copy = new PrivateCopy(Files.createTempDirectory("tiltbench-program-"));
    MADE.add(copy);
    try {
      for (ProgramFile file : program.files()) {
        file.placeIn(copy.folder);
      }
      return copy;
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  /** Removes all there are. */
  static void closeAll() {
    List.copyOf(MADE).forEach(PrivateCopy::close);
  }

  /** Removes it; what the program left there goes with it. */
  @Override
  public void close() {
    MADE.remove(this);
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepest = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepest) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // it lies in the folder of temporary files, which the system clears
    }
  }
}
