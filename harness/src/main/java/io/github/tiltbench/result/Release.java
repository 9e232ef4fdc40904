package io.github.tiltbench.result;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.Properties;

/**
 * Which program this is.
 *
 * @param version as the build wrote it, {@code unpackaged} where none did
 * @param commit of the checkout that it was built in, if it still lies there
 */
public record Release(String version, Optional<String> commit) {
  private static final String UNPACKAGED = "unpackaged";

  /** The program that runs. */
  public static Release here() {
    return new Release(built(), checkout().flatMap(Release::commit));
  }

  private static String built() {
    try (InputStream in = Release.class.getResourceAsStream("release.properties")) {
      Properties release = new Properties();
      if (in != null) {
        release.load(in);
      }
      return release.getProperty("version", UNPACKAGED);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // part of the program
    }
  }

  /** The folder that a build into {@code harness/target} belongs to; empty for any other place. */
  private static Optional<Path> checkout() {
    CodeSource source = Release.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? Optional.empty() : checkout(Path.of(source.getLocation().toURI()));
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      return Optional.empty(); // classes that do not lie in the file system
    }
  }

  /**
   * The checkout of classes at or below {@code harness/target}.
   *
   * @param classes absolute
   */
  static Optional<Path> checkout(Path classes) {
    for (Path folder = classes.getParent(); folder != null; folder = folder.getParent()) {
      if (folder.endsWith(Path.of("harness", "target"))) {
        return Optional.ofNullable(folder.getParent().getParent());
      }
    }
    return Optional.empty();
  }

  /** The commit that is checked out in a folder, read without running git. */
  static Optional<String> commit(Path checkout) {
    Path git = checkout.resolve(".git");
    try {
      return Files.exists(git) ? head(git) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // not a checkout that this simple reader knows
    }
  }

  private static Optional<String> head(Path git) throws IOException {
    if (Files.isRegularFile(git)) {
      String pointer = Files.readString(git).strip();
      return head(git.resolveSibling(pointer.substring("gitdir: ".length())).normalize());
    }
    String head = Files.readString(git.resolve("HEAD")).strip();
    if (!head.startsWith("ref: ")) {
      return Optional.of(head);
    }
    String ref = head.substring("ref: ".length());
    Path shared = git.resolve("commondir");
    Path common =
        Files.exists(shared) ? git.resolve(Files.readString(shared).strip()).normalize() : git;
    if (Files.exists(common.resolve(ref))) {
      return Optional.of(Files.readString(common.resolve(ref)).strip());
    }
    return Files.readAllLines(common.resolve("packed-refs")).stream()
        .filter(line -> line.endsWith(" " + ref))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst();
  }

  /** As {@code 1.0 (commit 0123456789ab)}. */
  @Override
  public String toString() {
    return version
        + commit.map(c -> " (commit " + c.substring(0, Math.min(12, c.length())) + ")").orElse("");
  }
}
