package io.github.tiltbench.engine.published;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Weights that follow from their names by a formula, so that reference values can be stored without
 * them: the k-th value of SplitMix64 seeded by the FNV-1a hash of the key, scaled by its shape.
 *
 * @param gain factor of all but one-dimensional weights, which are about 1
 */
public record StatedWeights(double gain) {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** The k-th number in [-1, 1) of a name. */
  static double unit(String name, long k) {
    long seed = OFFSET;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      seed = (seed ^ (b & 255)) * PRIME;
    }
    return unit(seed, k);
  }

  private static double unit(long seed, long k) {
    long z = seed + (k + 1) * GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 40) * 0x1p-23 - 1;
  }

  /** An input: Gaussian-sized numbers of a name. */
  public static float[] input(String name, int size) {
    float[] data = new float[size];
    for (int k = 0; k < size; k++) {
      data[k] = (float) (unit(name, k) * 1.7320508);
    }
    return data;
  }

  /** The tensor of a key. */
  public Tensor.Floats of(String key, long... shape) {
    float[] data = new float[Tensor.size(shape)];
    boolean vector = shape.length == 1;
    double scale = vector ? 0.25 : Math.sqrt(3.0 * shape[0] / data.length);
    boolean centred = !(vector && key.endsWith(".weight"));
    for (int k = 0; k < data.length; k++) {
      double value = unit(key, k) * scale;
      data[k] = (float) (centred ? value * gain : 1 + value);
    }
    return new Tensor.Floats(data, shape);
  }

  /** Those of a network, by key. */
  public TreeMap<String, Tensor.Floats> of(PublishedNetwork... networks) {
    TreeMap<String, Tensor.Floats> weights = new TreeMap<>();
    for (PublishedNetwork network : networks) {
      for (Weight weight : network.weights()) {
        weights.put(weight.key(), of(weight.key(), weight.shape()));
      }
    }
    return weights;
  }

  /** Writes them. */
  public Path write(Path file, List<PublishedNetwork> networks) throws IOException {
    new Safetensors(of(networks.toArray(PublishedNetwork[]::new)), Map.of()).write(file);
    return file;
  }
}
