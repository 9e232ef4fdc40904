package io.github.tiltbench.engine.program;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Pinned;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file that a program is made of, or a folder of such files, with the content that it had when
 * the study was read.
 *
 * <p>Files find each other by name, so names are part of what is pinned; what Python compiles into
 * {@code __pycache__} is not.
 *
 * @param path where it lies
 * @param digests by path, which begins with the name of the file or folder itself
 */
public record ProgramFile(Path path, Map<String, String> digests) implements Pinned {
  /** Larger files are not copied before a run, but linked: 64 MiB. */
  static final long LARGE = 1 << 26;

  /** Sorts the digests. */
  public ProgramFile {
    path = path.toAbsolutePath().normalize();
    digests = new TreeMap<>(digests);
  }

  /** Names a file or folder: all of its content is read. */
  public static ProgramFile of(Path path) {
    Path root = path.toAbsolutePath().normalize();
    Map<String, String> digests = new TreeMap<>();
    for (Path file : files(root)) {
      digests.put(name(root, file), digest(file, OutputStream.nullOutputStream()));
    }
    if (digests.isEmpty()) {
      throw new IllegalArgumentException(path + " has no files");
    }
    return new ProgramFile(root, digests);
  }

  /** The last part of its path: how the program finds it. */
  String name() {
    return path.getFileName().toString();
  }

  /**
   * Puts it into a folder under its name: copied while the digests are taken, or, if it is large,
   * linked after they were.
   *
   * @throws IllegalArgumentException if it is not what it was when it was named
   */
  void placeIn(Path folder) throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (Path file : files(path)) {
      String name = name(path, file);
      Path to = folder.resolve(name);
      Files.createDirectories(to.getParent());
      if (Files.size(file) > LARGE) {
        found.put(name, digest(file, OutputStream.nullOutputStream()));
        Files.createSymbolicLink(to, file);
      } else {
        try (OutputStream out = Files.newOutputStream(to)) {
          found.put(name, digest(file, out));
        }
        to.toFile().setExecutable(Files.isExecutable(file), true);
      }
    }
    if (!found.equals(digests)) {
      String other =
          digests.keySet().stream()
              .filter(name -> !digests.get(name).equals(found.get(name)))
              .findFirst()
              .orElseGet(
                  () ->
                      found.keySet().stream()
                          .filter(n -> !digests.containsKey(n))
                          .findFirst()
                          .orElseThrow());
      throw new IllegalArgumentException(
          other
              + " has changed since the study was read: its sha256 is "
              + found.getOrDefault(other, "gone")
              + ", not "
              + digests.getOrDefault(other, "there at all"));
    }
  }

  private static List<Path> files(Path root) {
    return Digests.files(Mark.of(root.toString()), root).stream()
        .filter(file -> !root.relativize(file).toString().contains("__pycache__"))
        .toList();
  }

  private static String name(Path root, Path file) {
    return root.getParent().relativize(file).toString().replace('\\', '/');
  }

  private static String digest(Path file, OutputStream copy) {
    MessageDigest digest = Digests.digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
