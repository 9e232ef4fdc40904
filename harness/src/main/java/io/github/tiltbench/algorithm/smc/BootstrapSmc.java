package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import java.util.Optional;
import java.util.OptionalInt;

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
 * <p>On chains of tokens that stay revealed {@code proposal} draws tokens by what they promise: the
 * position as the model does, the token with probability proportional to pi(v) exp(value / beta),
 * weighed by the normaliser. {@code parent} fills the masks of a candidate by the prediction it is
 * drawn from, {@code child} by its own, on first-hitting chains alone. It is the classical locally
 * optimal proposal; no paper on masked diffusion with released code was found. The value wants to
 * be soft, {@code value: sample} with several completions: on the reference model of four tokens
 * the mean square of a particle's weight by the square of its mean is 4.65 without a proposal, 1.16
 * by soft values of the parent, 1.003 of the child, but 4.55 by the child's mode, which promises
 * rewards that the model does not keep. {@code top} K weighs the K likeliest tokens one by one, and
 * one draw from the rest for all of them.
 *
 * <p>{@code profile} spreads the particles over the levels: {@code equal}, {@code funnel} (1.5
 * times the mean at level T, half of it at level 1), {@code reversed}, {@code {kind: steps, at:
 * [[20, 4], [5, 1]]}} (from level 20 on four times as many as from level 5 on) or {@code optimal}
 * ({@code pilot} is the share of the budget that finds it out), at one sum, what a population of N
 * spends at T levels; fk, tds, das and urge have it too. How much early values count is {@code
 * ramp} in fk and {@code tempering} in das.
 *
 * <p>Cost of a trial with P populations of N particles (P = count for {@code one}, 1 for {@code
 * all}) and S scored levels above 0: NFE P * N * T, REWARD P * N * (S * completions + 1). With a
 * proposal of V candidates a step (top + 1, or all tokens): NFE P * N * T by parent and P * N * (1
 * + (T - 1) V) by child, REWARD P * N * V * ((T - 1) completions + 1); on an ancestral grid, by
 * parent, REWARD at most P * N * (T * L * V * completions + 1) for L masks. With a profile N_t
 * takes the place of N at each level, that of level 1 at level 0; with {@code optimal} that is the
 * most.
 *
 * @param particles N, particles a population, of a profile their mean; 0 takes as many as the
 *     budget pays for
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS falls under this fraction of N
 * @param value how a prediction becomes a state to score
 * @param interval score every so many levels, counted from level T; level 0 always
 * @param returns one draw a population or members of one
 * @param completions states a prediction becomes; 1 if not given
 * @param proposal how tokens are drawn; by the model if not given
 * @param top K, tokens that a proposal weighs one by one; all if not given
 * @param profile how particles are spread over the levels; evenly if not given
 */
public record BootstrapSmc(
    int particles,
    ResamplingScheme resampler,
    double threshold,
    Decoding value,
    int interval,
    OutputRule returns,
    OptionalInt completions,
    Optional<Proposal> proposal,
    OptionalInt top,
    Optional<Profile> profile)
    implements TwistedSmcAlgorithm {
  /** Fills the budget; systematic resampling under half of N; scores the mean at each level. */
  public static final BootstrapSmc DEFAULT =
      new BootstrapSmc(
          0, ResamplingScheme.SYSTEMATIC, 0.5, Decoding.POSTERIOR_MEAN, 1, OutputRule.ONE);

  /** How tokens are drawn. */
  public enum Proposal {
    /** By the model. */
    MODEL,
    /** Also by the value of the parent's prediction with the token in its place. */
    PARENT,
    /** Also by the value of the prediction of the sequence with the token. */
    CHILD
  }

  /** Refuses sizes and thresholds out of range, and what is for proposals without one. */
  public BootstrapSmc {
    TwistedSmc.check(particles, threshold);
    if (interval < 1) {
      throw new IllegalArgumentException("interval must be at least 1");
    }
    completions = completions.orElse(1) == 1 ? OptionalInt.empty() : completions;
    proposal = proposal.filter(how -> how != Proposal.MODEL); // one thing, one key
    new ValueEstimate(value, completions.orElse(1));
    if (top.isPresent() && proposal.isEmpty()) {
      throw new IllegalArgumentException("top is for the proposals parent and child");
    }
    if (top.orElse(1) < 1) {
      throw new IllegalArgumentException("top must be at least 1");
    }
    if (interval != 1 && proposal.isPresent()) {
      throw new IllegalArgumentException(
          "interval must be 1 with a proposal, which values all steps");
    }
  }

  /** By the model's own steps, as many particles at each level. */
  public BootstrapSmc(
      int particles,
      ResamplingScheme resampler,
      double threshold,
      Decoding value,
      int interval,
      OutputRule returns) {
    this(
        particles,
        resampler,
        threshold,
        value,
        interval,
        returns,
        OptionalInt.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty());
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
        new ValueEstimate(value, completions.orElse(1)),
        new Difference(new ValueTwist(problem, Ramp.NONE), interval),
        proposal.map(whose -> new TokenProposal(whose == Proposal.CHILD, top)));
  }

  /** Also where ancestral steps reveal fewer tokens than there are masks. */
  @Override
  public boolean costIsUpperBound() {
    return proposal.equals(Optional.of(Proposal.PARENT))
        || TwistedSmcAlgorithm.super.costIsUpperBound();
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
