package io.github.tiltbench.inspect;

import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.published.diffusers.AutoencoderKL;
import io.github.tiltbench.engine.published.diffusers.DenoisingUnet;
import io.github.tiltbench.engine.published.diffusers.UNet2DConditionModel;
import io.github.tiltbench.engine.published.diffusers.UNet2DModel;
import io.github.tiltbench.engine.published.transformer.TextTower;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The parts of a pipeline that diffusers saved. */
final class PipelineParts {
  private static final String STEM = "diffusion_pytorch_model";
  private static final String XL = "StableDiffusionXLPipeline";
  private static final Set<String> UNREAD = Set.of("feature_extractor", "safety_checker");

  private final Inspector found;
  private final PublishedFolder folder;
  private Optional<DenoisingUnet> unet = Optional.empty();
  private Optional<AutoencoderKL> autoencoder = Optional.empty();

  PipelineParts(Inspector found, PublishedFolder folder) {
    this.found = found;
    this.folder = folder;
  }

  /**
   * A whole pipeline.
   *
   * @param type its class; empty if it has no index
   */
  String what(String type) {
    boolean pixels = type.isEmpty() || type.startsWith("DDPM") || type.startsWith("DDIM");
    unet(pixels, pixels ? partOrTop("unet") : folder.part("unet"));
    List<String> suffixes = pixels ? List.of() : type.equals(XL) ? List.of("", "_2") : List.of("");
    for (String suffix : suffixes) {
      encoder("text_encoder" + suffix, folder.part("text_encoder" + suffix));
      found.parts.add(Inspector.tokenizer("tokenizer" + suffix, folder.part("tokenizer" + suffix)));
    }
    if (!pixels) {
      decoder("vae", folder.part("vae"));
    }
    found.parts.add(Inspector.scheduler(partOrTop("scheduler")));
    others(suffixes);
    String variant =
        Part.chosen(Part.variants(partOrTop("unet"), STEM)).map(v -> "variant: " + v).orElse("");
    int side = unet.map(u -> u.sampleSize().orElse(0)).orElse(0);
    StudyExcerpt model =
        StudyExcerpt.model(found.name(), "kind: diffusers", "path: " + found.place());
    model = pixels ? model : model.with("guidance: " + (type.equals(XL) ? "5.0" : "7.5"));
    model = variant.isEmpty() ? model : model.with(variant);
    model = side > 0 ? model : model.with("size: 64");
    found.offer(model.with("process: {kind: ddim, steps: 50, eta: 1.0}"));
    found.offer(
        pixels
            ? StudyExcerpt.verifier("jpeg", "kind: jpeg", "quality: 95")
            : decoded(folder.part("vae")));
    return say(type, side);
  }

  private String say(String type, int side) {
    String kind =
        switch (type) {
          case "" -> "a pixel model without an index";
          case "StableDiffusionPipeline" -> generation() + ", a " + type;
          case XL -> "Stable Diffusion XL, a " + type;
          default -> "a " + type;
        };
    String states =
        unet.filter(u -> side > 0)
            .map(u -> ", states %d x %d x %d".formatted(u.inChannels(), side, side))
            .orElse("");
    String images =
        autoencoder
            .filter(a -> side > 0)
            .map(a -> ", images " + a.outChannels() + (" x " + side * a.factor()).repeat(2))
            .orElse("");
    return kind + states + images;
  }

  /** By what its U-Net reads. */
  private String generation() {
    int width =
        unet.map(u -> u instanceof UNet2DConditionModel c ? c.crossAttentionDim().get(0) : 0)
            .orElse(0);
    return switch (width) {
      case 768 -> "Stable Diffusion 1";
      case 1024 -> "Stable Diffusion 2";
      default -> "Stable Diffusion of an own size";
    };
  }

  private PublishedFolder partOrTop(String name) {
    PublishedFolder part = folder.part(name);
    return part.exists() ? part : folder;
  }

