package io.github.tiltbench.inspect;

import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.StoredTensor;
import io.github.tiltbench.engine.StoredType;
import io.github.tiltbench.engine.published.diffusers.AutoencoderKL;
import io.github.tiltbench.engine.published.diffusers.DenoisingUnet;
import io.github.tiltbench.engine.published.diffusers.UNet2DModel;
import java.util.List;

/**
 * The memory that a network is predicted to take on a CPU, by what those of Stable Diffusion 1.5,
 * and a U-Net of pixels, took for a value of their widest map.
 *
 * @param mapped bytes of weights that are pages of their files, which all processes share
 * @param own bytes of weights that had to be widened, and of the engine
 * @param activations at the peak of a forward
 * @param graph the same of a forward that keeps its graph, and of the way back
 */
public record Memory(long mapped, long own, Calls activations, Calls graph) {
  /** Rows of a call that a prediction is made for. */
  public static final List<Integer> ROWS = List.of(1, 2, 4, 8);

  /** Bytes of the engine and the virtual machine before a first call. */
  private static final long BASE = 216L << 20;

  /** Of a value of a U-Net's first level; measured with 320 x 64 x 64 of them and 1 to 8 rows. */
  private static final Calls UNET = new Calls(4 * 27, 4 * 37);

  private static final Calls UNET_GRAPH = new Calls(4 * 73, 4 * 355);

  /** Of one without transformers; measured with 128 x 256 x 256 values and 1 and 2 rows. */
  private static final Calls PIXELS = new Calls(4 * 4, 4 * 14);

  private static final Calls PIXELS_GRAPH = new Calls(0, 4 * 83);

  /** Of a value of an image in the last level; measured with 128 x 512 x 512 of them and a row. */
  private static final Calls DECODER = new Calls(0, 4 * 8);

  private static final Calls DECODER_GRAPH = new Calls(0, 4 * 43);

  /**
   * Bytes of calls of any number of rows.
   *
   * @param once whatever the rows
   * @param row for each
   */
  public record Calls(long once, long row) {
    private Calls times(long values) {
      return new Calls(once * values, row * values);
    }

    private long of(int rows) {
      return once + rows * row;
    }
  }

  /** Of a U-Net and states of a height and a width. */
  public static Memory of(DenoisingUnet unet, Checkpoint weights, int height, int width) {
    long values = (long) unet.blockOutChannels().get(0) * height * width;
    return unet instanceof UNet2DModel
        ? of(weights, PIXELS.times(values), PIXELS_GRAPH.times(values))
        : of(weights, UNET.times(values), UNET_GRAPH.times(values));
  }

  /** Of a decoder and images of a height and a width. */
  static Memory of(AutoencoderKL decoder, Checkpoint weights, int height, int width) {
    long values = (long) decoder.blockOutChannels().get(0) * height * width;
    return of(weights, DECODER.times(values), DECODER_GRAPH.times(values));
  }

  private static Memory of(Checkpoint weights, Calls activations, Calls graph) {
    long mapped = 0;
    long own = BASE;
    for (StoredTensor tensor : weights.tensors().values()) {
      long bytes = 4L * tensor.size();
      if (tensor.type() == StoredType.F32) {
        mapped += bytes;
      } else {
        own += bytes;
      }
    }
    return new Memory(mapped, own, activations, graph);
  }

  /** Bytes that each row of a call takes whose graph is kept. */
  public long graphRow() {
    return graph.row;
  }

  /** Bytes that a process holds at the peak of a forward of some rows, shared pages among them. */
  public long forward(int rows) {
    return mapped + own + activations.of(rows);
  }

  /** The same of a forward and its derivative. */
  public long gradient(int rows) {
    return mapped + own + graph.of(rows);
  }
}
