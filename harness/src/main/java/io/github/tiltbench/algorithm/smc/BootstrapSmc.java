package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;

/**
 * Bootstrap SMC with potentials on the value of the clean estimate.
 *
 * <p>Particles move by the model's own steps. At each scored level t the value v_t is the reward of
 * the clean estimate at x_t (at level 0 of the sample itself), and log G_t = (v_t - v_before) /
 * beta, with nothing before the first. The product telescopes to exp(r(x_0) / beta) on every path,
 * so the weighted particles target the tilted law whatever the values in between.
 *
 * <p>Paper: Singhal et al., arXiv 2501.06848 (FK steering, difference potential), and the SMC
 * baseline of Li et al., arXiv 2408.08252. Code: zacharyhorvitz/Fk-Diffusion-Steering,
 * masa-ue/SVDD-image.
 *
 * <p>Deviations, and why: weights are carried on when a resampling is skipped (the released code
 * drops them and then steers nothing); the value belongs to the state it is computed at, not to the
 * one before (no lag, same price, since a survivor's prediction is reused for its next step);
 * weights live in log space and doubles (a product of exp overflows floats); resampling is
 * systematic by default (multinomial loses particles under equal weights); the population returns a
 * draw from its weights (the best member, as the papers tabulate it, is not a draw from the
 * target).
 *
 * <p>Cost of a trial with P populations of N particles (P = count for {@code one}, 1 for {@code
 * all}) and S scored levels above 0: NFE P * N * T, REWARD P * N * (S + 1).
 *
 * @param particles N, particles a population; 0 takes as many as the budget pays for
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS falls under this fraction of N
 * @param value how a prediction becomes a state to score
 * @param interval score every so many levels, counted from level T; level 0 always
 * @param returns one draw a population or members of one
 */
public record BootstrapSmc(
    int particles,
    ResamplingScheme resampler,
    double threshold,
    Decoding value,
    int interval,
    OutputRule returns)
    implements TwistedSmcAlgorithm {
  /** Fills the budget; systematic resampling under half of N; scores the mean at each level. */
  public static final BootstrapSmc DEFAULT =
      new BootstrapSmc(
          0, ResamplingScheme.SYSTEMATIC, 0.5, Decoding.POSTERIOR_MEAN, 1, OutputRule.ONE);

  /** Refuses sizes and thresholds out of range. */
  public BootstrapSmc {
    TwistedSmc.check(particles, threshold);
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
        new ValueEstimate(value, 1),
        new Difference(new ValueTwist(problem, Ramp.NONE), interval));
  }

  /** The twist is the value over beta: potentials are differences of values. */
  private record Difference(ValueTwist twist, int interval) implements TwistPolicy {
    @Override
    public boolean valued(int level) {
      return (twist.problem().process().steps() - level) % interval == 0;
    }

    @Override
    public Population twist(Population particles, int level) {
      return twist.set(particles, level);
    }
  }
}