  private void unet(boolean pixels, PublishedFolder part) {
    found.parts.add(
        Part.of(
            "unet",
            part,
            STEM,
            () -> {
              unet =
                  Optional.of(
                      pixels
                          ? UNet2DModel.of(part.json(Inspector.CONFIG))
                          : UNet2DConditionModel.of(part.json(Inspector.CONFIG)));
              return new Part.Needs(
                  pixels ? "UNet2DModel" : "UNet2DConditionModel", unet.get().network());
            }));
    unet.ifPresent(
        u ->
            remember(
                "unet",
                () -> {
                  int side = u.sampleSize().orElse(64);
                  return Memory.of(u, weights(part), side, side);
                }));
  }

  /** Keeps a prediction; where there are no weights there is none, and the part says why. */
  private void remember(String name, Supplier<Memory> memory) {
    boolean whole = found.parts.get(found.parts.size() - 1).bytes() > 0;
    if (whole) {
      found.memory.put(name, memory.get());
    }
  }

  private static Checkpoint weights(PublishedFolder part) {
    return Checkpoint.of(part, STEM, Part.chosen(Part.variants(part, STEM)));
  }

  private void decoder(String name, PublishedFolder part) {
    found.parts.add(
        Part.of(
            name,
            part,
            STEM,
            () -> {
              autoencoder = Optional.of(AutoencoderKL.of(part.json(Inspector.CONFIG)));
              return new Part.Needs(
                  "AutoencoderKL, its decoder",
                  List.of(autoencoder.get().decoder()),
                  AutoencoderKL::outsideDecoder);
            }));
    int side = unet.flatMap(u -> u.sampleSize().stream().boxed().findFirst()).orElse(64);
    autoencoder.ifPresent(
        a ->
            remember(
                name, () -> Memory.of(a, weights(part), side * a.factor(), side * a.factor())));
  }

  private StudyExcerpt decoded(PublishedFolder vae) {
    StudyExcerpt block =
        StudyExcerpt.verifier("decoded-jpeg", "kind: decoded", "folder: " + found.place());
    Optional<String> variant =
        vae.exists() ? Part.chosen(Part.variants(vae, STEM)) : Optional.empty();
    return variant
        .map(v -> block.with("variant: " + v))
        .orElse(block)
        .with("verifier: {kind: jpeg, quality: 95}");
  }

  private void encoder(String name, PublishedFolder part) {
    found.parts.add(
        Part.of(
            name,
            part,
            "model",
            () -> {
              TextTower tower = TextTower.of(part.json(Inspector.CONFIG));
              String projection = tower.projection().isPresent() ? "WithProjection" : "";
              return new Part.Needs("CLIPTextModel" + projection, tower.network());
            }));
  }

  /** Says what else lies in the folder. */
  private void others(List<String> encoders) {
    try (Stream<Path> all = Files.list(folder.folder())) {
      List<String> left =
          all.filter(Files::isDirectory)
              .map(file -> file.getFileName().toString())
              .filter(name -> !Set.of("unet", "vae", "scheduler").contains(name))
              .filter(
                  name ->
                      encoders.stream()
                          .noneMatch(
                              e -> name.equals("text_encoder" + e) || name.equals("tokenizer" + e)))
              .sorted()
              .toList();
      if (!left.isEmpty()) {
        boolean usual = UNREAD.containsAll(left);
        found.notes.add(
            "not read: " + String.join(", ", left) + (usual ? ", which change no sample" : ""));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A U-Net by itself. */
  String lone(String what) {
    unet(false, folder);
    return what;
  }

  /** A text encoder by itself. */
  String encoder(String what) {
    encoder("text_encoder", folder);
    return what;
  }

  /** An autoencoder by itself. */
  String autoencoder() {
    decoder("vae", folder);
    found.offer(decoded(folder));
    return "an autoencoder of latent diffusion";
  }
}
