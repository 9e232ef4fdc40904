package %room%;

import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.StateSpace;

/**
 * DDIM with its noise in thousandths of the ancestral sampler's; a process of its own returns
 * another {@link GaussianProcess} from {@link #over}.
 *
 * @param steps T; a component of the record is a key in a study
 * @param noise 0 to 1000
 */
public record %type%(int steps, int noise) implements ProcessSpec.Gaussian {
  /** Refuses noise that the steps cannot hold; the message begins with the key at fault. */
  public %type% {
    if (noise < 0 || noise > 1000) {
      throw new IllegalArgumentException("noise must be from 0 to 1000 but is " + noise);
    }
  }

  private Ddim ddim() {
    return new Ddim(steps, noise / 1000.0, SchedulerConfig.DEFAULT);
  }

  @Override
  public PredictionType predictionType() {
    return ddim().predictionType();
  }

  @Override
  public boolean suits(SchedulerConfig trained) {
    return ddim().suits(trained);
  }

  @Override
  public GaussianProcess over(StateSpace.Euclidean space) {
    return ddim().over(space);
  }
}
