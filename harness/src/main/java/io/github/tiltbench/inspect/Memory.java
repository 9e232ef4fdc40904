package io.github.tiltbench.inspect;

import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.StoredType;
import io.github.tiltbench.engine.published.diffusers.AutoencoderKL;
import io.github.tiltbench.engine.published.diffusers.DenoisingUnet;
import java.util.List;

/**
 * The memory that a network is predicted to take on a CPU, by what those of Stable Diffusion 1.5
 * took for a value of their widest map.
 *
 * @param mapped bytes of weights that are pages of their files, which all processes share
 * @param own bytes of weights that had to be widened, and of the engine
 * @param row bytes of activations of a row, at the peak of a forward
 * @param graph the same of a forward that keeps its graph, and the way back
 */
public record Memory(long mapped, long own, long row, long graph) {
  /** Rows of a call that a prediction is made for. */
  public static final List<Integer> ROWS = List.of(1, 2, 4, 8);

  /** Bytes of the engine and the virtual machine before a first call. */
  private static final long BASE = 216L << 20;

  /** Bytes a value of a U-Net's first level takes; measured with 320 x 64 x 64 of them. */
  private static final long UNET_ROW = 4 * 52;

  private static final long UNET_GRAPH = 4 * 428;

  /** Bytes a value of an image takes in the last level; measured with 128 x 512 x 512 of them. */
  private static final long DECODER_ROW = 4 * 8;

  private static final long DECODER_GRAPH = 4 * 43;

  /** Of a U-Net and states of a height and a width. */
  static Memory of(DenoisingUnet unet, Checkpoint weights, int height, int width) {
    long values = (long) unet.blockOutChannels().get(0) * height * width;
    return of(weights, UNET_ROW * values, UNET_GRAPH * values);
  }

  /** Of a decoder and images of a height and a width. */
  static Memory of(AutoencoderKL decoder, Checkpoint weights, int height, int width) {
    long values = (long) decoder.blockOutChannels().get(0) * height * width;
    return of(weights, DECODER_ROW * values, DECODER_GRAPH * values);
  }

  private static Memory of(Checkpoint weights, long row, long graph) {
    long mapped = 0;
    long own = BASE;
    for (var tensor : weights.tensors().values()) {
      long bytes = 4L * tensor.size();
      if (tensor.type() == StoredType.F32) {
        mapped += bytes;
      } else {
        own += bytes;
      }
    }
    return new Memory(mapped, own, row, graph);
  }

  /** Bytes that a process holds at the peak of a forward of some rows, shared pages among them. */
  public long forward(int rows) {
    return mapped + own + rows * row;
  }

  /** The same of a forward and its derivative. */
  public long gradient(int rows) {
    return mapped + own + rows * graph;
  }
}
