package io.github.tiltbench.diffusion;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Flow matching on the linear path (1 - t) clean + t noise, by an ODE or an SDE with the same
 * marginals.
 *
 * <p>The chain runs in the coordinates in which signal and noise have squares that sum to 1, as all
 * chains here do: with c = sqrt((1-t)^2 + t^2) its state is x / c. Level 0 has c = 1, so samples
 * are those of the path. Euler's rule is then DDIM without noise on the same signal-to-noise
 * ratios, and {@code ancestral} DDIM with eta 1.
 *
 * <p>Source: Lipman et al., arXiv 2210.02747; Ma et al., arXiv 2401.08740; grids of
 * FlowMatchEulerDiscreteScheduler in diffusers.
 *
 * @param steps T
 * @param sampler how a step is taken
 * @param diffusion coefficient of a sampler that is an SDE
 * @param last how the last step of an SDE is taken
 * @param schedule which noise levels the chain visits
 * @param imageSeqLen length of a state, for a scheduler with dynamic shifting
 * @param clip largest absolute value of a clean mean, if it is clipped; the noise is then the one
 *     that belongs to the clipped mean
 * @param scheduler shift and spacing of the levels
 */
public record Flow(
    int steps,
    FlowSampler sampler,
    Optional<FlowDiffusion> diffusion,
    Last last,
    Schedule schedule,
    OptionalInt imageSeqLen,
    OptionalDouble clip,
    FlowSchedulerConfig scheduler)
    implements ProcessSpec.Gaussian {
  /** Which levels stand before a scheduler's shift and spacing. */
  public enum Schedule {
    /** Even from 1 to the smallest of training, then 0: what a scheduler does by itself. */
    TRAINED,
    /** Even from 1 to 0, as pipelines with dynamic shifting ask for. */
    UNIFORM
  }

  /** How the last step of an SDE is taken; all other samplers end at the clean mean anyhow. */
  public enum Last {
    /** To the predicted clean mean. */
    MEAN,
    /** Like the others, with fresh noise that stays in the sample. */
    EULER
  }

  private static final double ROUNDING = 1e-9;

  /** Twenty-five steps of Euler's rule. */
  public static final Flow DEFAULT =
      new Flow(
          25,
          FlowSampler.EULER,
          Optional.empty(),
          Last.MEAN,
          Schedule.TRAINED,
          OptionalInt.empty(),
          OptionalDouble.empty(),
          FlowSchedulerConfig.DEFAULT);

  /** Refuses levels that do not fall, unstable steps and keys without effect. */
  public Flow {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1 but is " + steps);
    }
    if (sampler.diffuses() != diffusion.isPresent()) {
      throw new IllegalArgumentException(
          sampler.diffuses()
              ? "diffusion must be given for this sampler"
              : "diffusion has no effect on this sampler, only on em and marginal");
    }
    if (last == Last.EULER && sampler != FlowSampler.EM) {
      throw new IllegalArgumentException("last has no effect on this sampler, only on em");
    }
    if (imageSeqLen.isPresent()
        && !(scheduler.useDynamicShifting() && imageSeqLen.getAsInt() >= 1)) {
      throw new IllegalArgumentException(
          scheduler.useDynamicShifting()
              ? "image_seq_len must be at least 1 but is " + imageSeqLen.getAsInt()
              : "image_seq_len has no effect on a scheduler without use_dynamic_shifting");
    }
    if (clip.isPresent() && !(clip.getAsDouble() > 0 && Double.isFinite(clip.getAsDouble()))) {
      throw new IllegalArgumentException(
          "clip must be positive and finite but is " + clip.getAsDouble());
    }
    if (scheduler.stochasticSampling() && sampler != FlowSampler.STOCHASTIC) {
      throw new IllegalArgumentException(
          "scheduler has stochastic_sampling, so sampler must be stochastic");
    }
    double[] sigma = levels(steps, schedule, imageSeqLen, scheduler);
    if (sampler == FlowSampler.EM) {
      requireStable(sigma, diffusion.orElseThrow(), last);
    }
    chain(
        sigma,
        sampler,
        diffusion,
        last,
        clip,
        scheduler.numTrainTimesteps(),
        new StateSpace.Euclidean(new int[] {1}));
  }

  /** Refuses a step of Euler and Maruyama that turns the noise of a state around. */
  private static void requireStable(double[] sigma, FlowDiffusion diffusion, Last last) {
    for (int i = 0; i < sigma.length - (last == Last.MEAN ? 1 : 0); i++) {
      double t = sigma[i];
      double next = i + 1 < sigma.length ? sigma[i + 1] : 0;
      double rate = diffusion.squared(t) * (t - next) / (2 * t * t);
      if (rate > 1 + ROUNDING) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "diffusion is too strong for sampler em from noise level %.4g to %.4g, where g^2 h"
                    + " / (2 t^2) is %.3g and more than 1: take more steps, a smaller scale or"
                    + " sampler marginal",
                t,
                next,
                rate));
      }
    }
  }

  @Override
  public PredictionType predictionType() {
    return PredictionType.FLOW;
  }

  /** Never: a schedule of betas is another path, with times of its own. */
  @Override
  public boolean suits(SchedulerConfig trained) {
    return false;
  }

  @Override
  public GaussianChain over(StateSpace.Euclidean space) {
    return chain(
        levels(steps, schedule, imageSeqLen, scheduler),
        sampler,
        diffusion,
        last,
        clip,
        scheduler.numTrainTimesteps(),
        space);
  }

  private static double[] levels(
      int steps, Schedule schedule, OptionalInt imageSeqLen, FlowSchedulerConfig scheduler) {
    return switch (schedule) {
      case TRAINED -> scheduler.ownSigmas(steps, imageSeqLen);
      case UNIFORM ->
          scheduler.sigmas(FlowSchedulerConfig.linspace(1, 1.0 / steps, steps), imageSeqLen);
    };
  }

  /** The chain through noise levels, from noise to data; 0 comes after them. */
  static GaussianChain chain(
      double[] sigma,
      FlowSampler sampler,
      Optional<FlowDiffusion> diffusion,
      Last last,
      OptionalDouble clip,
      int numTrainTimesteps,
      StateSpace.Euclidean space) {
    int steps = sigma.length;
    double[] time = new double[steps + 1];
    double[] alphaBar = new double[steps + 1];
    alphaBar[0] = 1;
    StepCoefficients[] transition = new StepCoefficients[steps + 1];
    for (int level = steps; level >= 1; level--) {
      double t = sigma[steps - level];
      double next = level == 1 ? 0 : sigma[steps - level + 1];
      if (!(next < t)) {
        throw new IllegalArgumentException(
            "scheduler must have noise levels that fall but goes from " + t + " to " + next);
      }
      double g2 = diffusion.map(d -> d.squared(t)).orElse(0.0);
      time[level] = (float) t * numTrainTimesteps;
      alphaBar[level] = (1 - t) * (1 - t) / squaredScale(t);
      boolean toMean = level == 1 && last == Last.MEAN;
      FlowSampler.Step step = toMean ? FlowSampler.Step.MEAN : sampler.step(t, next, g2);
      transition[level] = transition(step, t, next);
    }
    return new GaussianChain(
        space, time, alphaBar, transition, clip.orElse(Double.POSITIVE_INFINITY));
  }

  private static double squaredScale(double t) {
    return (1 - t) * (1 - t) + t * t;
  }

  /** A step of the path as a step of the states that are divided by their scale. */
  private static StepCoefficients transition(FlowSampler.Step step, double t, double next) {
    double c = Math.sqrt(squaredScale(t));
    double below = Math.sqrt(squaredScale(next));
    double direction = step.noise() / below * (c / t);
    double clean = step.clean() / below - direction * (1 - t) / c;
    return new StepCoefficients(clean, 0, direction, step.std() / below);
  }
}
