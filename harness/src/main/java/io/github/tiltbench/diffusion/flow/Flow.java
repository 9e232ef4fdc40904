package io.github.tiltbench.diffusion.flow;

import io.github.tiltbench.diffusion.GaussianChain;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.Scheduler;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.StepCoefficients;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Flow matching, by an ODE or an SDE with the same marginals: of a model of the linear path (1 - t)
 * clean + t noise, on that path or on another.
 *
 * <p>The chain runs in the coordinates in which signal and noise have squares that sum to 1, as all
 * chains here do: its state is x / c with c^2 = signal^2 + noise^2. Level 0 has c = 1, so samples
 * are those of the path, and since a level is known by its ratio of signal to noise, a model of the
 * linear path runs on every other one. Euler's rule is then DDIM without noise on the same
 * signal-to-noise ratios, and {@code ancestral} DDIM with eta 1.
 *
 * <p>Source: Lipman et al., arXiv 2210.02747; Ma et al., arXiv 2401.08740; grids of
 * FlowMatchEulerDiscreteScheduler in diffusers.
 *
 * @param steps T
 * @param sampler how a step is taken
 * @param diffusion coefficient of a sampler that is an SDE
 * @param last how the last step of an SDE is taken
 * @param interpolant the path that the chain runs on
 * @param conversion how much of the path's own chain is taken where it is not the linear one
 * @param schedule which times of the path the chain visits
 * @param imageSeqLen length of a state, for a scheduler with dynamic shifting
 * @param clip largest absolute value of a clean mean, if it is clipped; the noise is then the one
 *     that belongs to the clipped mean
 * @param scheduler shift and spacing of the times of the linear path
 */
