package io.github.tiltbench.engine.published.diffusers;

import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.TorchModule;
import java.util.Optional;

/** A whole Stable Diffusion folder of 53,000 parameters. */
final class TinyFolder {
  static final String STEM = "diffusion_pytorch_model";

  private TinyFolder() {}

  static PublishedFolder part(String name) {
    return PublishedFolder.of(ReferenceCase.FOLDER.resolve("tiny-sd")).part(name);
  }

  static Checkpoint weights(String part, String variant) {
    return Checkpoint.of(part(part), STEM, Optional.of(variant).filter(name -> !name.isEmpty()));
  }

  static TorchModule unet(String part, String variant, Precision precision) {
    return UNet2DConditionModel.of(part(part).json("config.json"))
        .network()
        .load(weights(part, variant), precision);
  }

  static TorchModule decoder(Precision precision) {
    return AutoencoderKL.of(part("vae").json("config.json"))
        .decoder()
        .load(weights("vae", ""), AutoencoderKL::outsideDecoder, precision);
  }
}
