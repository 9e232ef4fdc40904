package io.github.tiltbench.model;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Ddpm;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.NoiseSchedule;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.network.TrainedNetwork;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * {@code kind: network}: a class-conditional diffusion network trained here; prompts are names of
 * its classes.
 *
 * <p>A process that says nothing of its scheduler runs on the one the network was trained with. One
 * that does say must keep that noise schedule and prediction type; grid and clipping are free.
 *
 * @param path folder of the weights
 * @param process the chain
 * @param guidance weight of classifier-free guidance; 1 for none
 */
public record NetworkModel(Path path, ProcessSpec.Gaussian process, double guidance)
    implements ModelSpec {
  /** Guidance must be a number. */
  public NetworkModel {
    if (!Double.isFinite(guidance)) {
      throw new IllegalArgumentException("guidance must be finite but is " + guidance);
    }
  }

  @Override
  public StateSpace.Euclidean space() {
    return new StateSpace.Euclidean(TrainedNetwork.describe(path).item());
  }

  @Override
  public GaussianProcess reverse() {
    SchedulerConfig own = trainedWith();
    SchedulerConfig asked = process.scheduler();
    if (asked.equals(SchedulerConfig.DEFAULT)) {
      return onOwn(own).over(space());
    }
    if (asked.predictionType() != own.predictionType()
        || !Arrays.equals(NoiseSchedule.of(asked).alphaBar(), NoiseSchedule.of(own).alphaBar())) {
      throw new IllegalArgumentException(
          "scheduler must have the noise schedule and prediction_type that "
              + path
              + " was trained with: "
              + TrainedNetwork.describe(path).note("scheduler"));
    }
    return process.over(space());
  }

  private ProcessSpec.Gaussian onOwn(SchedulerConfig own) {
    if (process instanceof Ddim ddim) {
      return new Ddim(ddim.steps(), ddim.eta(), own);
    }
    return new Ddpm(((Ddpm) process).steps(), own);
  }

  private SchedulerConfig trainedWith() {
    JsonObject scheduler =
        JsonParser.parseString(TrainedNetwork.describe(path).note("scheduler")).getAsJsonObject();
    return SchedulerFile.of(scheduler);
  }

  @Override
  public Denoiser open() {
    return new NetworkDenoiser(
        TrainedNetwork.read(path), trainedWith().predictionType(), reverse(), guidance);
  }

  @Override
  public Optional<String> mismatch(String prompt) {
    List<String> labels = TrainedNetwork.describe(path).labels();
    return labels.contains(prompt)
        ? Optional.empty()
        : Optional.of("the network knows only " + String.join(", ", labels));
  }

  @Override
  public int rowsPerParticle() {
    return NetworkDenoiser.rowsPerParticle(guidance);
  }

  @Override
  public boolean differentiable() {
    return true;
  }

  @Override
  public List<Path> files() {
    return List.of(path.resolve(TrainedNetwork.FILE));
  }
}
