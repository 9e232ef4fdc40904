package io.github.tiltbench.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** SHA-256 of files, each file read once. */
public final class Digests {
  private final Map<Path, String> known = new HashMap<>();

  /** The digest of bytes in lower-case hexadecimal. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /**
   * The digest of a file's content.
   *
   * @throws ConfigException at the given place if the file cannot be read
   */
  public String of(Mark at, Path file) {
    String digest = known.get(file);
    if (digest == null) {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new ConfigException(at, file + " is no regular file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        digest = of(in);
      } catch (IOException e) {
        throw unreadable(at, file, e);
      }
      known.put(file, digest);
    }
    return digest;
  }

  /** All regular files at or below a path, sorted. */
  public static List<Path> files(Mark at, Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (UncheckedIOException e) {
      throw unreadable(at, path, e.getCause());
    } catch (IOException e) {
      throw unreadable(at, path, e);
    }
  }

  private static ConfigException unreadable(Mark at, Path path, IOException e) {
    return new ConfigException(at, "cannot read " + path + ": " + IoReasons.explain(e));
  }

  private static String of(InputStream in) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A digest of nothing yet. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
