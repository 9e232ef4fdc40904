package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Embeddings;
import io.github.tiltbench.engine.TensorFile;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.TrustedArchive;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code kind: torchscript}: a diffusion network that the user brings, such as the U-Net of a
 * latent model, with classifier-free guidance.
 *
 * <p>States are what the network denoises; a latent is not decoded here but by the verifier that
 * needs an image ({@code kind: decoded}). The network computes in the precision that it was
 * exported in.
 *
 * @param denoiser {@code forward(x, t, c)} with states {@code [n, item...]}, training time-steps
 *     {@code [n]} and embeddings {@code [n, ...]}, all in single precision, giving {@code [n,
 *     item...]}: the noise, velocity or clean state that the scheduler's {@code prediction_type}
 *     names
 * @param conditions an embedding a prompt, under {@code -} that of no condition
 * @param item shape of a state
 * @param process the chain; its scheduler is the one that the network was trained with
 * @param guidance 1 samples the condition as learnt, 0 ignores it, more exaggerates it
 */
public record TorchScriptModel(
    TrustedArchive denoiser,
    TensorFile conditions,
    int[] item,
    ProcessSpec.Gaussian process,
    double guidance)
    implements ModelSpec {
  /** What a user has to bring, by key. */
  public static final Map<String, String> BRINGS =
      Map.of(
          "denoiser",
          "a TorchScript archive, forward(x, t, c) of states, training time-steps and embeddings",
          "conditions",
          "a safetensors file with a float32 embedding a prompt and, as '-', the one of no prompt");

  /** Refuses a guidance that is no number, a shape that is none, and embeddings without '-'. */
  public TorchScriptModel {
    ClassifierFreeGuidance.of(guidance);
    if (item.length == 0 || Arrays.stream(item).anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException("item must be a shape of positive extents");
    }
    item = item.clone();
    process.predictionType(); // refuses one that was not told it
    if (!Embeddings.of(conditions).knows(Condition.NONE.text())) {
      throw new IllegalArgumentException(
          "conditions must have an embedding of no condition, named '-'");
    }
  }

  @Override
  public StateSpace.Euclidean space() {
    return new StateSpace.Euclidean(item);
  }

  @Override
  public GaussianProcess reverse() {
    return process.over(space());
  }

  @Override
  public Denoiser open() {
    TorchModule module = denoiser.load();
    Embeddings embeddings = Embeddings.of(conditions);
    return new NetworkDenoiser(
        module,
        space(),
        asked -> List.of(embeddings.rows(Arrays.stream(asked).map(Condition::text).toList())),
        process.predictionType(),
        reverse(),
        guidance);
  }

  @Override
  public Optional<String> mismatch(String prompt) {
    return conditions.names().contains(prompt)
        ? Optional.empty()
        : Optional.of(conditions.file() + " has no embedding of '" + prompt + "'");
  }

  @Override
  public int rowsPerParticle() {
    return ClassifierFreeGuidance.of(guidance).rows();
  }

  @Override
  public boolean differentiable() {
    return true;
  }

  @Override
  public List<Path> files() {
    return List.of(denoiser.file(), conditions.file());
  }
}
