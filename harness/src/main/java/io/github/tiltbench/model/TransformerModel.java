package io.github.tiltbench.model;

import io.github.tiltbench.config.OmittedWhenAbsent;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.Scheduler;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.flow.FlowSchedulerFile;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.published.dit.DiffusionTransformer;
import io.github.tiltbench.engine.published.dit.TransformerFolder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code kind: transformer}: a published DiT or SiT in its own folder, with classifier-free
 * guidance. Prompts are numbers of classes.
 *
 * <p>States are latents; a verifier that needs the image decodes them ({@code kind: decoded}).
 * Guidance is of all channels: the published samplers guide the first three alone, and let the two
 * halves of their batch drift apart in the others, which no single state can repeat.
 *
 * @param path the folder
 * @param process the chain; without a scheduler it has the folder's
 * @param guidance 1 samples the class as learnt, 0 ignores it, more exaggerates it
 * @param precision that the network computes in; without it half on a GPU, single on a CPU
 */
public record TransformerModel(
    TransformerFolder path,
    ProcessSpec.Gaussian process,
    double guidance,
    @OmittedWhenAbsent Optional<Precision> precision)
    implements ModelSpec {
  /** What a user has to bring, by key. */
  public static final Map<String, String> BRINGS =
      Map.of(
          "path",
          "a folder with config.json, model.safetensors and scheduler_config.json of a DiT or SiT");

  /** Gives the process the folder's scheduler, and refuses what does not fit. */
  public TransformerModel {
    ClassifierFreeGuidance.of(guidance);
    if (guidance != 1 && !path.network().knowsNoClass()) {
      throw new IllegalArgumentException(
          "guidance must be 1 for a network that was not trained without classes but is "
              + guidance);
    }
    Scheduler trained = FlowSchedulerFile.of(path.scheduler());
    process = process.on(trained);
    if (!process.suits(trained)) {
      throw new IllegalArgumentException(
          "process must be of the kind of the folder's scheduler_config.json and have the schedule"
              + " there; without a scheduler it has that one");
    }
  }

  @Override
  public StateSpace.Euclidean space() {
    DiffusionTransformer network = path.network();
    return new StateSpace.Euclidean(
        new int[] {network.inChannels(), network.inputSize(), network.inputSize()});
  }

  @Override
  public GaussianProcess reverse() {
    return process.over(space());
  }

  @Override
  public Denoiser open() {
    return new NetworkDenoiser(
        path.load(Precision.chosen(precision, Precision.ofDevice())),
        space(),
        NetworkDenoiser.classes(labels()),
        process.predictionType(),
        reverse(),
        guidance);
  }

  private List<String> labels() {
    return IntStream.range(0, path.network().numClasses()).mapToObj(Integer::toString).toList();
  }

  @Override
  public Optional<String> mismatch(String prompt) {
    if (prompt.equals(Condition.NONE.text())) {
      return path.network().knowsNoClass()
          ? Optional.empty()
          : Optional.of("the network was not trained without classes");
    }
    return labels().contains(prompt)
        ? Optional.empty()
        : Optional.of(
            "'"
                + prompt
                + "' is no class; they are the numbers 0 to "
                + (path.network().numClasses() - 1));
  }

  @Override
  public int rowsPerParticle() {
    return ClassifierFreeGuidance.of(guidance).rows();
  }

  @Override
  public boolean differentiable() {
    return true;
  }
}
