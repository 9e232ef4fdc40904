package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Share;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Resampler;
import io.github.tiltbench.particle.Smc;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * SMC on a {@link TwistedChain} at one problem: all that methods which differ in their policy have
 * in common. Resampling is tested at the valued levels.
 *
 * @param problem what is asked
 * @param particles particles a population, of a profile their mean over the levels; 0 takes as many
 *     as the budget pays for
 * @param profile how they are spread over the levels; evenly if not given
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS falls under this fraction of the particles
 * @param returns what is returned of the populations
 * @param estimate how values come from predictions
 * @param policy where values are taken and what they do
 * @param proposal of tokens, whose values take the policy's place
 */
record TwistedSmc(
    Problem problem,
    int particles,
    Optional<Profile> profile,
    Resampler resampler,
    double threshold,
    OutputRule returns,
    ValueEstimate estimate,
    TwistPolicy policy,
    Optional<TokenProposal> proposal) {
  /** No number of profile {@code optimal} is further from the mean than by this factor. */
  private static final int FACTOR = 4;

  /** By the policy alone. */
  TwistedSmc(
      Problem problem,
      int particles,
      Optional<Profile> profile,
      Resampler resampler,
      double threshold,
      OutputRule returns,
      ValueEstimate estimate,
      TwistPolicy policy) {
    this(
        problem,
        particles,
        profile,
        resampler,
        threshold,
        returns,
        estimate,
        policy,
        Optional.empty());
  }

  /** Refuses sizes and thresholds out of range. */
  static void check(int particles, double threshold) {
    if (particles < 0) {
      throw new IllegalArgumentException("particles must be at least 0");
    }
    if (!(threshold >= 0 && threshold <= Populations.ALWAYS)) {
      throw new IllegalArgumentException("threshold must be from 0 (never) to 2 (always)");
    }
  }

  /**
   * Whether steps can be pushed and weighed for it.
   *
   * @param byReward whether the push is the reward's gradient
   */
  static Support pushable(Problem problem, boolean byReward) {
    if (!(problem.space() instanceof StateSpace.Euclidean)) {
      return new Support.No("it adds to the mean of a step, which tokens do not have");
    }
    if (!problem.process().stochastic()) {
      return new Support.No("no step draws noise (eta 0), so none can be pushed and weighed");
    }
    if (byReward && !problem.differentiable()) {
      return new Support.No("it needs the gradient of the reward through the model");
    }
    return Support.YES;
  }

  Support supports() {
    if (!problem.process().stochastic() && (threshold > 0 || profile.isPresent())) {
      return new Support.No("clones never separate in a deterministic chain (eta 0)");
    }
    if (Support.estimates(problem) instanceof Support.No no) {
      return no;
    }
    if (!problem.process().decodes(estimate.how())) {
      return new Support.No("the process cannot decode by " + estimate.how());
    }
    if (proposal.isPresent() && proposal.get().supports(problem) instanceof Support.No no) {
      return no;
    }
    if (profile.orElse(null) instanceof Profile.Steps by && by.at().get(0).get(0) > steps()) {
      return new Support.No(
          "the profile names level " + by.at().get(0).get(0) + " of a chain of " + steps());
    }
    int last = pilots() ? least() : headcount().last();
    return Populations.support(returns, last, problem);
  }

  List<String> warnings() {
    return levels(policy::valued) == 0
        ? List.of("no level above 0 is scored, so that it never resamples")
        : Populations.warnings(headcount().largest(), threshold);
  }

  Samples sample(Session session) {
    return Populations.run(
        problem,
        session,
        returns,
        pilots() ? piloted(session) : headcount(),
        new Smc(resampler, threshold, policy::valued),
        at -> chain(session, at));
  }

  /** The model of one population. */
  FeynmanKac chain(Session session, Addressing at) {
    return proposal.isPresent()
        ? new LocallyOptimalChain(problem, session, at, estimate, proposal.get())
        : policy.chain(new TwistedChain(problem, session, at, estimate, policy));
  }

  /** What a trial costs; with a pilot the most that it may. */
  Cost cost() {
    if (!pilots()) {
      return cost(headcount());
    }
    return pilotCost().plus(mostCost(total()));
  }

  private int steps() {
    return problem.process().steps();
  }

  /** Whether a pilot comes before the populations. */
  private boolean pilots() {
    return profile.orElse(null) instanceof Profile.Optimal;
  }

  /** The particles at each level, of a profile {@code optimal} as they are before the pilot. */
  private Headcount headcount() {
    return profile.isPresent()
        ? split(total())
        : Headcount.of(
            particles > 0
                ? particles
                : LargestAffordable.largest(problem.budget(), n -> cost(Headcount.of(n, steps()))),
            steps());
  }

  private Headcount split(long total) {
    return Headcount.split(profile.orElseThrow().shares(steps()), total, 1, Integer.MAX_VALUE);
  }

  /** The sum over the levels of the particles of a population. */
  private long total() {
    if (particles > 0) {
      return (long) particles * steps();
    }
    Cost before = pilots() ? pilotCost() : Cost.ZERO;
    int largest =
        LargestAffordable.largest(
            problem.budget(),
            m -> before.plus(pilots() ? mostCost(m) : cost(split(Math.max(m, steps())))));
    return Math.max(largest, steps());
  }

  /** Particles of the pilot. */
  private int pilotParticles() {
    double share = ((Profile.Optimal) profile.orElseThrow()).share();
    int fits =
        particles > 0
            ? Share.whole(share * particles * Populations.count(returns, problem))
            : LargestAffordable.largest(problem.budget().part(share), this::pilotCost);
    return Math.max(2, fits);
  }

  private Cost pilotCost() {
    return pilotCost(pilotParticles());
  }

  private Cost pilotCost(int n) {
    return population(Headcount.of(n, steps()));
  }

  /** The least and the most particles of a level after a pilot. */
  private int least() {
    return (int) Math.max(1, total() / steps() / FACTOR);
  }

  private static int mostParticles(long total, int steps) {
    return (int) Math.min(Integer.MAX_VALUE, (total * FACTOR + steps - 1) / steps);
  }

  /** The numbers that a pilot finds best. */
  private Headcount piloted(Session session) {
    Session apart = new Pilot.Apart(session);
    Pilot pilot = new Pilot(chain(apart, Addressing.WHOLE));
    Smc.Outcome outcome =
        new Smc(resampler, threshold, policy::valued)
            .run(
                pilot, pilotParticles(), level -> apart.noise(Purpose.RESAMPLE, level).uniforms(0));
    double[] shares = pilot.variances(outcome.population());
    Arrays.setAll(shares, i -> Math.sqrt(shares[i]));
    long total = total();
    double[] found = Arrays.stream(shares).sum() > 0 ? shares : Headcount.even(steps());
    return Headcount.split(found, total, least(), mostParticles(total, steps()));
  }

  private Cost cost(Headcount n) {
    return population(n).times(Populations.count(returns, problem));
  }

  private Cost population(Headcount n) {
    long all = 0;
    long guided = 0;
    long valued = 0;
    for (int level = 1; level <= steps(); level++) {
      all += n.at(level);
      guided += policy.guided(level) ? n.at(level) : 0;
      valued += policy.valued(level) ? n.at(level) : 0;
    }
    return population(all, guided, valued, n.at(steps()), n.last());
  }

  /** The most that populations of some sum cost, whatever the pilot finds. */
  private Cost mostCost(long total) {
    long sum = Math.max(total, steps());
    long most = mostParticles(sum, steps());
    long guided = Math.min(sum, most * levels(policy::guided));
    long valued = Math.min(sum, most * levels(policy::valued));
    return population(sum, guided, valued, 0, most).times(Populations.count(returns, problem));
  }

  /**
   * What a population costs.
   *
   * @param all rows denoised
   * @param guided with gradients
   * @param valued with or without
   * @param first of level T
   * @param last of level 0
   */
  private Cost population(long all, long guided, long valued, long first, long last) {
    if (proposal.isPresent()) {
      return proposal.get().cost(problem, estimate.completions(), all - first, first, last);
    }
    long rewards = guided + (valued - guided) * estimate.completions() + last;
    return new Cost(all, all * problem.rowsPerParticle(), guided, rewards, 0);
  }

  private long levels(IntPredicate which) {
    return IntStream.rangeClosed(1, steps()).filter(which).count();
  }
}
