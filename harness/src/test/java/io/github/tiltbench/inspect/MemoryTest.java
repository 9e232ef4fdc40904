package io.github.tiltbench.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.config.Node;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.StoredTensor;
import io.github.tiltbench.engine.StoredType;
import io.github.tiltbench.engine.published.Weight;
import io.github.tiltbench.engine.published.diffusers.DenoisingUnet;
import io.github.tiltbench.engine.published.diffusers.UNet2DConditionModel;
import io.github.tiltbench.engine.published.diffusers.UNet2DModel;
import io.github.tiltbench.model.TinyXl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a U-Net of Stable Diffusion 1.5's size took at its peak, in a process of its own, with
 * states of 4 x 64 x 64, 77 tokens and one thread inside an operation.
 */
class MemoryTest {
  private static final double GIB = 1 << 30;
  private static final Path CONFIGS = Path.of("src/test/resources/sd/configs");

  /** Those of a state of its own size, if all weights are stored so. */
  private static Memory stored(String file, String config, StoredType type, int side)
      throws IOException {
    Node node = TinyXl.node(TinyXl.json(CONFIGS.resolve(file)).getAsJsonObject(config));
    DenoisingUnet unet =
        file.startsWith("sd") ? UNet2DConditionModel.of(node) : UNet2DModel.of(node);
    TreeMap<String, StoredTensor> tensors = new TreeMap<>();
    for (Weight weight : unet.network().weights()) {
      tensors.put(weight.key(), new StoredTensor(Path.of("w"), type, weight.shape(), 0));
    }
    Checkpoint weights = new Checkpoint(Path.of("w"), List.of(), tensors, new TreeSet<>());
    return Memory.of(unet, weights, side, side);
  }

  private static Memory stored(StoredType type) throws IOException {
    return stored("sd15.json", "unet/config.json", type, 64);
  }

  private static void assertNear(
      Memory memory, boolean gradient, int rows, double all, double own) {
    double predicted = (gradient ? memory.gradient(rows) : memory.forward(rows)) / GIB;
    assertEquals(all, predicted, 0.1 * all);
    assertEquals(own, predicted - memory.mapped() / GIB, 0.15 * own);
  }

  /**
   * What was measured, in GiB.
   *
   * @param all resident, the pages of the file of weights among it
   * @param own of it what is no page of a file
   */
  @ParameterizedTest
  @CsvSource({
    "false, 1, 3.772, 0.502",
    "false, 2, 3.980, 0.687",
    "false, 4, 4.535, 1.245",
    "false, 8, 4.851, 1.571",
    "true, 1, 5.602, 2.301",
    "true, 2, 7.338, 4.038"
  })
  void aPredictionIsNearWhatWasMeasured(boolean gradient, int rows, double all, double own)
      throws IOException {
    assertNear(stored(StoredType.F32), gradient, rows, all, own);
  }

  /** The same of a U-Net of pixels of 3 x 256 x 256. */
  @ParameterizedTest
  @CsvSource({"false, 1, 1.270, 0.753", "false, 2, 1.693, 1.181", "true, 1, 3.325, 2.804"})
  void soIsThatOfAModelOfPixels(boolean gradient, int rows, double all, double own)
      throws IOException {
    Memory memory = stored("ddpm-256.json", "config.json", StoredType.F32, 256);
    assertNear(memory, gradient, rows, all, own);
  }

  @Test
  void weightsThatAreWidenedAreTheProcesssOwn() throws IOException {
    Memory narrow = stored(StoredType.F16);
    Memory wide = stored(StoredType.F32);
    assertEquals(4L * 859_520_964, wide.mapped());
    assertEquals(0, narrow.mapped());
    assertEquals(wide.forward(2), narrow.forward(2));
  }

  @Test
  void aSmallerStateTakesLess() throws IOException {
    Memory large = stored(StoredType.F32);
    Memory small = stored("sd15.json", "unet/config.json", StoredType.F32, 32);
    assertEquals(large.forward(3) - large.forward(2), 4 * (small.forward(3) - small.forward(2)));
  }
}
