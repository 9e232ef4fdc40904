package io.github.tiltbench.diffusion;

import io.github.tiltbench.config.FileNote;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a diffusers {@code scheduler_config.json}, with their names, defaults and meanings
 * there.
 *
 * <p>No key that would change a number is ever ignored. Keys that cannot change one here are taken
 * so that published files work as they are, and are set to their defaults, so that they do not make
 * two equal schedulers differ: {@code skip_prk_steps} (a warm-up of PNDM), and {@code
 * dynamic_thresholding_ratio} and {@code sample_max_value} (of use with thresholding only). Keys of
 * features that do not exist here are taken at the value that turns the feature off: {@code
 * thresholding: false}, {@code use_karras_sigmas: false}, {@code interpolation_type: linear}. Notes
 * (keys that begin with an underscore) may stand in a file; its {@code _class_name} must be a
 * scheduler of this noise, not one of flow matching, say. Everything else is unknown.
 *
 * <p>Source: huggingface/diffusers, DDIMScheduler and DDPMScheduler, version 0.39.0.
 *
 * @param betaSchedule how noise grows over the training time-steps
 * @param betaStart first beta
 * @param betaEnd last beta
 * @param trainedBetas all betas, replacing the three above
 * @param rescaleBetasZeroSnr whether the last training time-step is pure noise
 * @param numTrainTimesteps training time-steps, 0..this-1
 * @param predictionType what the network puts out
 * @param timestepSpacing which time-steps a short chain visits
 * @param stepsOffset added to the time-steps of leading spacing
 * @param setAlphaToOne whether DDIM's last step goes to alpha-bar 1, not alpha-bar[0]; DDPM's
 *     always does
 * @param clipSample whether clean means are clipped
 * @param clipSampleRange largest absolute value of a clipped clean mean
 * @param varianceType variance of DDPM's steps; DDIM's follows from eta
 * @param thresholding false
 * @param dynamicThresholdingRatio without effect
 * @param sampleMaxValue without effect
 * @param skipPrkSteps without effect
 * @param useKarrasSigmas false
 * @param interpolationType linear
 */
@FileNote(
    key = "_class_name",
    known = {
      "DDIMScheduler",
      "DDPMScheduler",
      "PNDMScheduler",
      "LMSDiscreteScheduler",
      "EulerDiscreteScheduler",
      "EulerAncestralDiscreteScheduler",
      "HeunDiscreteScheduler",
      "KDPM2DiscreteScheduler",
      "KDPM2AncestralDiscreteScheduler",
      "DEISMultistepScheduler",
      "DPMSolverMultistepScheduler",
      "DPMSolverSinglestepScheduler",
      "UniPCMultistepScheduler"
    })
