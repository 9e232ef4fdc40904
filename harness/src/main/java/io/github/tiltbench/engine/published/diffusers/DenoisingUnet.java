package io.github.tiltbench.engine.published.diffusers;

import io.github.tiltbench.engine.published.PublishedNetwork;
import java.util.List;
import java.util.OptionalInt;

/** The denoiser of a published pipeline. */
public sealed interface DenoisingUnet permits UNet2DConditionModel, UNet2DModel {
  /** Channels of a state. */
  int inChannels();

  /** The side of a state that it was trained at, if its file says so. */
  OptionalInt sampleSize();

  /** Features at each level. */
  List<Integer> blockOutChannels();

  /** The network as text; its first two arguments are states and training time-steps. */
  PublishedNetwork network();
}
