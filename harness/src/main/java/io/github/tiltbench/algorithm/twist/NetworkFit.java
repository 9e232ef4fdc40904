package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.engine.learning.Examples;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Learns the field of a {@link NetworkTwist} by weighted least squares on the standardised noise.
 *
 * <p>The log-density of a trajectory over the model's is sum &lt;g, z&gt; - |g|^2 / 2, where z is a
 * step's displacement from the model's own mean over its standard deviation. Let W be a
 * trajectory's weight, N the number of trajectories and g' the present field. The luck z - g' has
 * mean zero, so that its plain mean is taken off; the ridge rho adds rho / N |g - g'|^2 / 2 at each
 * state. Together that is least squares with weights w = W + rho / N of the targets g' + (z - g')
 * (W - 1 / N) / w: with the weights all equal, the present field.
 */
final class NetworkFit implements Twist.Gathered {
  /**
   * One step of all trajectories.
   *
   * @param x where they were
   * @param z where they went, from the model's own mean and in standard deviations
   */
  private record Step(double[] x, double[] z, int level) {}

  private final NetworkTwist control;
  private final int trajectories;
  private final List<Step> steps = new ArrayList<>();

  NetworkFit(NetworkTwist control, int trajectories) {
    this.control = control;
    this.trajectories = trajectories;
  }

  /** Not learned from: the starting draw is never pushed. */
  @Override
  public void start(StepLaw prior, Batch x) {}

  @Override
  public void step(StepLaw law, Batch x, Prediction prediction, int level, Batch next) {
    GaussianStep step = (GaussianStep) law;
    double[] z = ((Batch.Reals) next).data().clone();
    for (int i = 0; i < z.length; i++) {
      z[i] = (z[i] - step.mean().data()[i]) / step.std();
    }
    steps.add(new Step(((Batch.Reals) x).data(), z, level));
  }

  @Override
  public NetworkTwist project(double[] weights, double ridge) {
    int width = Batch.volume(control.item());
    int rows = Math.multiplyExact(steps.size(), trajectories);
    float[] inputs = new float[Math.multiplyExact(rows, width)];
    float[] levels = new float[rows];
    double[] targets = new double[inputs.length];
    double[] mixed = new double[rows];
    for (int row = 0; row < rows; row++) {
      mixed[row] = weights[row % trajectories] + ridge / trajectories;
      levels[row] = (float) steps.get(row / trajectories).level / control.steps();
    }
    int i = 0;
    for (Step step : steps) {
      double[] push = control.push(step.x, step.level);
      for (int at = 0; at < push.length; at++, i++) {
        double pull = (weights[at / width] - 1.0 / trajectories) / mixed[i / width];
        inputs[i] = (float) step.x[at];
        targets[i] = push[at] + pull * (step.z[at] - push[at]);
      }
    }
    Examples examples = new Examples(control.item(), inputs, levels, targets, mixed);
    return new NetworkTwist(
        control.family(),
        control.item(),
        control.steps(),
        Optional.of(control.family().fit(examples)));
  }

  @Override
  public double[] logRatio(Twist twist) {
    double[] log = new double[trajectories];
    for (Step step : steps) {
      double[] push = ((NetworkTwist) twist).push(step.x, step.level);
      int width = push.length / trajectories;
      for (int at = 0; at < push.length; at++) {
        log[at / width] += push[at] * (step.z[at] - 0.5 * push[at]);
      }
    }
    return log;
  }
}
