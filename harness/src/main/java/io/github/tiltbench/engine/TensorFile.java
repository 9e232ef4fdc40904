package io.github.tiltbench.engine;

import io.github.tiltbench.config.Pinned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file with the content that it had when it was named; no other is opened.
 *
 * @param file where it lies
 * @param sha256 digest of its content, in lower-case hexadecimal
 * @param names of its real tensors
 * @param metadata texts by name
 */
public record TensorFile(Path file, String sha256, Set<String> names, Map<String, String> metadata)
    implements Pinned {
  /** Names a file: its whole content is read, and nothing of it but the header kept. */
  public static TensorFile of(Path file) {
    try (SafetensorsInput in = new SafetensorsInput(file)) {
      SafetensorsHeader header = in.header();
      return new TensorFile(file, in.sha256(), header.reals(), header.metadata());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads its tensors; the digest is that of the very bytes they are made of.
   *
   * @throws UncheckedIOException if the file has changed since it was named
   */
  public Safetensors open() {
    try (SafetensorsInput in = new SafetensorsInput(file)) {
      Safetensors content = Safetensors.read(in);
      String found = in.sha256();
      if (!found.equals(sha256)) {
        throw new IOException(
            file + ": it has changed since it was named: sha256 is " + found + ", not " + sha256);
      }
      return content;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, String> digests() {
    return Map.of("", sha256);
  }
}
