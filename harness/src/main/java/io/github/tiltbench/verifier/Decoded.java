package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.TrustedArchive;
import io.github.tiltbench.engine.program.Program;
import io.github.tiltbench.engine.program.Programs;
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

/**
 * {@code kind: decoded}: the score of the image that a latent stands for.
 *
 * <p>A state scored is a state decoded: a trial is charged one DECODE a REWARD.
 *
 * @param decoder {@code forward(z)} of latents {@code [n, latent...]}, scaled as the denoiser has
 *     them, giving images {@code [n, image...]} with values in [-1, 1]
 * @param latent shape of a state
 * @param image shape of a decoded state
 * @param verifier what scores the image
 */
public record Decoded(TrustedArchive decoder, int[] latent, int[] image, VerifierSpec verifier)
    implements VerifierSpec {
  /** What a user has to bring, by key. */
  public static final Map<String, String> BRINGS =
      Map.of(
          "decoder",
          "a TorchScript archive, forward(z) of latents giving images with values in [-1, 1]");

  /** Refuses shapes that are none. */
  public Decoded {
    if (Arrays.stream(latent).anyMatch(d -> d < 1) || latent.length == 0) {
      throw new IllegalArgumentException("latent must be a shape of positive extents");
    }
    if (Arrays.stream(image).anyMatch(d -> d < 1) || image.length == 0) {
      throw new IllegalArgumentException("image must be a shape of positive extents");
    }
    if (verifier.scope() != Scope.POINT || verifier.estimate().isPresent()) {
      throw new IllegalArgumentException(
          "verifier must score samples one by one; an ensemble can have decoded members");
    }
    latent = latent.clone();
    image = image.clone();
  }

  @Override
  public Verifier open(StateSpace space) {
    return new Decoding(decoder.load(), image, verifier.open(new StateSpace.Euclidean(image)));
  }

  @Override
  public Verifier open(StateSpace space, Programs running) {
    StateSpace images = new StateSpace.Euclidean(image);
    return new Decoding(decoder.load(), image, verifier.open(images, running));
  }

  @Override
  public List<Program> programs() {
    return verifier.programs();
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    StateSpace known = new StateSpace.Euclidean(latent);
    return known.equals(space)
        ? verifier.mismatch(new StateSpace.Euclidean(image))
        : Optional.of("the decoder takes " + known + ", not " + space);
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
    files.add(decoder.file());
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

  private record Decoding(TorchModule decoder, int[] image, Verifier verifier) implements Verifier {
    @Override
    public double[] score(Batch clean, Condition[] condition) {
      Batch.Reals latents = (Batch.Reals) clean;
      double[] score = new double[latents.size()];
      for (int from = 0; from < score.length; from += NetworkRows.MICRO_BATCH) {
        Tensor rows = NetworkRows.of(latents, from);
        Batch.Reals images = images(decoder.forward(rows).get(0));
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
      for (int from = 0; from < score.length; from += NetworkRows.MICRO_BATCH) {
        try (TorchModule.Trace trace = decoder.trace(NetworkRows.of(clean, from))) {
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
