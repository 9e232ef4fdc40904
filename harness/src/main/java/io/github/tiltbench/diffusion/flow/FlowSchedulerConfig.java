package io.github.tiltbench.diffusion.flow;

import io.github.tiltbench.config.FileNote;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.Scheduler;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * The keys of a diffusers {@code scheduler_config.json} of flow matching, with their names,
 * defaults and meanings there, and the noise levels that follow from them.
 *
 * <p>A noise level sigma is the time of the linear path (1 - sigma) clean + sigma noise. Levels are
 * rounded to floats where the reference rounds them.
 *
 * <p>Source: huggingface/diffusers, FlowMatchEulerDiscreteScheduler, commit 58eb52c.
 *
 * @param numTrainTimesteps what a noise level is multiplied by for the network
 * @param shift how far levels move towards noise; 1 leaves them
 * @param useDynamicShifting whether the length of a state replaces {@code shift}
 * @param baseShift log of the shift at the base length
 * @param maxShift log of the shift at the maximal length
 * @param baseImageSeqLen the base length
 * @param maxImageSeqLen the maximal length
 * @param invertSigmas false: no model here has data at level 1
 * @param shiftTerminal the last level before 0, if levels are stretched to it
 * @param useKarrasSigmas whether inner levels are those of Karras et al. 2022, rho 7
 * @param useExponentialSigmas whether inner levels are evenly spaced in their logarithm
 * @param useBetaSigmas whether inner levels are quantiles of Beta(0.6, 0.6)
 * @param timeShiftType how a dynamic shift is applied
 * @param stochasticSampling whether each step draws its noise anew; the process must say so too
 * @param predictionType which way the network's time and velocity point. Published files leave it
 *     out, and code and papers of one model have disagreed on it: it is never guessed
 */
