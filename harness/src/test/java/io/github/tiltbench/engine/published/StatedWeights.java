package io.github.tiltbench.engine.published;

import io.github.tiltbench.engine.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

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

  /** The stream of a name. */
  static long seed(String name) {
    long seed = OFFSET;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      seed = (seed ^ (b & 255)) * PRIME;
    }
    return seed;
  }

  /** The k-th number in [-1, 1) of a stream. */
  static double unit(long seed, long k) {
    long z = seed + (k + 1) * GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 40) * 0x1p-23 - 1;
  }

  /** An input: Gaussian-sized numbers of a name. */
  public static float[] input(String name, int size) {
    float[] data = new float[size];
    long seed = seed(name);
    for (int k = 0; k < size; k++) {
      data[k] = (float) (unit(seed, k) * 1.7320508);
    }
    return data;
  }

  /** The tensor of a key. */
  public Tensor.Floats of(String key, long... shape) {
    float[] data = new float[Tensor.size(shape)];
    long seed = seed(key);
    boolean vector = shape.length == 1;
    double scale = vector ? 0.25 : Math.sqrt(3.0 * shape[0] / data.length);
    boolean centred = !(vector && key.endsWith(".weight"));
    for (int k = 0; k < data.length; k++) {
      double value = unit(seed, k) * scale;
      data[k] = (float) (centred ? value * gain : 1 + value);
    }
    return new Tensor.Floats(data, shape);
  }

  /** Writes a file of any size with those of networks. */
  public Path write(Path file, List<PublishedNetwork> networks) throws IOException {
    StringBuilder header = new StringBuilder("{\"__metadata__\":{}");
    long end = 0;
    List<Weight> weights = networks.stream().flatMap(n -> n.weights().stream()).toList();
    for (Weight weight : weights) {
      long from = end;
      end += 4L * weight.size();
      header.append(
          ",\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(weight.key(), Arrays.toString(weight.shape()), from, end));
    }
    header.append('}');
    header.append(" ".repeat(-header.length() & 7)); // so that the data are aligned
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer start = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
      out.write(start.putLong(text.length).put(text).flip());
      for (Weight weight : weights) {
        float[] data = of(weight.key(), weight.shape()).data();
        ByteBuffer bytes = ByteBuffer.allocate(4 * data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(data);
        out.write(bytes);
      }
    }
    return file;
  }
}
