package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * Beam search: A states have K children each by the model's own step, and the A best of all A K go
 * on; the best at the end is returned.
 *
 * <p>Paper: Guo et al., arXiv 2502.11420 (TreeG). Code: yukang123/UniTreeG. With A = 1 it is SCG
 * (Huang et al., arXiv 2402.14285), and SVDD with alpha 0 bit for bit, as by the code's defaults, A
 * = 1 and K = 4; with {@code families}, which keeps one child of each state, it is the best of A
 * chains of SVDD.
 *
 * <p>By {@code proposal: current} (TreeG-SC) children are drawn from the step and valued by the
 * reward of their clean estimates. By {@code destination} (TreeG-SD) the clean estimate of a state
 * branches instead, into K estimates with normal noise of deviation {@code s = spread * n / sqrt(1
 * + n^2)} added, n being the noise scale of the level; the A best of them all are kept, this is
 * done {@code rounds} times, and each takes the step of its state with the noise prediction that
 * belongs to the new estimate. It costs no evaluations and needs no step that draws noise; on
 * images, white noise of a spread of 1 is far from any, and the code's settings have 0.5 with K 64
 * and two rounds. TreeG-G, which adds gradients to the proposal, is left out: its steps could not
 * be read in the paper, and gradients are what {@code dps} and {@code das} are for.
 *
 * <p>Deviations, and why: a child is denoised at the level it is at (the code denoises it with the
 * time of its parent, so that its estimate is of another noise level, and indexes conditions by a
 * chunk of times). The survivors' predictions serve their next steps (the code asks again). An
 * estimate that survives takes its own state along (the code steps from the states in their old
 * order, beside a remark to check it, so that with A above 1 the noise of one state is joined with
 * the estimate of another); its option to mix in the direction found, {@code dsg}, is left out.
 * Where the last step draws noise its children are selected too. {@code keep: soft} draws the
 * survivors without replacement by exp(value / alpha), and the alpha of the study's beta is decided
 * here. Equal sequences of tokens stay equal and are kept side by side. Of equals the first
 * survives.
 *
 * <p>On tokens {@code logits: parent} fills the masks of a child by the prediction that it was
 * drawn from, and survivors alone are denoised.
 *
 * <p>Every sample is the best of a beam of its own. By {@code returns: beam} a trial has one beam
 * and returns the best members of it: they share ancestors, and are one replication. This is a
 * maximiser, not a sampler of the tilted law.
 *
 * <p>Cost of a beam, with n steps that draw noise and D that do not at levels T..2: NFE A + A K n +
 * A D, by the parent's logits A T; REWARD A K (n + 1) if the last step draws noise, else A K n and
 * A more to pick by the reward, where there is something to pick. By {@code destination}: NFE A T,
 * REWARD A K T times the rounds, and A more to pick.
 *
 * @param beam A, states that go on; 0 takes as many as the budget pays for
 * @param branch K, children of a state; 0 takes as many as the budget pays for, and the released 4
 *     where they cost no evaluations
 * @param keep which children go on
 * @param alpha temperature of keep soft; the study's beta if not given
 * @param families whether one child of each state goes on, instead of the best of all
 * @param logits whose prediction values a child; tokens only
 * @param proposal what branches
 * @param rounds how often an estimate branches at a level; 1 if not given, destination only
 * @param spread factor of the noise of an estimate; 1 if not given, destination only
 * @param returns a sample of each beam, or all samples of one
 */
