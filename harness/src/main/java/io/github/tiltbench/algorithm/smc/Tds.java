package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import java.util.List;
import java.util.Optional;

/**
 * Twisted diffusion sampler: particles are pushed along the gradient of a twist, the reward of the
 * clean estimate, and weighed for what the push leaves wrong.
 *
 * <p>With h_t(x) = a_t r(x0hat(x)) / beta, a_0 = 1 and h_0 = r / beta, the step from x at level t
 * is N(mean_t(x) + c_t grad h_t(x), variance_t) and its weight log p - log q + h_{t-1}(x') -
 * h_t(x), which makes the weighted particles target the tilted law for any c_t. The gradient goes
 * through the denoiser.
 *
 * <p>Paper: Wu, Trippe, Naesseth, Blei, Cunningham, arXiv 2306.17775. Code:
 * blt2114/twisted_diffusion_sampler.
 *
 * <p>Deviations, and why: the likelihood p(y | x_0) is exp(r / beta), and its temperature also
 * applies at level 0. The default push is {@code cov}, c_t = variance_t, the first-order expansion
 * of the optimal step; the paper's and the code's {@code score} moves the clean estimate as an
 * added score would, which on coarse grids overshoots (relative deviation of the evidence 0.25
 * against 0.07 on ten steps of a Gaussian chain), by tens of deviations where the last noisy step
 * is short: weights then degenerate, as ESS tells. The ratio log p - log q is the cancelled form,
 * not a difference of two densities. Steps that draw no noise are not pushed, and no gradient is
 * taken for them. log Z sums the normalisers of all resamplings (the code drops them). Resampling
 * below half of the particles by default (the image scripts resample at every level: 2). Damping,
 * intervals and ramps keep the target.
 *
 * <p>Cost of a trial with P populations of N particles (P = count, or 1 for {@code all}), S levels
 * with a share above 0 and G guided ones among them: NFE P * N * T, BACKWARD P * N * G, REWARD P *
 * N * (S + 1). Without ramp S = T, and with {@code every: 1} G is the number of steps that draw
 * noise.
 *
 * @param particles N, particles a population; 0 takes as many as the budget pays for
 * @param proposal how far a gradient pushes
 * @param scale factor of the push; 0 is none, which leaves FK steering at the price of a gradient
 * @param every levels from one push to the next, counted from level T
 * @param ramp a_t; a level whose share is 0 is neither scored nor pushed
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS falls under this fraction of N
 * @param returns one draw a population or members of one
 * @param profile how particles are spread over the levels, see {@link BootstrapSmc}; evenly if not
 *     given
 */
public record Tds(
    int particles,
    Proposal proposal,
    double scale,
    int every,
    Ramp ramp,
    ResamplingScheme resampler,
    double threshold,
    OutputRule returns,
    Optional<Profile> profile)
    implements TwistedSmcAlgorithm {
  /** Fills the budget; pushes by the covariance at each level. */
  public static final Tds DEFAULT =
      new Tds(0, Proposal.COV, 1, 1, Ramp.NONE, ResamplingScheme.SYSTEMATIC, 0.5, OutputRule.ONE);

  /** How far the gradient of the twist pushes a step. */
  public enum Proposal {
    /** By the variance of the step times the gradient. */
    COV,
    /**
     * As far as the step moves when (1 - a) / sqrt(a) times the gradient is added to the clean
     * mean, a being alpha-bar of the level: the gradient added to the score. Inside the clip; in
     * DDPM c_t = beta_t / sqrt(1 - beta_t).
     */
    SCORE
  }

  /** Refuses sizes and factors out of range. */
  public Tds {
    TwistedSmc.check(particles, threshold);
    if (!(scale >= 0 && scale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("scale must be finite and at least 0");
    }
    if (every < 1) {
      throw new IllegalArgumentException("every must be at least 1");
    }
  }

  /** As many particles at each level. */
  public Tds(
      int particles,
      Proposal proposal,
      double scale,
      int every,
      Ramp ramp,
      ResamplingScheme resampler,
      double threshold,
      OutputRule returns) {
    this(particles, proposal, scale, every, ramp, resampler, threshold, returns, Optional.empty());
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
        new Twisted(new ValueTwist(problem, ramp)));
  }

  private final class Twisted implements TwistPolicy {
    private final ValueTwist twist;

    Twisted(ValueTwist twist) {
      this.twist = twist;
    }

    @Override
    public boolean valued(int level) {
      return twist.share(level) > 0;
    }

    @Override
    public boolean guided(int level) {
      int done = twist.problem().process().steps() - level;
      return valued(level) && done % every == 0 && twist.problem().process().stochasticAt(level);
    }

    @Override
    public Population twist(Population p, int level) {
      return twist.set(p, level);
    }

    @Override
    public Optional<Batch.Reals> push(Population p, int level) {
      if (!guided(level)) {
        return Optional.empty();
      }
      Batch.Reals gradient = twist.gradient(p, level).times(scale);
      return Optional.of(
          switch (proposal) {
            case COV -> gradient;
            case SCORE -> asScore(p, level, gradient);
          });
    }

    private Batch.Reals asScore(Population p, int level, Batch.Reals gradient) {
      GaussianProcess process = (GaussianProcess) twist.problem().process();
      double a = process.alphaBar(level);
      Batch.Reals clean = ((Prediction.Mean) p.get(TwistedChain.PREDICTION)).clean();
      Prediction moved = new Prediction.Mean(clean.plus(gradient.times((1 - a) / Math.sqrt(a))));
      Batch x = p.get(TwistedChain.STATE);
      GaussianStep own = process.law(x, level, p.get(TwistedChain.PREDICTION));
      return own.gradientTo(process.law(x, level, moved));
    }
  }

  @Override
  public List<String> warnings(Problem problem) {
    return scale == 0
        ? List.of("scale 0 takes gradients and pushes nothing")
        : TwistedSmcAlgorithm.super.warnings(problem);
  }

  @Override
  public Support supports(Problem problem) {
    if (TwistedSmc.pushable(problem, true) instanceof Support.No no) {
      return no;
    }
    if (proposal == Proposal.SCORE && !hasScore(problem.process())) {
      return new Support.No("a score needs alpha-bar above 0 at every level");
    }
    return TwistedSmcAlgorithm.super.supports(problem);
  }

  private static boolean hasScore(ReverseProcess process) {
    return process instanceof GaussianProcess g && g.signalEverywhere();
  }
}
