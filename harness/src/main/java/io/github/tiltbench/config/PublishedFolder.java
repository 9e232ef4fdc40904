package io.github.tiltbench.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder as somebody published it, none of whose files is read through a link out of it.
 *
 * @param root the folder that the user named, which may be a link itself
 * @param folder this part of it
 */
public record PublishedFolder(Path root, Path folder) {
  private static final int MOST = 64 << 20;

  /** A whole folder. */
  public static PublishedFolder of(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          folder + (Files.exists(folder) ? " is no folder" : ": no such file or folder"));
    }
    return new PublishedFolder(folder, folder);
  }

  /** A folder in it, which may be missing. */
  public PublishedFolder part(String name) {
    return new PublishedFolder(root, folder.resolve(name));
  }

  /** Whether it is there. */
  public boolean exists() {
    return Files.isDirectory(folder);
  }

  /**
   * A file in it, if it is there.
   *
   * @throws IllegalArgumentException if it is no regular file, or lies outside of the folder
   */
  public Optional<Path> find(String name) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Path real = file.toRealPath();
      if (!real.startsWith(root.toRealPath())) {
        throw new IllegalArgumentException(
            file
                + " leads out of the folder, to "
                + real
                + ", and is not read; 'cp -rL' makes a copy that holds the files themselves");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + " is not a regular file");
    }
    return Optional.of(file);
  }

  /**
   * A file in it.
   *
   * @throws UncheckedIOException if it is missing
   */
  public Path file(String name) {
    return find(name).orElseThrow(() -> missing(folder.resolve(name)));
  }

  private static UncheckedIOException missing(Path file) {
    return new UncheckedIOException(new NoSuchFileException(file + PathResolver.hint(file)));
  }

  /** The content of a small file in it, such as a configuration or a vocabulary. */
  public byte[] read(String name) {
    return RegularFile.read(file(name), MOST);
  }

  /** The JSON value in a small file in it. */
  public Node json(String name) {
    return JsonTree.parse(folder.resolve(name).toString(), read(name));
  }

  /**
   * The same, whose digest is taken of the very bytes that are parsed.
   *
   * @param digests where it goes, by the file's path in the whole folder
   */
  public Node json(String name, Map<String, String> digests) {
    byte[] content = read(name);
    Path file = folder.resolve(name);
    digests.put(root.relativize(file).toString(), Digests.sha256(content));
    return JsonTree.parse(file.toString(), content);
  }

  /** The names of the files in it, sorted. */
  public List<String> names() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