public record Beam(
    int beam,
    int branch,
    Keep keep,
    OptionalDouble alpha,
    boolean families,
    Svdd.Logits logits,
    Proposal proposal,
    OptionalInt rounds,
    OptionalDouble spread,
    Returns returns)
    implements Algorithm {
  /** Which children go on. */
  public enum Keep {
    /** The best. */
    TOP,
    /** A draw without replacement by exp(value / alpha). */
    SOFT
  }

  /** What branches. */
  public enum Proposal {
    /** The state, by the model's own step (TreeG-SC). */
    CURRENT,
    /** Its clean estimate, by noise (TreeG-SD); real numbers only. */
    DESTINATION
  }

  /** What is returned of a beam. */
  public enum Returns {
    /** The best, of a beam a sample. */
    BEST,
    /** As many of the best as there are samples, of the trial's only beam. */
    BEAM
  }

  /** Two states whose children fill the budget. */
  public static final Beam DEFAULT = new Beam(2, 0);

  private static final int MOST = 1 << 16; // addresses that noise has for a sample
  private static final int RELEASED_BRANCH = 4;

  /** Refuses what is out of range or has no effect. */
  public Beam {
    if (beam < 0 || branch < 0 || (long) Math.max(1, beam) * Math.max(1, branch) > MOST) {
      throw new IllegalArgumentException(
          "beam and branch must be at least 0, and their product at most " + MOST);
    }
    if (alpha.isPresent()
        && (keep == Keep.TOP
            || !(alpha.getAsDouble() > 0 && Double.isFinite(alpha.getAsDouble())))) {
      throw new IllegalArgumentException(
          "alpha must be finite and above 0, and is for keep soft alone");
    }
    boolean destination = proposal == Proposal.DESTINATION;
    if (!destination && (rounds.isPresent() || spread.isPresent())) {
      throw new IllegalArgumentException("rounds and spread are for proposal destination");
    }
    if (rounds.orElse(1) < 1) {
      throw new IllegalArgumentException("rounds must be at least 1");
    }
    if (!(spread.orElse(1) >= 0 && Double.isFinite(spread.orElse(1)))) {
      throw new IllegalArgumentException("spread must be finite and at least 0");
    }
    if (destination && logits == Svdd.Logits.PARENT) {
      throw new IllegalArgumentException("logits parent is for proposal current");
    }
    if (beam == 0 && branch == 0 && !destination && logits == Svdd.Logits.CHILD) {
      throw new IllegalArgumentException("only one of beam and branch can fill the budget");
    }
  }

  /** The best children by their own predictions, and the best of each beam. */
  public Beam(int beam, int branch) {
    this(
        beam,
        branch,
        Keep.TOP,
        OptionalDouble.empty(),
        false,
        Svdd.Logits.CHILD,
        Proposal.CURRENT,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        Returns.BEST);
  }

  @Override
  public Support supports(Problem problem) {
    if (returns == Returns.BEAM && beam > 0 && beam < problem.count()) {
      return new Support.No(
          "a beam of " + beam + " has no " + problem.count() + " samples to return");
    }
    if (proposal == Proposal.DESTINATION) {
      return problem.process() instanceof GaussianProcess
          ? Support.estimates(problem)
          : new Support.No("it adds noise to clean estimates, and tokens have none to add to");
    }
    return Beams.supports(problem, byParent());
  }

  @Override
  public List<String> warnings(Problem problem) {
    if (spread.orElse(1) == 0) {
      return List.of("spread 0 adds no noise: children are alike");
    }
    return size(problem).branch == 1
        ? List.of("one child a state leaves nothing to choose from on the way")
        : List.of();
  }

  private boolean byParent() {
    return logits == Svdd.Logits.PARENT;
  }

  /** Whether children cost evaluations. */
  private boolean denoisesChildren() {
    return proposal == Proposal.CURRENT && !byParent();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    Size size = size(problem);
    boolean own = returns == Returns.BEST;
    int beams = own ? problem.count() : 1;
    int branches = own ? size.beam : 1;
    Beams.End end =
        proposal == Proposal.DESTINATION
            ? new EstimateBeams(this, problem, session).run(beams * size.beam, branches, size)
            : new Beams(problem, session, byParent())
                .run(beams * size.beam, branches, branches, rule(problem, session, size, branches));
    Batch x = end.best(session, size.beam, returned(problem));
    return new Samples(x, new double[x.size()], own, Map.of(), Map.of());
  }

  private Beams.Rule rule(Problem problem, Session session, Size size, int each) {
    return new Beams.Rule() {
      @Override
      public int width(int level, int states) {
        return size.branch;
      }

      @Override
      public int[] keep(double[] values, int width, int level) {
        Noise choice = session.noise(Purpose.SELECT, level);
        return Beam.this.keep(values, size, problem, choice, each);
      }
    };
  }

  /** Rows of the children that go on, by uniforms at the addresses of the states or children. */
  int[] keep(double[] values, Size size, Problem problem, Noise choice, int each) {
    double temperature = keep == Keep.TOP ? 0 : alpha.orElse(problem.beta());
    if (families) {
      Noise own = choice.branched(each);
      return Branching.keep(values, size.branch, temperature, row -> own.uniforms(row).at(0));
    }
    double[] key = values.clone();
    if (temperature > 0) {
      double[] u = new double[key.length];
      choice.branched(each * size.branch).uniforms(key.length, u);
      for (int row = 0; row < key.length; row++) {
        key[row] = values[row] / temperature + UnmaskBranch.gumbel(u[row]);
      }
    }
    return Beams.highest(key, size.beam * size.branch, size.beam);
  }

  /**
   * A and K at a problem.
   *
   * @param beam A
   * @param branch K
   */
  record Size(int beam, int branch) {}

  private Size size(Problem problem) {
    int k = branch == 0 && !denoisesChildren() ? RELEASED_BRANCH : branch;
    if (k == 0) {
      int most = MOST / beam;
      return new Size(beam, largest(problem, most, n -> new Size(beam, n)).branch);
    }
    int least = returned(problem);
    return beam > 0
        ? new Size(beam, k)
        : largest(problem, Math.max(1, MOST / k - least + 1), n -> new Size(least - 1 + n, k));
  }

  private Size largest(Problem problem, int most, IntFunction<Size> size) {
    return size.apply(
        LargestAffordable.largest(problem.budget(), most, n -> cost(problem, size.apply(n))));
  }

  /** Samples of a beam. */
  private int returned(Problem problem) {
    return returns == Returns.BEST ? 1 : problem.count();
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, size(problem));
  }

  private Cost cost(Problem problem, Size size) {
    long children = (long) size.beam * size.branch;
    long nfe = size.beam;
    long rewards = 0;
    boolean scored = false;
    for (int level = problem.process().steps(); level >= 1; level--) {
      boolean branches = proposal == Proposal.DESTINATION || problem.process().stochasticAt(level);
      nfe += level == 1 ? 0 : branches && denoisesChildren() ? children : size.beam;
      rewards += branches ? children * rounds.orElse(1) : 0;
      scored = branches && proposal == Proposal.CURRENT;
    }
    rewards += scored || size.beam == returned(problem) ? 0 : size.beam;
    long beams = returns == Returns.BEST ? problem.count() : 1;
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards).times(beams);
  }

  @Override
  public boolean usesBudget() {
    return beam == 0 || (branch == 0 && denoisesChildren());
  }
}