public record SchedulerConfig(
    BetaSchedule betaSchedule,
    double betaStart,
    double betaEnd,
    Optional<List<Double>> trainedBetas,
    boolean rescaleBetasZeroSnr,
    int numTrainTimesteps,
    PredictionType predictionType,
    TimestepSpacing timestepSpacing,
    int stepsOffset,
    boolean setAlphaToOne,
    boolean clipSample,
    double clipSampleRange,
    VarianceType varianceType,
    boolean thresholding,
    double dynamicThresholdingRatio,
    double sampleMaxValue,
    boolean skipPrkSteps,
    boolean useKarrasSigmas,
    String interpolationType)
    implements Scheduler {

  /** Far beyond any published schedule; each time-step is held in memory. */
  private static final int MOST_TIMESTEPS = 1_000_000;

  /** What diffusers assumes where a file says nothing. */
  public static final SchedulerConfig DEFAULT =
      new SchedulerConfig(
          BetaSchedule.LINEAR,
          0.0001,
          0.02,
          Optional.empty(),
          false,
          1000,
          PredictionType.EPSILON,
          TimestepSpacing.LEADING,
          0,
          true,
          true,
          1,
          VarianceType.FIXED_SMALL,
          false,
          0.995,
          1,
          false,
          false,
          "linear");

  /** Refuses values outside their ranges and features that do not exist here. */
  public SchedulerConfig {
    require(betaStart > 0 && betaStart < 1, "beta_start must be inside (0, 1)", betaStart);
    require(betaEnd > 0 && betaEnd < 1, "beta_end must be inside (0, 1)", betaEnd);
    require(
        numTrainTimesteps >= 1 && numTrainTimesteps <= MOST_TIMESTEPS,
        "num_train_timesteps must be from 1 to " + MOST_TIMESTEPS,
        numTrainTimesteps);
    require(stepsOffset >= 0, "steps_offset must be at least 0", stepsOffset);
    require(
        clipSampleRange > 0 && clipSampleRange < Double.POSITIVE_INFINITY,
        "clip_sample_range must be positive and finite",
        clipSampleRange);
    require(!thresholding, "thresholding must be false: it is not implemented", true);
    require(!useKarrasSigmas, "use_karras_sigmas must be false: it is not implemented", true);
    require(
        interpolationType.equals("linear"),
        "interpolation_type must be linear: others are not implemented",
        interpolationType);
    if (trainedBetas.isPresent()) {
      List<Double> betas = List.copyOf(trainedBetas.get());
      require(
          betas.size() == numTrainTimesteps,
          "trained_betas must be as many as num_train_timesteps",
          betas.size());
      betas.forEach(b -> require(b > 0 && b < 1, "trained_betas must be inside (0, 1)", b));
      trainedBetas = Optional.of(betas);
    }
    skipPrkSteps = false;
    dynamicThresholdingRatio = 0.995;
    sampleMaxValue = 1;
    varianceType =
        varianceType == VarianceType.FIXED_SMALL_LOG ? VarianceType.FIXED_SMALL : varianceType;
  }

  /**
   * The same for a process whose variance is its own: a variance that needs a network for it is set
   * to its default. (Another fixed one stays, as it always did, in the keys of cells.)
   */
  SchedulerConfig withoutVariance() {
    return varianceType.fixed()
        ? this
        : new SchedulerConfig(
            betaSchedule,
            betaStart,
            betaEnd,
            trainedBetas,
            rescaleBetasZeroSnr,
            numTrainTimesteps,
            predictionType,
            timestepSpacing,
            stepsOffset,
            setAlphaToOne,
            clipSample,
            clipSampleRange,
            VarianceType.FIXED_SMALL,
            thresholding,
            dynamicThresholdingRatio,
            sampleMaxValue,
            skipPrkSteps,
            useKarrasSigmas,
            interpolationType);
  }

  /** The largest absolute value of a clean mean; infinite without clipping. */
  public double clip() {
    return clipSample ? clipSampleRange : Double.POSITIVE_INFINITY;
  }

  /**
   * The training time-step of each level 1..steps; entry 0 is unused.
   *
   * @throws IllegalArgumentException if one lies outside the training range, or at one without
   *     signal, from which the noise tells nothing of the clean state
   */
  int[] timesteps(int steps) {
    int[] grid = timestepSpacing.timesteps(steps, numTrainTimesteps, stepsOffset);
    if (rescaleBetasZeroSnr
        && predictionType == PredictionType.EPSILON
        && grid[steps] == numTrainTimesteps - 1) {
      throw new IllegalArgumentException(
          "scheduler has rescale_betas_zero_snr and prediction_type epsilon, and its first step"
              + " begins without signal");
    }
    return grid;
  }

  /** Whether a network trained with one of the two is told and puts out the same with the other. */
  boolean sameTraining(Scheduler trained) {
    return trained instanceof SchedulerConfig other
        && betaSchedule == other.betaSchedule
        && betaStart == other.betaStart
        && betaEnd == other.betaEnd
        && trainedBetas.equals(other.trainedBetas)
        && rescaleBetasZeroSnr == other.rescaleBetasZeroSnr
        && numTrainTimesteps == other.numTrainTimesteps
        && predictionType == other.predictionType;
  }

  /** The time that a network is told at each level 1..steps; entry 0 is unused. */
  double[] times(int[] timestep, double[] alphaBar) {
    double[] times = new double[timestep.length];
    for (int level = 1; level < times.length; level++) {
      times[level] = predictionType.time(alphaBar[level], timestep[level], numTrainTimesteps);
    }
    return times;
  }

  private static void require(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + " but is " + value);
    }
  }
}
