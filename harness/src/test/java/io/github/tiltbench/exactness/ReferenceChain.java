package io.github.tiltbench.exactness;

import io.github.tiltbench.diffusion.Ddpm;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Quadratic;

/**
 * Ten DDPM steps with beta_t = 0.05 t on N(1, 0.25), and the reward -(x - 2)^2 at temperature 1:
 * the chain on which relative deviations of evidence estimates are published.
 */
final class ReferenceChain {
  static final Ddpm PROCESS =
      new Ddpm(
          10,
          SchedulerFile.of(
              "scheduler",
              """
                      {"num_train_timesteps": 10, "clip_sample": false,
                       "trained_betas": [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]}
                      """));

  static final Gaussian MODEL = new Gaussian(new double[] {1}, new double[] {0.25}, PROCESS);

  static final double EVIDENCE = 0.4005405729842856;

  static final double TILTED_MEAN = 1.2200335057597265;

  private ReferenceChain() {}

  static Lab lab() {
    Quadratic reward = new Quadratic(new double[] {2}, 2);
    return new Lab(MODEL.open(), MODEL.reverse(), reward, 1);
  }
}
