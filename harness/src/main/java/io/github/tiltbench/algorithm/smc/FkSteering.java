package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.particle.Column;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Scalars;
import java.util.Arrays;

/**
 * FK steering: particles move by the model's own steps and are resampled by potentials of the
 * values met on the way, whose product on every path is exp(r(x_0) / beta).
 *
 * <p>Let v_1, v_2, ... be the values at the scored levels of a path, a_1, a_2, ... their shares and
 * s_j the statistic of v_1..v_j that the potential names. Then log G_j is a_j s_j / beta, or its
 * increase since the level before; the last potential, at level 0, is exp(r(x_0) / beta) divided by
 * the product of all before. So the weighted particles target the tilted law whatever the
 * potential, and differ in variance: {@code max} keeps particles that were once promising, at the
 * price of diversity, and {@code sum} counts early values again and again, which is very noisy.
 *
 * <p>Paper: Singhal et al., arXiv 2501.06848, algorithm 1. Code:
 * zacharyhorvitz/Fk-Diffusion-Steering.
 *
 * <p>Deviations, and why: the last potential uses the reward of the sample (the released code puts
 * the running maximum or sum in its place and then targets another law, and scores the last
 * prediction instead of the sample). Weights are carried on when a resampling is skipped (the code
 * drops them and then steers nothing). The running maximum starts at the first value (the code
 * starts it at 0, so that it never moves under negative rewards). The value belongs to the state it
 * is computed at (the code lags one step behind; the price is the same). Weights live in log space
 * without bounds (the code clamps them to [0, 1e10]: values above 23 beta tie). Completions are
 * averaged as exp(r / beta) (the code averages exp(r) whatever beta). Ramps are not in the paper.
 * Resampling is systematic below half of the particles by default (the paper's is multinomial at
 * every scored level: {@code multinomial}, 2), and the population returns a draw from its weights
 * ({@code best} is what the paper tabulates, not a draw from the target). The paper's schedule
 * 20-80-20 on 100 steps is {@code from: 20, to: 80, interval: 20}.
 *
 * <p>Cost of a trial with P populations of N particles (P = count, or 1 for {@code all}) and S
 * scored levels above 0: NFE P * N * T, REWARD P * N * (S * completions + 1).
 *
 * @param particles N, particles a population; 0 takes as many as the budget pays for
 * @param potential what of the values weighs
 * @param ramp shares of the scored levels; a level whose share is 0 is not scored
 * @param from steps from level T to the first scored level
 * @param to steps from level T to the last scored level above 0; 0 for no such bound
 * @param interval steps from one scored level to the next; level 0 is always scored
 * @param value how a prediction becomes a state to score
 * @param completions states a prediction becomes
 * @param resampler how ancestors are drawn
 * @param threshold resample at a scored level when ESS falls under this fraction of N
 * @param returns one draw a population or members of one
 */
public record FkSteering(
    int particles,
    Potential potential,
    Ramp ramp,
    int from,
    int to,
    int interval,
    Decoding value,
    int completions,
    ResamplingScheme resampler,
    double threshold,
    OutputRule returns)
    implements TwistedSmcAlgorithm {
  /** Fills the budget; the maximum, scored on the mean at each level. */
  public static final FkSteering DEFAULT =
      new FkSteering(
          0,
          Potential.MAX,
          Ramp.NONE,
          0,
          0,
          1,
          Decoding.POSTERIOR_MEAN,
          1,
          ResamplingScheme.SYSTEMATIC,
          0.5,
          OutputRule.ONE);

  /** What of the values on a path makes a potential. */
  public enum Potential {
    /** The increase of the value. */
    DIFFERENCE,
    /** The largest value so far, at each scored level anew. */
    MAX,
    /** The sum of the values so far, at each scored level anew. */
    SUM,
    /** The increase of the largest value so far. */
    MAX_INCREASE,
    /** The increase of the sum: the value itself. */
    SUM_INCREASE;

    private double statistic(double before, double value) {
      return switch (this) {
        case DIFFERENCE -> value;
        case MAX, MAX_INCREASE -> Math.max(before, value);
        case SUM, SUM_INCREASE -> before + value;
      };
    }

    /** Whether potentials are increases, so that the twist is the statistic, not its sum. */
    private boolean telescopes() {
      return this != MAX && this != SUM;
    }
  }

  /** Refuses sizes and schedules out of range. */
  public FkSteering {
    TwistedSmc.check(particles, threshold);
    new ValueEstimate(value, completions);
    if (from < 0) {
      throw new IllegalArgumentException("from must be at least 0");
    }
    if (to != 0 && to < from) {
      throw new IllegalArgumentException("to must be at least from, or 0");
    }
    if (interval < 1) {
      throw new IllegalArgumentException("interval must be at least 1");
    }
  }

  @Override
  public TwistedSmc at(Problem problem) {
    return new TwistedSmc(
        problem,
        particles,
        resampler,
        threshold,
        returns,
        new ValueEstimate(value, completions),
        new Scored(new ValueTwist(problem, ramp)));
  }

  private final class Scored implements TwistPolicy {
    /** The statistic of each particle's values so far. */
    private static final Column<Scalars> STATISTIC = new Column<>("statistic");

    private final ValueTwist twist;

    Scored(ValueTwist twist) {
      this.twist = twist;
    }

    @Override
    public boolean valued(int level) {
      int done = twist.problem().process().steps() - level;
      boolean inside = done >= from && (to == 0 || done <= to);
      return inside && (done - from) % interval == 0 && twist.share(level) > 0;
    }

    @Override
    public Population twist(Population p, int level) {
      double[] statistic = p.get(TwistedChain.VALUE).values().clone();
      p.find(STATISTIC)
          .ifPresent(
              s -> Arrays.setAll(statistic, i -> potential.statistic(s.values()[i], statistic[i])));
      double[] before = p.get(TwistedChain.TWIST).values();
      double[] after = new double[before.length];
      Arrays.setAll(
          after, i -> twist.of(statistic[i], level) + (potential.telescopes() ? 0 : before[i]));
      return p.with(STATISTIC, new Scalars(statistic)).with(TwistedChain.TWIST, new Scalars(after));
    }
  }
}
