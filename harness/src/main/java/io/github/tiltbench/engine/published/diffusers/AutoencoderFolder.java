package io.github.tiltbench.engine.published.diffusers;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.TorchModule;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The autoencoder of a pipeline that diffusers saved: the folder {@code vae} of it, or a folder of
 * its own.
 *
 * @param part where its configuration and weights lie
 * @param autoencoder what the configuration describes
 * @param config digest of the configuration
 * @param weights what {@link #named} found
 */
public record AutoencoderFolder(
    PublishedFolder part, AutoencoderKL autoencoder, String config, Optional<Checkpoint> weights)
    implements Pinned {
  /** Bytes of activations a value of the last level takes; measured with that of SD 1.5. */
  private static final int BYTES_A_VALUE = 8 * 4;

  /** The configuration in a folder; weights are not looked at. */
  public static AutoencoderFolder of(Path path) {
    PublishedFolder folder = PublishedFolder.of(path);
    PublishedFolder part = folder.part("vae").exists() ? folder.part("vae") : folder;
    byte[] config = part.read(PipelineFolder.CONFIG);
    String file = part.folder().resolve(PipelineFolder.CONFIG).toString();
    return new AutoencoderFolder(
        part,
        AutoencoderKL.of(JsonTree.parse(file, config)),
        Digests.sha256(config),
        Optional.empty());
  }

  /**
   * The same with its weights.
   *
   * @param variant such as {@code fp16}
   * @throws IllegalArgumentException if weights are missing or are not those of the configuration
   */
  public AutoencoderFolder named(Optional<String> variant) {
    Checkpoint found = Checkpoint.of(part, PipelineFolder.STEM, variant);
    autoencoder.decoder().weights(found, AutoencoderKL::outsideDecoder);
    return new AutoencoderFolder(part, autoencoder, config, Optional.of(found));
  }

  /** Loads the decoder, in single precision: half overflows in it; the caller closes it. */
  public TorchModule decoder() {
    return autoencoder
        .decoder()
        .load(weights.orElseThrow(), AutoencoderKL::outsideDecoder, Precision.FLOAT32);
  }

  /** How many images of a shape are decoded at once. */
  public int rows(int[] image) {
    long row = (long) BYTES_A_VALUE * autoencoder.blockOutChannels().get(0) * image[1] * image[2];
    return ForwardRows.of(row);
  }

  /** The shape of the image of a latent of some shape, if it is one. */
  public Optional<int[]> image(int[] latent) {
    return latent.length == 3 && latent[0] == autoencoder.latentChannels()
        ? Optional.of(
            new int[] {
              autoencoder.outChannels(),
              latent[1] * autoencoder.factor(),
              latent[2] * autoencoder.factor()
            })
        : Optional.empty();
  }

  @Override
  public Map<String, String> digests() {
    Map<String, String> all = new TreeMap<>(Map.of(PipelineFolder.CONFIG, config));
    weights.ifPresent(w -> all.putAll(w.digests()));
    return all;
  }
}