@FileNote(key = "_class_name", known = "FlowMatchEulerDiscreteScheduler")
public record FlowSchedulerConfig(
    int numTrainTimesteps,
    double shift,
    boolean useDynamicShifting,
    double baseShift,
    double maxShift,
    int baseImageSeqLen,
    int maxImageSeqLen,
    boolean invertSigmas,
    OptionalDouble shiftTerminal,
    boolean useKarrasSigmas,
    boolean useExponentialSigmas,
    boolean useBetaSigmas,
    TimeShift timeShiftType,
    boolean stochasticSampling,
    Optional<PredictionType> predictionType)
    implements Scheduler {

  /** How a dynamic shift is applied. */
  public enum TimeShift {
    /** The shift is e to the mu. */
    EXPONENTIAL,
    /** The shift is mu. */
    LINEAR
  }

  private static final double KARRAS_RHO = 7;
  private static final double BETA_SHAPE = 0.6;

  /** What diffusers assumes where a file says nothing. */
  public static final FlowSchedulerConfig DEFAULT =
      new FlowSchedulerConfig(
          1000,
          1,
          false,
          0.5,
          1.15,
          256,
          4096,
          false,
          OptionalDouble.empty(),
          false,
          false,
          false,
          TimeShift.EXPONENTIAL,
          false,
          Optional.empty());

  /** Refuses values outside their ranges, two spacings at once and inverted levels. */
  public FlowSchedulerConfig {
    require(numTrainTimesteps >= 1, "num_train_timesteps must be at least 1", numTrainTimesteps);
    require(
        shift > 0 && shift < Double.POSITIVE_INFINITY, "shift must be positive and finite", shift);
    require(Double.isFinite(baseShift), "base_shift must be finite", baseShift);
    require(Double.isFinite(maxShift), "max_shift must be finite", maxShift);
    require(
        baseImageSeqLen >= 1 && maxImageSeqLen > baseImageSeqLen,
        "max_image_seq_len must be above base_image_seq_len",
        maxImageSeqLen);
    require(!invertSigmas, "invert_sigmas must be false: models here have data at level 0", true);
    if (shiftTerminal.isPresent()) {
      double terminal = shiftTerminal.getAsDouble();
      require(terminal > 0 && terminal < 1, "shift_terminal must be inside (0, 1)", terminal);
    }
    long spacings =
        Stream.of(useKarrasSigmas, useExponentialSigmas, useBetaSigmas).filter(u -> u).count();
    require(
        spacings <= 1,
        "use_karras_sigmas, use_exponential_sigmas and use_beta_sigmas: at most one may be true",
        spacings);
    PredictionType said = predictionType.orElse(PredictionType.FLOW);
    require(
        said == PredictionType.FLOW || said == PredictionType.FLOW_TO_DATA,
        "prediction_type must be flow or flow_to_data",
        said.name().toLowerCase(Locale.ROOT));
  }

  /** Whether a network that was trained with another is told the same times with this one. */
  boolean sameTraining(Scheduler trained) {
    return trained instanceof FlowSchedulerConfig other
        && numTrainTimesteps == other.numTrainTimesteps
        && predictionType.isPresent()
        && predictionType.equals(other.predictionType);
  }

  /** The time that a network is told where the linear path has a share of noise. */
  double time(double noise) {
    boolean toData = predictionType.equals(Optional.of(PredictionType.FLOW_TO_DATA));
    return (float) (toData ? 1 - noise : noise) * numTrainTimesteps;
  }

  /** Whether it leaves levels as they are. */
  boolean plain() {
    return shift == 1
        && !useDynamicShifting
        && shiftTerminal.isEmpty()
        && !useKarrasSigmas
        && !useExponentialSigmas
        && !useBetaSigmas;
  }

  /** The largest and the smallest level of training; a dynamic shift leaves them alone. */
  private float trained(int timestep) {
    float sigma = (float) ((double) timestep / numTrainTimesteps);
    return useDynamicShifting ? sigma : (float) (shift * sigma / (1 + (shift - 1) * sigma));
  }

  /**
   * The levels that a chain visits before 0, from noise to data, starting with the network's own
   * largest and smallest level; the smallest is shifted once more, as in the reference.
   *
   * @param imageSeqLen length of a state, for a dynamic shift
   */
  double[] ownSigmas(int steps, OptionalInt imageSeqLen) {
    double[] grid =
        linspace(
            (double) numTrainTimesteps * trained(numTrainTimesteps),
            (double) numTrainTimesteps * trained(1),
            steps);
    for (int i = 0; i < steps; i++) {
      grid[i] /= numTrainTimesteps;
    }
    return sigmas(grid, imageSeqLen);
  }

  /**
   * The levels that a chain visits before 0, from noise to data.
   *
   * @param levels before any shift, falling
   * @param imageSeqLen length of a state, for a dynamic shift
   */
  double[] sigmas(double[] levels, OptionalInt imageSeqLen) {
    double factor = useDynamicShifting ? dynamicShift(imageSeqLen) : shift;
    double[] sigmas = new double[levels.length];
    for (int i = 0; i < sigmas.length; i++) {
      sigmas[i] = factor * levels[i] / (1 + (factor - 1) * levels[i]);
    }
    double last = sigmas[sigmas.length - 1];
    if (shiftTerminal.isPresent() && last < 1) {
      double stretch = (1 - last) / (1 - shiftTerminal.getAsDouble());
      for (int i = 0; i < sigmas.length; i++) {
        sigmas[i] = 1 - (1 - sigmas[i]) / stretch;
      }
    }
    double[] spaced = spaced(sigmas[sigmas.length - 1], sigmas[0], sigmas);
    for (int i = 0; i < spaced.length; i++) {
      spaced[i] = (float) spaced[i];
    }
    return spaced;
  }

  /** With one of the three spacings only the ends of the shifted levels stay. */
  private double[] spaced(double min, double max, double[] sigmas) {
    int count = sigmas.length;
    double[] ramp = linspace(0, 1, count);
    double[] spaced = new double[count];
    for (int i = 0; i < count; i++) {
      if (useKarrasSigmas) {
        double high = Math.pow(max, 1 / KARRAS_RHO);
        double low = Math.pow(min, 1 / KARRAS_RHO);
        spaced[i] = Math.pow(high + ramp[i] * (low - high), KARRAS_RHO);
      } else if (useExponentialSigmas) {
        spaced[i] = Math.exp(Math.log(max) + ramp[i] * (Math.log(min) - Math.log(max)));
      } else if (useBetaSigmas) {
        spaced[i] = min + betaQuantile(1 - ramp[i]) * (max - min);
      } else {
        spaced[i] = sigmas[i];
      }
    }
    return spaced;
  }

  private static double betaQuantile(double p) {
    return new BetaDistribution(null, BETA_SHAPE, BETA_SHAPE, 1e-12)
        .inverseCumulativeProbability(p);
  }

  /** e to the mu, or mu, where mu is linear in the length of a state. */
  private double dynamicShift(OptionalInt imageSeqLen) {
    int length =
        imageSeqLen.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "scheduler has use_dynamic_shifting, so image_seq_len must be given"));
    double slope = (maxShift - baseShift) / (maxImageSeqLen - baseImageSeqLen);
    double mu = length * slope + (baseShift - slope * baseImageSeqLen);
    return switch (timeShiftType) {
      case EXPONENTIAL -> Math.exp(mu);
      case LINEAR -> mu;
    };
  }

  /** Evenly spaced values from one end to the other. */
  static double[] linspace(double first, double last, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = count == 1 ? first : first + i * ((last - first) / (count - 1));
    }
    return values;
  }

  private static void require(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + " but is " + value);
    }
  }
}
