package io.github.tiltbench.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads whole files, of which a definition or a result folder may name any: none without end. */
public final class RegularFile {
  private RegularFile() {}

  /**
   * The bytes that a file has now, at most so many; what another process appends is not waited for.
   *
   * @throws ConfigException naming the file if it is none, a device or a pipe, or larger
   */
  public static byte[] read(Path file, int most) {
    Mark at = Mark.of(file.toString());
    try {
      if (Files.isDirectory(file)) {
        throw new ConfigException(at, "is a folder, not a file");
      }
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new ConfigException(at, "is a device or a pipe, not a file");
      }
      long size = Files.size(file);
      if (size > most) {
        throw new ConfigException(at, "is larger than " + (most >> 20) + " MiB");
      }
      byte[] bytes = new byte[(int) size];
      try (InputStream in = Files.newInputStream(file)) {
        int length = in.readNBytes(bytes, 0, bytes.length);
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
      }
    } catch (NoSuchFileException e) {
      throw new ConfigException(at, "no such file" + PathResolver.hint(file));
    } catch (IOException e) {
      throw new ConfigException(at, "cannot be read: " + IoReasons.explain(e));
    }
  }
}
