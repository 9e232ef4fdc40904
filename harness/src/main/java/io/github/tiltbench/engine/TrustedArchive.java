package io.github.tiltbench.engine;

import io.github.tiltbench.config.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A TorchScript archive from elsewhere, which is a program: it is loaded only if its content is
 * what the definition that names it says.
 *
 * @param file the archive
 * @param sha256 digest of the file, 64 lower-case hexadecimal digits
 */
public record TrustedArchive(Path file, String sha256) {
  /** Refuses a digest that is none or not that of the file. */
  public TrustedArchive {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "sha256 must be 64 lower-case hexadecimal digits but is '" + sha256 + "'");
    }
    check(file, sha256, OutputStream.nullOutputStream());
  }

  /**
   * Loads it, ready to run; the caller closes it.
   *
   * <p>The engine reads a private copy, made while the digest was taken: whatever happens to the
   * file meanwhile, what is loaded is what was checked.
   *
   * @throws IllegalArgumentException if the file has changed or is no archive
   */
  public TorchModule load() {
    try {
      Path copy = Files.createTempFile("tiltbench-", ".pt"); // readable by its owner only
      try {
        try (OutputStream out = Files.newOutputStream(copy)) {
          check(file, sha256, out);
        }
        return TorchModule.load(copy);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(Path file, String wanted, OutputStream copy) {
    String found = digest(file, copy);
    if (!found.equals(wanted)) {
      throw new IllegalArgumentException("sha256 of " + file + " is " + found + ", not " + wanted);
    }
  }

  /** The digest of all bytes of a file, each of which goes to the copy as well. */
  private static String digest(Path file, OutputStream copy) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + " is not a regular file");
    }
    try {
      MessageDigest digest = Digests.digest();
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(copy);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
