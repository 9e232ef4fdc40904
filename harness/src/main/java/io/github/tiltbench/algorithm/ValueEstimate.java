package io.github.tiltbench.algorithm;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;

/**
 * The value of a state before it is clean: the reward of what the prediction says it will become.
 *
 * <p>With several completions the value is {@code beta log mean exp(r / beta)} over them, the soft
 * value of the prediction, unless they are combined otherwise; the mean would be outside the
 * logarithm otherwise (Singhal et al., arXiv 2501.06848, appendix). Costs {@code completions}
 * rewards a particle.
 *
 * @param how how the prediction becomes a state to score
 * @param completions draws a particle; 1 unless {@code how} draws
 * @param combination what becomes of the rewards of several completions
 */
public record ValueEstimate(Decoding how, int completions, Combination combination) {
  /** What becomes of the rewards of several completions of a state. */
  public enum Combination {
    /** {@code beta log mean exp(r / beta)}, the soft value at the temperature of the target. */
    SOFT,
    /**
     * {@code log mean exp(r)} whatever the temperature, as the code of FK steering has it since
     * June 2025.
     */
    LOG_MEAN_EXP,
    /** The mean, as that code had it before. */
    MEAN,
    /** The largest. */
    MAX;

    /**
     * One value a state.
     *
     * @param reward of {@code completions} consecutive rows a state
     */
    public double[] of(double[] reward, int completions, double beta) {
      if (completions == 1) {
        return reward;
      }
      double[] value = new double[reward.length / completions];
      for (int i = 0; i < value.length; i++) {
        double[] own = Arrays.copyOfRange(reward, i * completions, (i + 1) * completions);
        value[i] =
            switch (this) {
              case SOFT -> soft(own, beta);
              case LOG_MEAN_EXP -> soft(own, 1);
              case MEAN -> Arrays.stream(own).average().orElseThrow();
              case MAX -> Arrays.stream(own).max().orElseThrow();
            };
      }
      return value;
    }

    private static double soft(double[] reward, double beta) {
      return beta * new Weights(Arrays.stream(reward).map(r -> r / beta).toArray()).logMean();
    }
  }

  /** The posterior mean. */
  public static final ValueEstimate MEAN = new ValueEstimate(Decoding.POSTERIOR_MEAN, 1);

  public ValueEstimate {
    if (completions < 1) {
      throw new IllegalArgumentException("completions must be at least 1");
    }
    if (completions > 1 && how != Decoding.SAMPLE) {
      throw new IllegalArgumentException("completions above 1 need a value that draws (sample)");
    }
  }

  /** The soft value of completions. */
  public ValueEstimate(Decoding how, int completions) {
    this(how, completions, Combination.SOFT);
  }

  /** One value a row; each is drawn here once, and whoever needs it again must keep it. */
  public double[] value(
      Prediction prediction, int level, Session session, Addressing addressing, double beta) {
    Batch clean = clean(prediction, level, session, addressing);
    return combination.of(session.score(clean), completions, beta);
  }

  /** The states to score, consecutive completions a row. */
  public Batch clean(Prediction prediction, int level, Session session, Addressing addressing) {
    int[] repeated = Branching.repeat(prediction.size(), completions);
    return session.clean(
        completions == 1 ? prediction : prediction.select(repeated),
        how,
        addressing.of(session.noise(Purpose.DECODE, level), completions));
  }
}
