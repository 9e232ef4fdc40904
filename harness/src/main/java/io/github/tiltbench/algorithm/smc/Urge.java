package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import java.util.List;
import java.util.Optional;

/**
 * URGE: any drift is added to the model's steps, and particles are weighed by the increase of a
 * reward path and by the ratio of the path measures without and with the drift.
 *
 * <p>With the step N(mean, C) of the reference, a drift that moves its mean by C g, and the noise z
 * of the very draw, the log-weight of a step is
 *
 * <pre>r(x', t-1) - r(x, t) - &lt;C^(1/2) g, z> - &lt;g, C g> / 2,</pre>
 *
 * where r(x, t) = a_t r(x0hat(x)) / beta grows from 0 at level T to r / beta at level 0. It is
 * Girsanov's formula for an Euler-Maruyama step and, for any Gaussian step, the exact ratio of the
 * two kernels: the weighted particles target the reference chain's own terminal law, tilted, at any
 * step size and for any g, gradient or not.
 *
 * <p>Paper: Wang, Wang, Ren, Blanchet, Lu, arXiv 2605.17850. Released code: none found; the full
 * text was not at hand, so the ramp a_t, the drifts and the defaults follow descriptions of it.
 *
 * <p>Deviations, and why: the steps are those of the model's own sampler, of which Euler-Maruyama
 * is one case. r(x, T) is 0, without which the increases would not add up to the reward. Weights
 * are carried and resampled systematically below half of the particles (the paper resamples by
 * multinomial draws after each step: {@code multinomial}, 2); resampling after every step loses
 * lineages fast. Steps that draw no noise are not pushed.
 *
 * <p>With {@code guidance} the reference is the model before its classifier-free guidance, and the
 * guidance is the drift: the target is p(x | condition) exp(r(x) / beta), which guidance alone
 * misses, and not the guided chain's law, which is what every other method here tilts. Where the
 * last noisy steps are short beside what guidance moves them by, as on coarse grids, the weights
 * degenerate, as ESS tells: take more steps, or less strength.
 *
 * <p>Weights {@code fkc} are those of Feynman-Kac correctors (Skreta et al., arXiv 2503.02819,
 * whose equations are taken from notes on it), for comparison: the same aim by weights in
 * continuous time, with a drift of half the reward's own gradient in the noisy state. They are
 * inexact: right as steps shrink, and slowly. On N(0.5, 0.64) with r = x, from noise of 20 down to
 * 0.02, log Z is 5.13, 1.44 and 0.88 with 10, 50 and 500 steps where 0.82 is right; the ratio of
 * kernels is unbiased for the chain itself at any number, 1.14 with 10 steps. They carry on without
 * resampling and count it in log Z (the code of the discrete correctors, hasanmohsin/discrete_fkc,
 * forgets weights where it does not resample). They do not read the rewards of the samples, so that
 * what is not admissible is not ruled out either.
 *
 * <p>Cost of a trial with P populations of N particles (P = count, or 1 for {@code all}): NFE P * N
 * * T, REWARD P * N * T; for {@code reward} also BACKWARD P * N times the steps below the first
 * that draw noise. By {@code fkc} NFE and REWARD P * N * T, and P * N REWARD more where the best is
 * returned.
 *
 * @param particles N, particles a population; 0 takes as many as the budget pays for
 * @param drift what is added to the steps; if not given the reward's gradient where the problem has
 *     one, and else nothing
 * @param strength factor of the drift
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS falls under this fraction of N
 * @param returns one draw a population or members of one
 * @param weights how paths are weighed; by the ratio of the path measures if not given
 * @param profile how particles are spread over the levels, see {@link BootstrapSmc}; evenly if not
 *     given
 */
