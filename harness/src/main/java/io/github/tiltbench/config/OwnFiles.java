package io.github.tiltbench.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Puts files of the program's own in place whole and never through a symbolic link, so that nothing
 * outside the folder that a user named is written or deleted.
 *
 * <p>Content goes to a temporary name beside the file and is renamed: a reader sees the old file or
 * the new one. The folder that the user named may be a link itself; what lies in it may not.
 */
public final class OwnFiles {
  private OwnFiles() {}

  /**
   * Writes or replaces a file.
   *
   * @throws IOException if it is there as a link or as something else than a file
   */
  public static void write(Path file, byte[] content) throws IOException {
    write(
        file,
        UUID.randomUUID() + "-",
        part -> Files.write(part, content, StandardOpenOption.CREATE_NEW));
  }

  /**
   * Writes or replaces a file that may be too large for memory; what an earlier attempt left behind
   * is written over.
   *
   * @throws IOException if it is there as a link or as something else than a file
   */
  public static void write(Path file, Writing content) throws IOException {
    write(file, "", content);
  }

  private static void write(Path file, String prefix, Writing content) throws IOException {
    require(file);
    Path part = file.resolveSibling(".tmp-" + prefix + file.getFileName());
    try {
      Files.deleteIfExists(part);
      content.to(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Makes a file where there is none yet. */
  public interface Writing {
    /** Writes the whole content. */
    void to(Path file) throws IOException;
  }

  /** Writes or replaces a file with a text in UTF-8. */
  public static void write(Path file, String content) throws IOException {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Checks that a file may be written.
   *
   * @throws IOException if it is there as a link or as something else than a file
   */
  public static void require(Path file) throws IOException {
    refuseLink(file);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file)) {
      throw new FileSystemException(file.toString(), null, "is there and is no file");
    }
  }

  /**
   * A folder inside of one that the user named, made if it is missing.
   *
   * @throws IOException if it is there as a link or as something else than a folder
   */
  public static Path folder(Path folder) throws IOException {
    refuseLink(folder);
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new FileSystemException(folder.toString(), null, "is there and is no folder");
    }
    return Files.createDirectories(folder);
  }

  /** Deletes files of a folder by their names; of a link, the link and not what it points to. */
  public static void delete(Path folder, Predicate<String> names) throws IOException {
    refuseLink(folder);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (names.test(file.getFileName().toString())) {
          refuseLink(file);
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /**
   * Checks that a path is no link.
   *
   * @throws IOException if it is one
   */
  public static void refuseLink(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      throw new FileSystemException(
          path.toString(),
          null,
          "is a symbolic link to "
              + Files.readSymbolicLink(path)
              + ", through which nothing is written; remove it");
    }
  }
}
