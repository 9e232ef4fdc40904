package io.github.tiltbench.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The one rule for relative paths in a definition: the folder of the file that names them, then
 * each folder above it, then the current directory; the first place where the path exists is meant.
 *
 * <p>So {@code datasets/models/fashion-ddpm} works from a study anywhere inside a checkout, from
 * the copy of a study in its result folder, and from any folder the program is started in.
 *
 * @param roots folders in the order they are searched
 */
public record PathResolver(List<Path> roots) {
  public PathResolver {
    roots = List.copyOf(roots);
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("roots must not be empty");
    }
  }

  /** The places for paths written in this file. */
  public static PathResolver of(Path file) {
    Set<Path> roots = new LinkedHashSet<>();
    for (Path p = file.toAbsolutePath().normalize().getParent(); p != null; p = p.getParent()) {
      roots.add(p);
    }
    roots.add(Path.of("").toAbsolutePath());
    return new PathResolver(List.copyOf(roots));
  }

  /**
   * The existing file or folder that a definition means.
   *
   * @throws ConfigException if the path is empty, malformed or nowhere to be found
   */
  public Path resolve(Mark at, String text) {
    if (text.isBlank()) {
      throw new ConfigException(at, "an empty path");
    }
    try {
      for (Path root : roots) {
        Path candidate = root.resolve(text).normalize();
        if (Files.exists(candidate)) {
          return candidate;
        }
      }
    } catch (InvalidPathException e) {
      throw new ConfigException(at, "not a path: " + e.getReason());
    }
    throw new MissingFile(at, text, nearest(text));
  }

  private String nearest(String text) {
    return roots.stream()
        .map(root -> hint(root.resolve(text)))
        .filter(h -> !h.isEmpty())
        .findFirst()
        .orElse(
            "; looked in "
                + shown(roots.get(0))
                + ", the folders above it and the current directory");
  }

  private static String shown(Path folder) {
    Path here = Path.of("").toAbsolutePath();
    Path relative = folder.startsWith(here) ? here.relativize(folder) : folder;
    return relative.toString().isEmpty() ? "." : relative.toString();
  }

  /** {@code ; did you mean 'x'?} for a missing file with a near neighbour, else nothing. */
  static String hint(Path missing) {
    Path folder = missing.toAbsolutePath().getParent();
    Path name = missing.getFileName();
    if (folder == null || name == null || !Files.isDirectory(folder)) {
      return "";
    }
    try (Stream<Path> files = Files.list(folder)) {
      Optional<String> near =
          Nearest.to(
              name.toString(), files.limit(1000).map(p -> p.getFileName().toString()).toList());
      return near.map(n -> "; did you mean '" + Path.of(near(missing), n) + "'?").orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private static String near(Path missing) {
    Path parent = missing.getParent();
    return parent == null ? "" : shown(parent.toAbsolutePath());
  }
}
