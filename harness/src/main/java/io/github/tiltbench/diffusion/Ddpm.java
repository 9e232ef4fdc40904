package io.github.tiltbench.diffusion;

import java.util.Locale;

/**
 * DDPM: ancestral steps, each the posterior of the next level given the clipped clean mean.
 *
 * <p>Source: Ho, Jain, Abbeel, arXiv 2006.11239, eq. 7, as DDPMScheduler of diffusers computes it:
 * the last step goes to alpha-bar 1, and a step from training time-step 0 draws no noise. Its
 * variance of at most 1e-20, a guard of a logarithm there, is 0 here.
 *
 * @param steps T
 * @param scheduler noise schedule, grid, clipping and variance
 */
public record Ddpm(int steps, SchedulerConfig scheduler) implements ProcessSpec.Gaussian {
  /** As many steps as the network was trained on. */
  public static final Ddpm DEFAULT = new Ddpm(1000, SchedulerConfig.DEFAULT);

  /** Refuses a grid outside the training time-steps. */
  public Ddpm {
    if (!scheduler.varianceType().fixed()) {
      throw new IllegalArgumentException(
          "scheduler has variance_type "
              + scheduler.varianceType().name().toLowerCase(Locale.ROOT)
              + ", which no step here can draw; fixed_small and fixed_large can be drawn");
    }
    chain(steps, scheduler, new StateSpace.Euclidean(new int[] {1}));
  }

  @Override
  public PredictionType predictionType() {
    return scheduler.predictionType();
  }

  @Override
  public boolean suits(Scheduler trained) {
    return scheduler.sameTraining(trained);
  }

  @Override
  public Gaussian on(Scheduler trained) {
    return scheduler.equals(SchedulerConfig.DEFAULT) && trained instanceof SchedulerConfig config
        ? new Ddpm(steps, config)
        : this;
  }

  @Override
  public GaussianChain over(StateSpace.Euclidean space) {
    return chain(steps, scheduler, space);
  }

  private static GaussianChain chain(
      int steps, SchedulerConfig config, StateSpace.Euclidean space) {
    double[] train = NoiseSchedule.of(config).alphaBar();
    int[] timestep = config.timesteps(steps);
    double[] alphaBar = new double[steps + 1];
    alphaBar[0] = 1;
    StepCoefficients[] transition = new StepCoefficients[steps + 1];
    for (int level = 1; level <= steps; level++) {
      alphaBar[level] = train[timestep[level]];
      transition[level] =
          StepCoefficients.ddpm(
              (float) alphaBar[level],
              (float) alphaBar[level - 1],
              config.varianceType(),
              timestep[level] > 0);
    }
    return new GaussianChain(
        space, config.times(timestep, alphaBar), alphaBar, transition, config.clip());
  }
}
