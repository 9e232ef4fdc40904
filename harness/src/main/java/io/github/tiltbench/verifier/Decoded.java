package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.TrustedArchive;
import io.github.tiltbench.engine.program.Program;
import io.github.tiltbench.engine.program.Programs;
import io.github.tiltbench.engine.published.diffusers.AutoencoderFolder;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.particle.Scope;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * {@code kind: decoded}: the score of the image that a latent stands for.
 *
 * <p>A state scored is a state decoded: a trial is charged one DECODE a REWARD.
 *
 * @param folder a pipeline that diffusers saved, or its autoencoder; shapes follow from the state
 * @param variant of its weights, such as {@code fp16}
 * @param decoder in place of a folder, {@code forward(z)} of latents {@code [n, latent...]}, scaled
 *     as the denoiser has them, giving images {@code [n, image...]} with values in [-1, 1]
 * @param latent shape of a state, for a decoder
 * @param image shape of a decoded state, for a decoder
 * @param verifier what scores the image
 */
public record Decoded(
    Optional<AutoencoderFolder> folder,
    Optional<String> variant,
    Optional<TrustedArchive> decoder,
    int[] latent,
    int[] image,
    VerifierSpec verifier)
    implements VerifierSpec {
  /** What a user has to bring, by key. */
  public static final Map<String, String> BRINGS =
      Map.of(
          "folder",
          "a folder that diffusers saved, with a part vae",
          "decoder",
          "a TorchScript archive, forward(z) of latents giving images with values in [-1, 1]");

  /** Refuses shapes that are none, and anything but one decoder. */
  public Decoded {
    if (folder.isPresent() == decoder.isPresent()) {
      throw new IllegalArgumentException(
          folder.isPresent()
              ? "decoder has no effect beside a folder"
              : "folder must be given, or a decoder with latent and image");
    }
    if (folder.isPresent() && latent.length + image.length > 0) {
      throw new IllegalArgumentException(
          (latent.length > 0 ? "latent" : "image") + " has no effect beside a folder");
    }
    if (decoder.isPresent()) {
      requireShape("latent", latent);
      requireShape("image", image);
      if (variant.isPresent()) {
        throw new IllegalArgumentException("variant has no effect on a decoder, only on a folder");
      }
    }
    if (verifier.scope() != Scope.POINT || verifier.estimate().isPresent()) {
      throw new IllegalArgumentException(
          "verifier must score samples one by one; an ensemble can have decoded members");
    }
    Optional<String> asked = variant;
    folder = folder.map(f -> f.named(asked));
    latent = latent.clone();
    image = image.clone();
  }

  /** By a decoder that the user brings. */
  public Decoded(TrustedArchive decoder, int[] latent, int[] image, VerifierSpec verifier) {
    this(Optional.empty(), Optional.empty(), Optional.of(decoder), latent, image, verifier);
  }

  private static void requireShape(String key, int[] shape) {
    if (Arrays.stream(shape).anyMatch(d -> d < 1) || shape.length == 0) {
      throw new IllegalArgumentException(key + " must be a shape of positive extents");
    }
  }

  /** The shape of the image of a state, if it can be decoded. */
  private Optional<StateSpace> images(StateSpace space) {
    return folder
        .map(
            f ->
                space instanceof StateSpace.Euclidean e
                    ? f.image(e.item())
                    : Optional.<int[]>empty())
        .orElseGet(
            () ->
                new StateSpace.Euclidean(latent).equals(space)
                    ? Optional.of(image)
                    : Optional.empty())
        .map(StateSpace.Euclidean::new);
  }

  @Override
  public Verifier open(StateSpace space) {
    return decoding(space, verifier::open);
  }

  @Override
  public Verifier open(StateSpace space, Programs running) {
    return decoding(space, images -> verifier.open(images, running));
  }

  private Verifier decoding(StateSpace space, Function<StateSpace, Verifier> opening) {
    StateSpace.Euclidean images = (StateSpace.Euclidean) images(space).orElseThrow();
    TorchModule module =
        folder.map(AutoencoderFolder::decoder).orElseGet(() -> decoder.orElseThrow().load());
    int rows = folder.map(f -> f.rows(images.item())).orElse(NetworkRows.MICRO_BATCH);
    return new Decoding(module, rows, images.item(), opening.apply(images));
  }

  @Override
  public List<Program> programs() {
    return verifier.programs();
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    return images(space)
        .map(verifier::mismatch)
        .orElseGet(() -> Optional.of("the decoder takes " + known() + ", not " + space));
  }

  private String known() {
    return folder
        .map(f -> "latents of " + f.autoencoder().latentChannels() + " channels")
        .orElseGet(() -> new StateSpace.Euclidean(latent).toString());
  }

  @Override
  public Optional<String> mismatch(String prompt) {
    return verifier.mismatch(prompt);
  }

  @Override
  public Optional<String> remark(String prompt) {
    return verifier.remark(prompt);
  }

  @Override
  public String family() {
    return verifier.family();
  }

  @Override
  public Set<String> families() {
    return verifier.families();
  }

  @Override
  public List<Path> files() {
    List<Path> files = new ArrayList<>(verifier.files());
    decoder.ifPresent(d -> files.add(d.file()));
    return files;
  }

  @Override
  public ScoreRange range() {
    return verifier.range();
  }

  @Override
  public boolean differentiable() {
    return verifier.differentiable();
  }

  @Override
  public boolean decodes() {
    return true;
  }

  /** Decodes at most so many rows a forward. */
  private record Decoding(TorchModule decoder, int rows, int[] image, Verifier verifier)
      implements Verifier {
    @Override
    public double[] score(Batch clean, Condition[] condition) {
      Batch.Reals latents = (Batch.Reals) clean;
      double[] score = new double[latents.size()];
      for (int from = 0; from < score.length; from += rows) {
        Batch.Reals images = images(decoder.forward(NetworkRows.of(latents, from, rows)).get(0));
        double[] part = verifier.score(images, part(condition, from, images.size()));
        System.arraycopy(part, 0, score, from, part.length);
      }
      return score;
    }

    @Override
    public boolean batched() {
      return true;
    }

    @Override
    public boolean differentiable() {
      return verifier.differentiable();
    }

    @Override
    public Gradient gradient(Batch.Reals clean, Condition[] condition) {
      double[] score = new double[clean.size()];
      double[] gradient = Arena.doubles(clean.data().length);
      for (int from = 0; from < score.length; from += rows) {
        try (TorchModule.Trace trace = decoder.trace(NetworkRows.of(clean, from, rows))) {
          Batch.Reals images = images(trace.output());
          Gradient part = verifier.gradient(images, part(condition, from, images.size()));
          System.arraycopy(part.score(), 0, score, from, part.score().length);
          double[] slope = part.gradient().data();
          float[] cotangent = new float[slope.length];
          for (int i = 0; i < slope.length; i++) {
            cotangent[i] = (float) slope[i];
          }
          int at = from * clean.width();
          trace.pullback(cotangent, values -> NetworkRows.put(values, gradient, at));
        }
      }
      return new Gradient(score, new Batch.Reals(gradient, clean.item()));
    }

    private Batch.Reals images(Tensor.Floats decoded) {
      double[] data = Arena.doubles(decoded.data().length);
      NetworkRows.put(FloatBuffer.wrap(decoded.data()), data, 0);
      return new Batch.Reals(data, image);
    }

    private static Condition[] part(Condition[] condition, int from, int count) {
      return Arrays.copyOfRange(condition, from, from + count);
    }

    @Override
    public void close() {
      decoder.close();
      verifier.close();
    }
  }
}