public record Flow(
    int steps,
    FlowSampler sampler,
    Optional<FlowDiffusion> diffusion,
    Last last,
    Interpolant interpolant,
    Conversion conversion,
    Schedule schedule,
    OptionalInt imageSeqLen,
    OptionalDouble clip,
    FlowSchedulerConfig scheduler)
    implements ProcessSpec.Gaussian {
  /** Which times stand before a scheduler's shift and spacing. */
  public enum Schedule {
    /** Even from 1 to the smallest of training, then 0: what a scheduler does by itself. */
    TRAINED,
    /** Even from 1 to 0, as pipelines with dynamic shifting ask for. */
    UNIFORM,
    /** The roots of 1 - (1 - t)^2 for even t: short steps at first, of Kim et al. 2025. */
    RBF
  }

  /**
   * What a chain takes over from a path that is not the linear one; the ablation of Kim et al.
   * 2025, table 1.
   */
  public enum Conversion {
    /** Times and diffusion: the SDE of that path. */
    BOTH,
    /** Only the ratios of signal to noise that it visits; the SDE is that of the linear path. */
    TIMES,
    /** Only the variance of its steps, on the linear path at even times. */
    DIFFUSION
  }

  /** How the last step of an SDE is taken; all other samplers end at the clean mean anyhow. */
  public enum Last {
    /** To the predicted clean mean. */
    MEAN,
    /** Like the others, with fresh noise that stays in the sample. */
    EULER
  }

  /** Twenty-five steps of Euler's rule. */
  public static final Flow DEFAULT = euler(25, OptionalDouble.empty(), FlowSchedulerConfig.DEFAULT);

  /** By Euler's rule on a scheduler's own times. */
  public static Flow euler(int steps, OptionalDouble clip, FlowSchedulerConfig scheduler) {
    return new Flow(
        steps,
        FlowSampler.EULER,
        Optional.empty(),
        Last.MEAN,
        Interpolant.LINEAR,
        Conversion.BOTH,
        Schedule.TRAINED,
        OptionalInt.empty(),
        clip,
        scheduler);
  }

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
    if (interpolant != Interpolant.LINEAR) {
      requireOwnTimes(schedule, scheduler);
    }
    if (conversion != Conversion.BOTH && interpolant == Interpolant.LINEAR) {
      throw new IllegalArgumentException(
          "conversion has no effect on interpolant linear, only on the others");
    }
    if (conversion == Conversion.DIFFUSION && !sampler.diffuses()) {
      throw new IllegalArgumentException(
          "conversion diffusion has no effect on this sampler, only on em and marginal");
    }
    FlowGrid grid =
        grid(interpolant, diffusion, conversion, times(steps, schedule, imageSeqLen, scheduler));
    if (sampler == FlowSampler.EM) {
      grid.requireStable(last);
    }
  }

  @Override
  public PredictionType predictionType() {
    return scheduler
        .predictionType()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "scheduler of the process must say which way the network's time points:"
                        + " prediction_type: flow has data at 0 and noise at 1, flow_to_data the"
                        + " other way"));
  }

  /** Not on a network of betas: that is another path, with times of its own. */
  @Override
  public Gaussian on(Scheduler trained) {
    return scheduler.equals(FlowSchedulerConfig.DEFAULT)
            && trained instanceof FlowSchedulerConfig config
        ? new Flow(
            steps,
            sampler,
            diffusion,
            last,
            interpolant,
            conversion,
            schedule,
            imageSeqLen,
            clip,
            config)
        : this;
  }

  @Override
  public boolean suits(Scheduler trained) {
    return scheduler.sameTraining(trained);
  }

  @Override
  public GaussianChain over(StateSpace.Euclidean space) {
    double[] times = times(steps, schedule, imageSeqLen, scheduler);
    FlowGrid grid = grid(interpolant, diffusion, conversion, times);
    return chain(grid, sampler, last, clip, scheduler, space);
  }

  private static FlowGrid grid(
      Interpolant path, Optional<FlowDiffusion> diffusion, Conversion conversion, double[] times) {
    FlowGrid own = FlowGrid.of(path, times, diffusion);
    return switch (conversion) {
      case BOTH -> own;
      case TIMES -> own.timesOnly(diffusion);
      case DIFFUSION -> own.diffusionOnly();
    };
  }

  /** A scheduler's levels are those of the linear path. */
  private static void requireOwnTimes(Schedule schedule, FlowSchedulerConfig scheduler) {
    if (schedule == Schedule.TRAINED) {
      throw new IllegalArgumentException(
          "schedule must be uniform or rbf on this interpolant: trained is a grid of linear");
    }
    if (!scheduler.plain()) {
      throw new IllegalArgumentException(
          "scheduler has a shift or a spacing, which are those of interpolant linear");
    }
  }

  private static double[] times(
      int steps, Schedule schedule, OptionalInt imageSeqLen, FlowSchedulerConfig scheduler) {
    return switch (schedule) {
      case TRAINED -> scheduler.ownSigmas(steps, imageSeqLen);
      case UNIFORM -> scheduler.sigmas(uniform(steps), imageSeqLen);
      case RBF ->
          scheduler.sigmas(
              Arrays.stream(uniform(steps)).map(t -> Math.sqrt(1 - (1 - t) * (1 - t))).toArray(),
              imageSeqLen);
    };
  }

  private static double[] uniform(int steps) {
    return FlowSchedulerConfig.linspace(1, 1.0 / steps, steps);
  }

  /** The chain through a grid. */
  static GaussianChain chain(
      FlowGrid grid,
      FlowSampler sampler,
      Last last,
      OptionalDouble clip,
      FlowSchedulerConfig scheduler,
      StateSpace.Euclidean space) {
    int steps = grid.steps();
    double[] time = new double[steps + 1];
    double[] alphaBar = new double[steps + 1];
    alphaBar[0] = 1;
    StepCoefficients[] transition = new StepCoefficients[steps + 1];
    for (int level = steps; level >= 1; level--) {
      Interpolant.Point now = grid.now(steps - level);
      Interpolant.Point next = grid.next(steps - level);
      time[level] = scheduler.time(now.linearTime());
      alphaBar[level] = now.alphaBar();
      boolean toMean = level == 1 && last == Last.MEAN;
      double g2 = grid.g2()[steps - level];
      FlowSampler.Step step = toMean ? FlowSampler.Step.MEAN : sampler.step(now, next, g2);
      transition[level] = transition(step, now, next);
    }
    return new GaussianChain(
        space,
        time,
        alphaBar,
        transition,
        clip.orElse(Double.POSITIVE_INFINITY),
        sampler == FlowSampler.HEUN);
  }

  /** A step of the path as a step of the states that are divided by their scale. */
  private static StepCoefficients transition(
      FlowSampler.Step step, Interpolant.Point now, Interpolant.Point next) {
    double c = now.scale();
    double below = next.scale();
    double direction = step.noise() / below * (c / now.noise());
    double clean = step.clean() / below - direction * now.signal() / c;
    return new StepCoefficients(clean, 0, direction, step.std() / below);
  }
}
