package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Learner;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.Populations;
import io.github.tiltbench.algorithm.smc.TwistPolicy;
import io.github.tiltbench.algorithm.smc.TwistedChain;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Smc;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * TRI-TSMC: learns a twist of the chain in a few trust-region rounds, then runs SMC with it.
 *
 * <p>A round runs N trajectories by the present twist, weighs each by exp(r / beta) and the ratio
 * of the model's law to the twisted one along the whole path, tempers the weights to the power tau
 * at which they lie a given KL from equal, and fits the twist to the trajectories by weighted
 * likelihood. The final run has particles of its own: given the twist its weights are exact, and
 * its evidence is unbiased whatever was learned.
 *
 * <p>Paper: Wang, Yang, Deng, Xu, arXiv 2605.25123. Code: none released. Only its abstract, and
 * what an independent adaptation (davidlibland/diffusion_rl) records of it, were at hand when this
 * was written: the tempered step, its convex dual and three rounds are theirs, the rest is derived
 * here.
 *
 * <p>Choices, and why: tau is found by bisection on the KL, whose monotonicity the dual hides. The
 * fit takes off the part of its gradient that is luck with known mean zero, so that a right twist
 * stays exactly where it is, and is held back towards the present twist, more so while it promises
 * less than half the present ESS: a free fit to a handful of trajectories is worse than no twist.
 * Trajectories are not resampled while learning, so that their weights are those of paths; those of
 * earlier rounds are not used again. A shift of steps alone says nothing of states: weighing by its
 * ratio on the way would undo it, so that without {@code lookahead} its run does not resample. A
 * posterior-mean look-ahead weighs particles in place of a sighted twist, not with it, since the
 * twist is fitted to the whole reward. A draw by weight is returned, not the best.
 *
 * <p>A lone trajectory has the weight one whatever it is worth, so nothing is learned of it, and a
 * lone particle is never resampled: a budget that pays for fewer than two of either is passed over
 * by name.
 *
 * <p>Cost of a trial with J rounds of N trajectories and P populations of M particles (P = count
 * for {@code one}, {@code heaviest} and {@code best}, 1 for {@code all}): NFE (J * N + P * M) * T,
 * REWARD J * N + P * M, with {@code lookahead} P * M * T more. With a fit budget of its own the J *
 * N trajectories are paid from that.
 *
 * @param twist the family of twists
 * @param iterations J, rounds of learning; 0 learns nothing
 * @param rollouts N, trajectories a round, at least 2; 0 takes as many as {@code share} of the
 *     budget pays for, or all of a fit budget
 * @param share the most of the budget that learning takes where {@code rollouts} is 0
 * @param radius KL that a round may move the law of trajectories by, in nats; above log N it never
 *     binds
 * @param ridge how much the present twist counts for in a fit, times the rule of thumb (numbers a
 *     step) / (4 ESS of the tempered weights)
 * @param particles M, particles a population; 0 takes as many as is left in the budget
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS falls under this fraction of M
 * @param lookahead what particles are weighed by on their way. With {@code none} a learned
 *     quadratic twist weighs them, and that needs hundreds of rollouts: from 32 a round its weights
 *     had tails so heavy that the mean evidence of a test lay 31 of its standard errors from the
 *     truth
 * @param returns one draw a population or members of one
 */