public record Urge(
    int particles,
    Optional<Drift> drift,
    double strength,
    ResamplingScheme resampler,
    double threshold,
    OutputRule returns,
    Optional<PathWeights> weights,
    Optional<Profile> profile)
    implements TwistedSmcAlgorithm {
  /** Fills the budget; drifts by the reward where it can. */
  public static final Urge DEFAULT =
      new Urge(0, Optional.empty(), 1, ResamplingScheme.SYSTEMATIC, 0.5, OutputRule.ONE);

  /** What is added to the steps. */
  public enum Drift {
    /** Nothing: needs no derivative, and is FK steering by differences. */
    NONE,
    /** The gradient of the reward path, through the denoiser. */
    REWARD,
    /** Classifier-free guidance. */
    GUIDANCE
  }

  /** How paths are weighed. */
  public enum PathWeights {
    /** By the ratio of the path measures without and with the drift: exact at any step size. */
    RATIO,
    /** By Feynman-Kac correctors with their own drift: exact only as steps shrink. */
    FKC
  }

  /** Refuses sizes and factors out of range, and a drift beside weights that have their own. */
  public Urge {
    TwistedSmc.check(particles, threshold);
    if (!(strength >= 0 && strength < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("strength must be finite and at least 0");
    }
    weights = weights.filter(how -> how != PathWeights.RATIO); // one thing, one key
    if (weights.isPresent() && (drift.isPresent() || strength != 1)) {
      throw new IllegalArgumentException(
          "the weights fkc have a drift of their own: leave out drift and strength");
    }
    if (weights.isPresent() && profile.isPresent()) {
      throw new IllegalArgumentException("profile is for the weights of the ratio");
    }
  }

  /** Weighed by the ratio of the path measures. */
  public Urge(
      int particles,
      Optional<Drift> drift,
      double strength,
      ResamplingScheme resampler,
      double threshold,
      OutputRule returns) {
    this(
        particles,
        drift,
        strength,
        resampler,
        threshold,
        returns,
        Optional.empty(),
        Optional.empty());
  }

  private Corrector corrector(Problem problem) {
    return new Corrector(problem, particles, resampler, threshold, returns);
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    return weights.isPresent()
        ? corrector(problem).sample(session)
        : TwistedSmcAlgorithm.super.sample(problem, session);
  }

  @Override
  public Cost cost(Problem problem) {
    return weights.isPresent()
        ? corrector(problem).cost()
        : TwistedSmcAlgorithm.super.cost(problem);
  }

  @Override
  public TwistedSmc at(Problem problem) {
    return new TwistedSmc(
        problem,
        particles,
        profile,
        resampler,
        threshold,
        returns,
        ValueEstimate.MEAN,
        new Drifting(new ValueTwist(problem, Ramp.LINEAR), drift(problem)));
  }

  private Drift drift(Problem problem) {
    boolean can = TwistedSmc.pushable(problem, true).equals(Support.YES);
    return drift.orElse(can ? Drift.REWARD : Drift.NONE);
  }

  private final class Drifting implements TwistPolicy {
    private final ValueTwist twist;
    private final Drift drift;
    private final ReverseProcess process;

    Drifting(ValueTwist twist, Drift drift) {
      this.twist = twist;
      this.drift = drift;
      this.process = twist.problem().process();
    }

    @Override
    public boolean valued(int level) {
      return twist.share(level) > 0;
    }

    @Override
    public boolean guided(int level) {
      return drift == Drift.REWARD && valued(level) && process.stochasticAt(level);
    }

    @Override
    public boolean contrasted(int level) {
      return drift == Drift.GUIDANCE;
    }

    @Override
    public Population twist(Population p, int level) {
      return twist.set(p, level);
    }

    @Override
    public Optional<Batch.Reals> push(Population p, int level) {
      if (guided(level)) {
        return Optional.of(twist.gradient(p, level).times(strength));
      }
      return contrasted(level) ? Optional.of(guidance(p, level).times(strength)) : Optional.empty();
    }

    private Batch.Reals guidance(Population p, int level) {
      Batch x = p.get(TwistedChain.STATE);
      GaussianStep own = (GaussianStep) process.law(x, level, p.get(TwistedChain.PREDICTION));
      return own.gradientTo((GaussianStep) process.law(x, level, p.get(TwistedChain.GUIDED)));
    }
  }

  @Override
  public List<String> warnings(Problem problem) {
    if (weights.isPresent()) {
      return corrector(problem).warnings();
    }
    return strength == 0 && drift(problem) != Drift.NONE
        ? List.of("strength 0 takes a drift and adds nothing of it")
        : TwistedSmcAlgorithm.super.warnings(problem);
  }

  @Override
  public Support supports(Problem problem) {
    if (weights.isPresent()) {
      return corrector(problem).supports();
    }
    Drift drifts = drift(problem);
    if (drifts != Drift.NONE
        && TwistedSmc.pushable(problem, drifts == Drift.REWARD) instanceof Support.No no) {
      return no;
    }
    if (drifts == Drift.GUIDANCE && !problem.contrasted()) {
      return new Support.No("the model has no classifier-free guidance to drift by");
    }
    return TwistedSmcAlgorithm.super.supports(problem);
  }
}
