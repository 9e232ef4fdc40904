package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.AdaptiveTemperature;
import io.github.tiltbench.particle.Column;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * DAS: SMC whose steps are pushed along the gradient of the value and whose targets are tempered.
 *
 * <p>With k = T - t steps done, v_k the reward of the clean estimate and g_k its gradient in the
 * state, the weighted particles at k target p_k(x) exp(lambda_k v_k(x) / beta), where lambda rises
 * from 0 to 1, and a step draws from N(mean + sigma^2 lambda g_k / beta, sigma^2) in place of the
 * model's N(mean, sigma^2). The gradient of the move from k to k + 1 takes lambda_{k+1} under
 * {@code schedule} and lambda_k under {@code adaptive}, where the next one is not known yet.
 * Weights correct for push and tempering on every path, so at the end the particles target the
 * tilted law.
 *
 * <p>Z^ is unbiased for any lambda that is chosen, as here, before the noise of the next step is
 * drawn, {@code adaptive} included: given the particles at k, W exp(-lambda_k v_k / beta) E[exp(r /
 * beta) | x_k] is the same whatever lambda_k is, and neither a pushed step nor a resampling changes
 * its mean. Adaptive tempering by MCMC moves has no such identity.
 *
 * <p>Paper: Kim, Kim, Park, arXiv 2501.05803. Code: krafton-ai/DAS.
 *
 * <p>Deviations, and why: resampling moves every column (the released code leaves gradients and
 * twists at the slots of other particles, krafton-ai/DAS issue 1, and its evidence is then off by
 * orders of magnitude); the log-ratio of step and pushed step is -sigma (z, G) - sigma^2 |G|^2 / 2
 * in doubles (the difference of two densities cancels over the coordinates of an image); a draw by
 * weight is returned ({@code heaviest} is what the code returns, not a draw from the target, and
 * worse so as N grows); {@code adaptive} bisects (the code's optimiser stops after a change of
 * about 0.05 a step); the exponent counts steps done (the paper's formula read with its own t
 * falls); no gradient is taken where the next step draws no noise and could not use it; values that
 * are not finite fail the trial by name (the code takes them for 0 and goes on).
 *
 * <p>Cost of a trial with P populations of N particles (P = count, 1 for {@code all}), V valued
 * levels and of these R with a step that draws noise: NFE P * N * T, REWARD P * N * (V + 1),
 * BACKWARD P * N * R, or 0 without gradients. Levels are valued from the first that has a use for
 * it: V = T - k_0, or one less where lambda_{k_0} = 0 and nothing is pushed by the next, which is
 * under {@code adaptive} and without gradients.
 *
 * <p>Tokens have no gradients: on them it tempers alone, with {@code gradient} false.
 *
 * @param particles N, particles a population; 0 takes as many as the budget pays for
 * @param gamma growth of the scheduled temperature; if not given 2^(1/(T - k_0)) - 1, which just
 *     reaches 1 at the end (the code's 0.008 is for 100 steps); less jumps there
 * @param tempering how lambda rises
 * @param gradient whether steps are pushed; if not, values are taken without gradients
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS falls under this fraction of N
 * @param returns one draw a population or members of one
 * @param temperingStart k_0 / T: before it the chain is the model's own, unweighted
 * @param profile how particles are spread over the levels, see {@link BootstrapSmc}; evenly if not
 *     given
 */
public record Das(
    int particles,
    OptionalDouble gamma,
    Tempering tempering,
    boolean gradient,
    ResamplingScheme resampler,
    double threshold,
    OutputRule returns,
    double temperingStart,
    Optional<Profile> profile)
    implements TwistedSmcAlgorithm {
  /** The released settings, with a schedule for any number of steps: SSP under half of N. */
  public static final Das DEFAULT =
      new Das(
          0,
          OptionalDouble.empty(),
          Tempering.SCHEDULE,
          true,
          ResamplingScheme.SSP,
          0.5,
          OutputRule.ONE,
          0);

  /** The inverse temperature of the last valued level, the same for all particles. */
  static final Column<Scalars> LAMBDA = new Column<>("lambda");

  private static final double ROUNDING = 1e-12;

  /** How the inverse temperature rises from 0 to 1. */
  public enum Tempering {
    /** lambda_k = min((1 + gamma)^(k - k_0) - 1, 1). */
    SCHEDULE,
    /** The largest lambda, never falling, that keeps ESS at the threshold. */
    ADAPTIVE,
    /** lambda = 1 from the start: twisted SMC. */
    NONE
  }

  /** Refuses numbers out of range. */
  public Das {
    TwistedSmc.check(particles, threshold);
    if (!(gamma.orElse(0) >= 0 && gamma.orElse(0) < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("gamma must be finite and at least 0");
    }
    if (tempering == Tempering.ADAPTIVE && threshold > 1) {
      throw new IllegalArgumentException("threshold must be at most 1 with adaptive tempering");
    }
    if (!(temperingStart >= 0 && temperingStart < 1)) {
      throw new IllegalArgumentException("temperingStart must be from 0 to under 1");
    }
  }

  /** As many particles at each level. */
  public Das(
      int particles,
      OptionalDouble gamma,
      Tempering tempering,
      boolean gradient,
      ResamplingScheme resampler,
      double threshold,
      OutputRule returns,
      double temperingStart) {
    this(
        particles,
        gamma,
        tempering,
        gradient,
        resampler,
        threshold,
        returns,
        temperingStart,
        Optional.empty());
  }

  @Override
  public TwistedSmc at(Problem problem) {
    return at(problem, 0);
  }

  /** The same with an inverse temperature that is never under the least. */
  TwistedSmc at(Problem problem, double least) {
    return new TwistedSmc(
        problem,
        particles,
        profile,
        resampler,
        threshold,
        returns,
        ValueEstimate.MEAN,
        new Tempered(problem, least));
  }

  @Override
  public List<String> warnings(Problem problem) {
    List<String> warnings = new ArrayList<>(TwistedSmcAlgorithm.super.warnings(problem));
    double end = Math.pow(1 + growth(problem), tempered(problem)) - 1;
    if (tempering == Tempering.SCHEDULE && end < 1 - ROUNDING) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "gamma %s raises lambda to %.2g in %d steps, and it jumps to 1 at the end",
              gamma.orElseThrow(),
              end,
              tempered(problem)));
    }
    if (tempering == Tempering.ADAPTIVE && threshold == 1) {
      warnings.add("threshold 1 keeps lambda at 0, and it jumps to 1 at the end");
    }
    return warnings;
  }

  @Override
  public Support supports(Problem problem) {
    boolean tokens = problem.space() instanceof StateSpace.Sequence;
    if (tokens && gradient) {
      return new Support.No("tokens have no gradient to be pushed by; {das: {gradient: false}}");
    }
    return !tokens && TwistedSmc.pushable(problem, gradient) instanceof Support.No no
        ? no
        : TwistedSmcAlgorithm.super.supports(problem);
  }

  /** The twist is lambda v / beta, the push lambda g / beta. */
  private final class Tempered implements TwistPolicy {
    private final Problem problem;
    private final double least;

    Tempered(Problem problem, double least) {
      this.problem = problem;
      this.least = least;
    }

    private int done(int level) {
      return problem.process().steps() - level;
    }

    @Override
    public boolean valued(int level) {
      return done(level) >= firstValued(problem);
    }

    @Override
    public boolean guided(int level) {
      return gradient && valued(level) && problem.process().stochasticAt(level);
    }

    @Override
    public Population twist(Population p, int level) {
      double[] value = p.get(TwistedChain.VALUE).values();
      double[] full = new double[value.length];
      Arrays.setAll(full, i -> value[i] / problem.beta());
      double lambda =
          tempering == Tempering.ADAPTIVE
              ? AdaptiveTemperature.of(
                  p.weights(),
                  p.get(TwistedChain.TWIST).values(),
                  full,
                  done(level) == firstValued(problem) ? 0 : lambda(p),
                  threshold * p.size())
              : scheduled(done(level));
      double[] same = new double[p.size()];
      Arrays.fill(same, lambda);
      double[] twist = new double[full.length];
      Arrays.setAll(twist, i -> lambda * full[i]);
      return p.with(LAMBDA, new Scalars(same)).with(TwistedChain.TWIST, new Scalars(twist));
    }

    @Override
    public Optional<Batch.Reals> push(Population p, int level) {
      if (!guided(level)) {
        return Optional.empty();
      }
      double lambda = tempering == Tempering.ADAPTIVE ? lambda(p) : scheduled(done(level) + 1);
      Batch.Reals gradient = (Batch.Reals) p.get(TwistedChain.GRADIENT);
      return Optional.of(gradient.times(lambda / problem.beta()));
    }

    private double scheduled(int k) {
      return tempering == Tempering.NONE
          ? 1
          : Math.max(
              least, Math.min(Math.pow(1 + growth(problem), k - untempered(problem)) - 1, 1));
    }

    private double lambda(Population p) {
      return p.get(LAMBDA).values()[0];
    }
  }

  private double growth(Problem problem) {
    return gamma.orElseGet(() -> Math.pow(2, 1.0 / Math.max(1, tempered(problem))) - 1);
  }

  /** Steps over which the temperature rises. */
  private int tempered(Problem problem) {
    return problem.process().steps() - untempered(problem);
  }

  /** k_0, steps done before tempering starts. */
  private int untempered(Problem problem) {
    return (int) Math.round(problem.process().steps() * temperingStart);
  }

  /** Steps done at the first level whose value weighs something or pushes. */
  private int firstValued(Problem problem) {
    boolean used = tempering == Tempering.NONE || (tempering == Tempering.SCHEDULE && gradient);
    return untempered(problem) + (used ? 0 : 1);
  }
}
