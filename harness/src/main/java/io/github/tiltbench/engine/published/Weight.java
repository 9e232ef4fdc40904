package io.github.tiltbench.engine.published;

import io.github.tiltbench.engine.Tensor;

/**
 * A tensor that a published network needs.
 *
 * @param key what it is called in a checkpoint
 * @param formerly what older or newer files call it instead; the same if nothing
 * @param shape extents
 */
public record Weight(String key, String formerly, long... shape) {
  /** The number of values. */
  public int size() {
    return Tensor.size(shape);
  }
}