public record TriTsmc(
    TwistFamily twist,
    int iterations,
    int rollouts,
    double share,
    double radius,
    double ridge,
    int particles,
    ResamplingScheme resampler,
    double threshold,
    Ahead lookahead,
    OutputRule returns)
    implements Learner<LearnedTwist> {
  /** What particles are weighed by on their way. */
  public enum Ahead {
    /** The twist alone. */
    NONE,
    /** The value of the posterior mean, a reward a level. */
    POSTERIOR_MEAN
  }

  /** Three rounds on half of the budget; a shared control; look-ahead by the posterior mean. */
  public static final TriTsmc DEFAULT =
      new TriTsmc(
          ControlFamily.DEFAULT,
          3,
          0,
          0.5,
          0.5,
          1,
          0,
          ResamplingScheme.SYSTEMATIC,
          0.5,
          Ahead.POSTERIOR_MEAN,
          OutputRule.ONE);

  /** Fewer roll-outs or particles have no weights to speak of. */
  private static final int LEAST = 2;

  /** Refuses sizes and thresholds out of range. */
  public TriTsmc {
    if (iterations < 0 || rollouts < 0 || particles < 0) {
      throw new IllegalArgumentException("iterations, rollouts and particles must be at least 0");
    }
    if (rollouts == 1) {
      throw new IllegalArgumentException("rollouts must be 0, to fill a budget, or at least 2");
    }
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("share must be between 0 and 1");
    }
    if (!(radius > 0 && ridge > 0 && ridge < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("radius and ridge must be above 0");
    }
    if (!(threshold >= 0 && threshold <= 2)) {
      throw new IllegalArgumentException("threshold must be from 0 (never) to 2 (always)");
    }
  }

  @Override
  public Support supports(Problem problem) {
    if (!problem.process().stochastic()) {
      return new Support.No("a deterministic chain (eta 0) has no steps to twist");
    }
    if (lookahead == Ahead.POSTERIOR_MEAN && !problem.process().decodes(Decoding.POSTERIOR_MEAN)) {
      return new Support.No("the process cannot decode by " + Decoding.POSTERIOR_MEAN);
    }
    if (twist.supports(problem) instanceof Support.No no) {
      return no;
    }
    if (learns() && trajectories(problem) < LEAST) {
      String payer =
          problem.fit().isPresent() ? "the fit budget" : "its share of the budget for learning";
      return new Support.No(
          payer
              + " does not pay for "
              + LEAST
              + " roll-outs a round, the fewest that have weights");
    }
    int size = size(problem);
    if (particles == 0 && size < LEAST) {
      return new Support.No(
          "the budget does not pay for " + LEAST + " particles, the fewest that have weights");
    }
    return Populations.support(returns, size, problem);
  }

  @Override
  public List<String> warnings(Problem problem) {
    return Populations.warnings(size(problem), threshold);
  }

  @Override
  public boolean learns() {
    return iterations > 0;
  }

  @Override
  public Object fitKey() {
    return List.of(twist, iterations, rollouts, share, radius, ridge);
  }

  @Override
  public LearnedTwist fit(Problem problem, Session session) {
    return new TwistLearning(problem, session, trajectories(problem), radius, ridge)
        .learn(twist.one(problem), iterations);
  }

  @Override
  public Optional<FitFormat<LearnedTwist>> format(Problem problem) {
    return twist.format(problem).map(LearnedTwist::format);
  }

  @Override
  public Samples sample(Problem problem, Session session, LearnedTwist learned) {
    LearnedTwist found = learned == null ? new LearnedTwist(twist.one(problem), Map.of()) : learned;
    LearnedTwistPolicy.Sight sight = sight(found.twist());
    TwistPolicy policy = new LearnedTwistPolicy(problem, found.twist(), sight);
    Samples samples =
        Populations.run(
            problem,
            session,
            returns,
            size(problem),
            new Smc(resampler, sight == LearnedTwistPolicy.Sight.BLIND ? 0 : threshold),
            at -> new TwistedChain(problem, session, at, ValueEstimate.MEAN, policy));
    Map<String, Double> scalars = new TreeMap<>(samples.scalars());
    scalars.putAll(found.scalars());
    boolean shared = learns() && problem.fit().isEmpty();
    return new Samples(
        samples.states(),
        samples.logWeights(),
        samples.independent() && !shared,
        scalars,
        samples.traces());
  }

  @Override
  public void release(LearnedTwist learned) {
    learned.twist().close();
  }

  private LearnedTwistPolicy.Sight sight(Twist found) {
    if (lookahead == Ahead.POSTERIOR_MEAN) {
      return LearnedTwistPolicy.Sight.VALUE;
    }
    return found.sighted() ? LearnedTwistPolicy.Sight.TWIST : LearnedTwistPolicy.Sight.BLIND;
  }

  private int trajectories(Problem problem) {
    if (rollouts > 0 || !learns()) {
      return rollouts;
    }
    Budget budget = problem.fit().orElseGet(() -> problem.budget().part(share));
    return LargestAffordable.largest(budget, n -> learning(problem, n));
  }

  private int size(Problem problem) {
    if (particles > 0) {
      return particles;
    }
    boolean own = learns() && problem.fit().isEmpty();
    Cost learned = own ? fitCost(problem) : Cost.ZERO;
    return LargestAffordable.largest(problem.budget(), m -> learned.plus(sampling(problem, m)));
  }

  @Override
  public Cost fitCost(Problem problem) {
    return learning(problem, trajectories(problem));
  }

  @Override
  public Cost sampleCost(Problem problem) {
    return sampling(problem, size(problem));
  }

  private Cost learning(Problem problem, int n) {
    long all = (long) iterations * n;
    long nfe = all * problem.process().steps();
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), all);
  }

  private Cost sampling(Problem problem, int m) {
    long all = (long) m * Populations.count(returns, problem);
    long nfe = all * problem.process().steps();
    long rewards = lookahead == Ahead.POSTERIOR_MEAN ? all + nfe : all;
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards);
  }

  @Override
  public boolean usesBudget() {
    return particles == 0 || (learns() && rollouts == 0);
  }
}
