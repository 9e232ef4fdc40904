package io.github.tiltbench.model;

import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.OmittedWhenAbsent;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.Scheduler;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.flow.FlowSchedulerConfig;
import io.github.tiltbench.diffusion.flow.FlowSchedulerFile;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.network.NetworkWeights;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code kind: network}: a class-conditional network with classifier-free guidance.
 *
 * <p>The process, a diffusion or a flow, may visit other time-steps or clip otherwise than in
 * training, but its noise schedule and the meaning of the network's output are the weights' own.
 *
 * @param path folder of its weights
 * @param process the chain
 * @param guidance 1 samples the class as learnt, 0 ignores it, more exaggerates it
 * @param precision that the network computes in; without it single
 */
public record NetworkModel(
    NetworkWeights path,
    ProcessSpec.Gaussian process,
    double guidance,
    @OmittedWhenAbsent Optional<Precision> precision)
    implements ModelSpec {
  /** Refuses a guidance that is no number and a schedule that the weights were not trained on. */
  public NetworkModel {
    precision = precision.filter(p -> p != Precision.FLOAT32);
    ClassifierFreeGuidance.of(guidance);
    if (!process.suits(trained(path))) {
      String kind = trained(path) instanceof FlowSchedulerConfig ? "flow" : "ddim or ddpm";
      throw new IllegalArgumentException(
          "process must be of kind "
              + kind
              + " and have the schedule that the weights were trained on: add scheduler: "
              + path.folder().resolve("scheduler_config.json")
              + " to it");
    }
  }

  private static Scheduler trained(NetworkWeights weights) {
    String note = weights.description().note("scheduler");
    return FlowSchedulerFile.of(JsonTree.parse(weights.file().file() + " (scheduler)", 1, note));
  }

  @Override
  public StateSpace.Euclidean space() {
    return new StateSpace.Euclidean(path.description().item());
  }

  @Override
  public GaussianProcess reverse() {
    return process.over(space());
  }

  @Override
  public Denoiser open() {
    return new NetworkDenoiser(
        path.open(),
        Precision.chosen(precision, Precision.FLOAT32),
        process.predictionType(),
        reverse(),
        guidance);
  }

  @Override
  public Optional<String> mismatch(String prompt) {
    List<String> labels = path.description().labels();
    return prompt.equals(Condition.NONE.text()) || labels.contains(prompt)
        ? Optional.empty()
        : Optional.of(
            "the network has no class '" + prompt + "', only " + String.join(", ", labels));
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
    return List.of(path.file().file());
  }
}
