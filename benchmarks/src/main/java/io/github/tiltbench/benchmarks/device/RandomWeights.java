package io.github.tiltbench.benchmarks.device;

import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.StoredTensor;
import io.github.tiltbench.engine.StoredType;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Random weights for networks of any size in a file of the size of the largest tensor: each tensor
 * is the beginning of the same values, between 1/64 and 1/8 in absolute value.
 */
final class RandomWeights {
  private static final int HALF_BIAS = 15;
  private static final int SINGLE_BIAS = 127;

  private RandomWeights() {}

  /** Loads a network with such weights; the caller closes it. */
  static TorchModule load(PublishedNetwork network, Precision precision) throws IOException {
    StoredType type = precision == Precision.FLOAT16 ? StoredType.F16 : StoredType.F32;
    int largest = network.weights().stream().mapToInt(Weight::size).max().orElseThrow();
    Path file = Files.createTempFile("tiltbench-", ".values");
    try {
      Files.write(file, values(type, largest).array());
      SortedMap<String, StoredTensor> tensors = new TreeMap<>();
      for (Weight weight : network.weights()) {
        tensors.put(weight.key(), new StoredTensor(file, type, weight.shape(), 0));
      }
      Checkpoint.Part part =
          new Checkpoint.Part(
              file, "0".repeat(64), Files.size(file), Files.getLastModifiedTime(file));
      return network.load(new Checkpoint(file, List.of(part), tensors, new TreeSet<>()), precision);
    } finally {
      Files.delete(file); // what is mapped stays
    }
  }

  /** Random signs and mantissas under exponents from -6 to -4. */
  static ByteBuffer values(StoredType type, int count) {
    SplittableRandom random = new SplittableRandom(1);
    int bytes = type == StoredType.F16 ? 2 : 4;
    ByteBuffer values =
        ByteBuffer.allocate(Math.multiplyExact(bytes, count)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      int bits = random.nextInt();
      int exponent = -6 + Math.floorMod(bits, 3);
      if (bytes == 2) {
        values.putShort(
            (short)
                ((bits & (0x8000_0000 >> 16))
                    | (HALF_BIAS + exponent) << 10
                    | ((bits >> 4) & 0x3ff)));
      } else {
        values.putInt(
            (bits & 0x8000_0000) | (SINGLE_BIAS + exponent) << 23 | ((bits >> 4) & 0x7f_ffff));
      }
    }
    return values.flip();
  }
}
