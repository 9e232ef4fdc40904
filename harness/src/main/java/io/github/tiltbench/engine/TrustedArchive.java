package io.github.tiltbench.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
    check(file, sha256);
  }

  /**
   * Loads it, ready to run; the caller closes it.
   *
   * @throws IllegalArgumentException if the file has changed or is no archive
   */
  public TorchModule load() {
    check(file, sha256);
    return TorchModule.load(file);
  }

  private static void check(Path file, String wanted) {
    String found = digest(file);
    if (!found.equals(wanted)) {
      throw new IllegalArgumentException("sha256 of " + file + " is " + found + ", not " + wanted);
    }
  }

  private static String digest(Path file) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
