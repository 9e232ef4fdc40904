package io.github.tiltbench.diffusion;

/**
 * DDIM: steps that keep the marginals of the forward process at any amount of fresh noise.
 *
 * <p>Source: Song, Meng, Ermon, arXiv 2010.02502, eqs. 12 and 16, as DDIMScheduler of diffusers
 * computes them: the clean mean is clipped, and the direction uses the noise that belongs to it
 * before clipping unless {@code use_clipped_model_output} is true, there an argument of the step. A
 * step goes down by floor(train/T) training time-steps whatever the grid, so where T does not
 * divide the training time-steps it aims beside the next level, there as here; with divisors and
 * leading or trailing spacing it aims at the next level exactly.
 *
 * @param steps T
 * @param eta fresh noise: 0 none, 1 that of the ancestral sampler
 * @param scheduler noise schedule, grid and clipping
 * @param useClippedModelOutput whether the direction uses the noise that belongs to the clipped
 *     mean; strong guidance overshoots the clip, and noise that still belongs to the overshoot then
 *     damages the sample. With it, eta 1 is the ancestral step of DDPM
 */
public record Ddim(int steps, double eta, SchedulerConfig scheduler, boolean useClippedModelOutput)
    implements ProcessSpec.Gaussian {
  /** Fifty steps without noise. */
  public static final Ddim DEFAULT = new Ddim(50, 0, SchedulerConfig.DEFAULT);

  /** With the noise before clipping, as is the default of diffusers. */
  public Ddim(int steps, double eta, SchedulerConfig scheduler) {
    this(steps, eta, scheduler, false);
  }

  /** Refuses a grid outside the training time-steps and an eta that leaves no room. */
  public Ddim {
    if (!(eta >= 0 && eta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("eta must be at least 0 and finite but is " + eta);
    }
    scheduler = scheduler.withoutVariance();
    chain(steps, eta, scheduler, useClippedModelOutput, new StateSpace.Euclidean(new int[] {1}));
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
        ? new Ddim(steps, eta, config, useClippedModelOutput)
        : this;
  }

  @Override
  public GaussianChain over(StateSpace.Euclidean space) {
    return chain(steps, eta, scheduler, useClippedModelOutput, space);
  }

  private static GaussianChain chain(
      int steps,
      double eta,
      SchedulerConfig config,
      boolean useClipped,
      StateSpace.Euclidean space) {
    double[] train = NoiseSchedule.of(config).alphaBar();
    int[] timestep = config.timesteps(steps);
    int stride = config.numTrainTimesteps() / steps;
    double last = config.setAlphaToOne() ? 1 : train[0];
    double[] alphaBar = new double[steps + 1];
    StepCoefficients[] transition = new StepCoefficients[steps + 1];
    for (int level = steps; level >= 1; level--) {
      alphaBar[level] = train[timestep[level]];
      int next = timestep[level] - stride;
      double below = next >= 0 ? train[next] : last;
      transition[level] =
          StepCoefficients.ddim((float) alphaBar[level], (float) below, eta, useClipped);
      alphaBar[level - 1] = below;
    }
    return new GaussianChain(
        space, config.times(timestep, alphaBar), alphaBar, transition, config.clip());
  }
}
