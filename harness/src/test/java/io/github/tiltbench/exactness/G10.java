package io.github.tiltbench.exactness;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Ten steps of DDIM with eta 1 on trailing time-steps from noise to N(0.5, 0.64), and the sample
 * itself for its reward: the chain on which means of searches are published or computed.
 */
public final class G10 {
  /** Of the samples of the chain. */
  public static final double MEAN = 0.499987;

  /** Of the samples of the chain. */
  public static final double VARIANCE = 0.333257;

  private G10() {}

  static Lab lab() {
    return lab(10, 1);
  }

  /** The same with other steps, whose noise is eta times as large. */
  public static Lab lab(int steps, double eta) {
    return lab(process(steps, eta), 1, x -> x);
  }

  /** As many steps with the reward {@code -(x - 2)^2}. */
  public static Lab quadratic(int steps) {
    return lab(process(steps, 1), 1, x -> -(x - 2) * (x - 2));
  }

  /** Several such coordinates, of which the first is rewarded. */
  static Lab lab(int dimension, double eta, DoubleUnaryOperator reward) {
    return lab(process(10, eta), dimension, reward);
  }

  private static Ddim process(int steps, double eta) {
    return new Ddim(
        steps,
        eta,
        SchedulerFile.of(
            "scheduler", "{\"clip_sample\": false, \"timestep_spacing\": \"trailing\"}"));
  }

  private static Lab lab(Ddim process, int dimension, DoubleUnaryOperator reward) {
    double[] mean = new double[dimension];
    double[] variance = new double[dimension];
    Arrays.fill(mean, 0.5);
    Arrays.fill(variance, 0.64);
    Gaussian model = new Gaussian(mean, variance, process);
    Verifier first =
        (clean, condition) -> {
          double[] score = new double[clean.size()];
          Arrays.setAll(
              score, i -> reward.applyAsDouble(((Batch.Reals) clean).data()[i * dimension]));
          return score;
        };
    return new Lab(model.open(), model.reverse(), first, 1);
  }
}
