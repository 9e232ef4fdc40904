package io.github.tiltbench.exactness;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.run.Lab;

/**
 * Ten steps of DDIM with eta 1 on trailing time-steps from noise to N(0.5, 0.64), and the sample
 * itself for its reward: the chain on which means of searches are published or computed.
 */
final class G10 {
  /** Of the samples of the chain. */
  static final double MEAN = 0.499987;

  static final double VARIANCE = 0.333257;

  private G10() {}

  static Lab lab() {
    return lab(10, 1);
  }

  /** The same with other steps, whose noise is eta times as large. */
  static Lab lab(int steps, double eta) {
    Ddim process =
        new Ddim(
            steps,
            eta,
            SchedulerFile.of(
                "scheduler", "{\"clip_sample\": false, \"timestep_spacing\": \"trailing\"}"));
    Gaussian model = new Gaussian(new double[] {0.5}, new double[] {0.64}, process);
    return new Lab(
        model.open(),
        model.reverse(),
        (clean, condition) -> ((Batch.Reals) clean).data().clone(),
        1);
  }
}
