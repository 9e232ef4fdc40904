package io.github.tiltbench.result;

import io.github.tiltbench.config.OwnFiles;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes that have reached the disk when they return, never through a symbolic link.
 *
 * <p>Not by channels, which close when the writing thread is interrupted: a write in progress is
 * always finished.
 */
final class Disk {
  private static final String TEMPORARY = ".tmp-";
  private static final Duration LONG_AGO = Duration.ofDays(1);

  private Disk() {}

  /**
   * Removes the temporary files that writers left in a folder and below when they were killed:
   * those of processes of this host that have ended, and whatever is a day old.
   */
  static void sweep(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) all.filter(Disk::abandoned)::iterator) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean abandoned(Path file) {
    String name = file.getFileName().toString();
    if (!name.startsWith(TEMPORARY) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    String[] parts = name.substring(TEMPORARY.length()).split("-", 5);
    try {
      Instant changed = Files.getLastModifiedTime(file).toInstant();
      return changed.isBefore(Instant.now().minus(LONG_AGO))
          || (parts.length == 5
              && WriterName.ended(String.join("-", List.of(parts).subList(0, 4))));
    } catch (IOException e) {
      return false; // gone meanwhile
    }
  }

  /**
   * Appends to a file of one writer, creating it first.
   *
   * <p>If the write fails half-way, the file is cut back; where even that fails, the next line
   * starts on a line of its own, so that only a fragment nobody counts on is left.
   */
  static void append(Path file, byte[] line) throws IOException {
    OwnFiles.refuseLink(file);
    boolean fresh = !Files.exists(file);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      long end = out.length();
      boolean broken = end > 0 && byteAt(out, end - 1) != '\n';
      out.seek(end);
      try {
        if (broken) {
          out.write('\n');
        }
        out.write(line);
        out.getFD().sync();
      } catch (IOException e) {
        cutBack(out, end);
        throw e;
      }
    }
    if (fresh) {
      sync(file.getParent());
    }
  }

  /**
   * Appends to a file that other processes append to as well: one write, which does not mix, and on
   * a line of its own where an earlier one was cut short.
   */
  static void appendShared(Path file, byte[] line) throws IOException {
    OwnFiles.refuseLink(file);
    boolean broken = Files.exists(file) && broken(file);
    byte[] whole = new byte[line.length + (broken ? 1 : 0)];
    whole[0] = '\n';
    System.arraycopy(line, 0, whole, whole.length - line.length, line.length);
    try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
      out.write(whole);
      out.getFD().sync();
    }
  }

  private static boolean broken(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      return in.length() > 0 && byteAt(in, in.length() - 1) != '\n';
    }
  }

  private static int byteAt(RandomAccessFile file, long position) throws IOException {
    file.seek(position);
    return file.read();
  }

  private static void cutBack(RandomAccessFile out, long end) {
    try {
      out.setLength(end);
    } catch (IOException e) {
      // the failed write is reported; the fragment is told from a line by its checksum
    }
  }

  /** Puts a whole file in place at once: readers see the old content, or the new, never a part. */
  static void replace(Path file, byte[] content, String writer) throws IOException {
    OwnFiles.refuseLink(file);
    Files.createDirectories(file.getParent());
    Path temporary = file.resolveSibling(TEMPORARY + writer + "-" + file.getFileName());
    OwnFiles.refuseLink(temporary);
    try {
      try (RandomAccessFile out = new RandomAccessFile(temporary.toFile(), "rw")) {
        out.setLength(0);
        out.write(content);
        out.getFD().sync();
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    sync(file.getParent());
  }

  /** Makes a new name in a folder last; not every system can, and then the name is not at risk. */
  private static void sync(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // folders cannot be opened on this system
    }
  }
}
