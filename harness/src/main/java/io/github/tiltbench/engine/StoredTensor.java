package io.github.tiltbench.engine;

import java.nio.file.Path;

/**
 * Where a tensor lies in a safetensors file.
 *
 * @param file the file
 * @param type how its values are stored
 * @param shape extents
 * @param from its first byte, counted from the beginning of the file
 */
public record StoredTensor(Path file, StoredType type, long[] shape, long from) {
  /** The number of its values. */
  public int size() {
    return Tensor.size(shape);
  }

  /** The number of bytes it takes in the file. */
  public long bytes() {
    return (long) size() * type.bytes();
  }
}
