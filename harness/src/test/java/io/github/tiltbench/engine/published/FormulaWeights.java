package io.github.tiltbench.engine.published;

import io.github.tiltbench.engine.Tensor;
import java.nio.charset.StandardCharsets;

/**
 * Values that follow from a name alone, which reference runs and tests make alike: SplitMix64 from
 * the FNV-1a hash of the name.
 */
public final class FormulaWeights {
  private FormulaWeights() {}

  /**
   * The weight of a key.
   *
   * @param gain of all but factors of normalisations
   */
  public static Tensor.Floats weight(String key, double gain, long... shape) {
    int size = Tensor.size(shape);
    float[] values = new float[size];
    boolean factor = shape.length == 1 && key.endsWith(".weight");
    long fan = shape.length < 2 ? 1 : size / shape[0];
    long seed = seed(key);
    for (int k = 0; k < size; k++) {
      double u = uniform(seed, k);
      double value = shape.length < 2 ? 0.25 * u : u * Math.sqrt(3.0 / fan);
      values[k] = (float) (factor ? 1 + value : gain * value);
    }
    return new Tensor.Floats(values, shape);
  }

  private static long seed(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /** From -1 to 1. */
  private static double uniform(long seed, int k) {
    long z = seed + (k + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 40) * 0x1p-23 - 1;
  }
}
