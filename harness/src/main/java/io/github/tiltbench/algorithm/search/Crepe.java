package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Share;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * CREPE: replica exchange over the levels of the chain, one state at each, whose neighbours swap
 * through the model: Markov chain Monte Carlo with the tilted law at level 0.
 *
 * <p>Level t has the law of the model there times exp(rho_t), with rho_0 = r / beta and above it
 * rho_t = (1 - t/T)^rise v / beta of a value v. In an iteration every other pair of levels (t, t -
 * 1) proposes at once: the upper state takes the model's step to y, the lower one is noised up to
 * u, and both are taken with probability min(1, exp(rho_{t-1}(y) + rho_t(u) - rho_t(x_t) -
 * rho_{t-1}(x_{t-1}))), else both stay. The next iteration has the other pairs. Level T has the
 * prior and is drawn anew for each of its swaps. The start is one run of the model, stopped at each
 * level.
 *
 * <p>That rule is right where noising is the reversal of the model's steps under its own law: then
 * all densities cancel. It is on a first-hitting chain of exact conditionals, where the law of
 * level 0 is the tilted one whatever the values. On a Gaussian chain it is as steps shrink, if they
 * draw the noise of the forward process (eta 1): the law is off by the order of a step. On N(0.5,
 * 0.64) with reward x and beta 1 the mean is 0.05 too high at 10 steps of eta 1 and 0.01 at 40, and
 * 0.09 and 0.10 at eta 0.5.
 *
 * <p>Paper: He et al., arXiv 2509.23265, whose text was not at hand. Code: jiajunhe98/CREPE.
 *
 * <p>Deviations, and why: the released code always takes the swap of the last pair, whose reward
 * term is the largest, whatever its switch says, so that what arrives there is not from the target,
 * and it runs the plain chain without reward for the last levels: here every pair has the rule. It
 * keeps the state of level 0 after each iteration as a sample of its own. A swap that is refused
 * repeats a state, and leaving repeats out would be no remedy: states that are easily left would be
 * over-represented. So the samples returned are the states of level 0 after as many of its swaps,
 * evenly spaced over those after burn-in, the last one among them; they are declared dependent,
 * {@code distinct} says how many of them are no repeats, and a warning says where there are fewer
 * swaps than samples. A swap asks for two predictions (the code for twelve). Left out: a start by
 * SMC, and moves within a level.
 *
 * <p>Cost of a trial of L ladders, with C rewards a value (0 for {@code none}): a start takes T NFE
 * and (T - 1) C + 1 REWARD, a swap of levels t and t - 1 takes an NFE and C REWARD for each of its
 * proposals that lies between level T and level 0, and a REWARD for one at level 0; a new state of
 * level T an NFE, nothing on tokens, where it is always the same. Together about L T (1 + I) NFE in
 * I iterations, which bring a state to level 0 every other time. With {@code none} nothing that
 * goes up is ever needed, and an iteration takes T / 2: a state comes down in T iterations. Where
 * values are steep swaps are rare, and levels are crossed as slowly as by a random walk; on clauses
 * of 20 tokens, beta 0.1 of their sentiment and 97 NFE a sample {@code none} did better.
 *
 * <p>It keeps a prediction a level and ladder.
 *
 * @param iterations I; 0 takes as many as the budget pays for
 * @param burnIn share of the iterations that nothing is returned of
 * @param ladders L, independent ones that share the budget and the samples to return; a small
 *     number leaves iterations to each
 * @param value of a state above level 0
 * @param completions states that a prediction becomes, for {@code soft} alone
 * @param rise exponent of the share of a value that counts on its way down; 0 counts all of it at
 *     every level but T, 5 is the released one
 */
public record Crepe(
    int iterations, double burnIn, int ladders, Value value, int completions, double rise)
    implements Algorithm {
  private static final int MOST = 1 << 24;
  private static final double ABOUT = 0.2; // DDPM's two variances are nearer to each other

  /** What values a state above level 0. */
  public enum Value {
    /** The reward of its clean estimate. */
    ESTIMATE,
    /** The soft value of states drawn of its prediction, kept with it; tokens only. */
    SOFT,
    /** Nothing: the reward counts at level 0 alone, and swaps above it are always taken. */
    NONE
  }

  /** One ladder that fills the budget; half of it is burnt in; values count more on their way. */
  public static final Crepe DEFAULT = new Crepe(0, 0.5, 1, Value.ESTIMATE, 1, 1);

  /** Refuses numbers out of range. */
  public Crepe {
    if (iterations < 0 || iterations > MOST) {
      throw new IllegalArgumentException("iterations must be from 0 to " + MOST);
    }
    if (!(burnIn >= 0 && burnIn < 1)) {
      throw new IllegalArgumentException("burnIn must be from 0 to under 1");
    }
    if (ladders < 1) {
      throw new IllegalArgumentException("ladders must be at least 1");
    }
    if (completions < 1 || (completions > 1 && value != Value.SOFT)) {
      throw new IllegalArgumentException("completions must be 1, or more where value is soft");
    }
    if (!(rise >= 0 && rise < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("rise must be finite and at least 0");
    }
  }

  /** How values come from predictions. */
  ValueEstimate estimate() {
    return value == Value.SOFT
        ? new ValueEstimate(Decoding.SAMPLE, completions)
        : ValueEstimate.MEAN;
  }

  /** The share of a value that counts at a level T - 1..1. */
  double share(int level, int steps) {
    return Math.pow(1 - (double) level / steps, rise);
  }

  /** Whether level T has new states, and not its template alone. */
  boolean redraws(Problem problem) {
    return !(problem.process() instanceof MaskedChain);
  }

  /**
   * Whether the state noised up to a level is of use there: level T is drawn anew, and where values
   * do not count every level is left to what comes from above.
   */
  boolean rises(Problem problem, int level) {
    return value != Value.NONE && level < problem.process().steps();
  }

  /** In how many of the first iterations a pair swaps, the highest pair being 0. */
  static int tried(int iterations, int pair) {
    return (iterations + 1 - pair % 2) / 2;
  }

  /** In how many iterations after burn-in a state may come to level 0. */
  private int arrivals(Problem problem, int n) {
    int last = problem.process().steps() - 1;
    return tried(n, last) - tried(burnt(n), last);
  }

  private int burnt(int n) {
    return Share.whole(burnIn * n);
  }

  @Override
  public Support supports(Problem problem) {
    ReverseProcess process = problem.process();
    if (Support.estimates(problem) instanceof Support.No no) {
      return no;
    }
    if (!process.stochastic()) {
      return new Support.No("noising is no reversal of steps that draw no noise (eta 0)");
    }
    if (process instanceof MaskedChain chain && !chain.monotone()) {
      return new Support.No("masking is no reversal of steps that mask tokens anew");
    }
    if (!process.decodes(estimate().how())) {
      return new Support.No("the process cannot decode by " + estimate().how());
    }
    return ladders > problem.count()
        ? new Support.No(ladders + " ladders cannot share " + problem.count() + " samples")
        : Support.YES;
  }

  @Override
  public List<String> warnings(Problem problem) {
    List<String> warnings = new ArrayList<>();
    if (!(problem.process() instanceof FirstHittingProcess)) {
      warnings.add(
          ancestral(problem)
              ? "noising is the reversal of its steps only as they shrink, so its law is off"
              : "its steps draw other noise than the forward process (eta 1), so that noising is not"
                  + " their reversal however short they are");
    }
    int n = iterations(problem);
    int steps = problem.process().steps();
    if (n < steps) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%d iterations bring no state down all %d levels: it returns its start",
              n,
              steps));
    }
    int most = (problem.count() + ladders - 1) / ladders;
    if (arrivals(problem, n) < most) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%d swaps at level 0 after burn-in leave repeats among %d samples of a ladder",
              arrivals(problem, n),
              most));
    }
    return warnings;
  }

  /** Whether the steps of a chain draw about the noise that the reversal of noising does. */
  private static boolean ancestral(Problem problem) {
    if (!(problem.process() instanceof GaussianProcess process)
        || !(problem.space() instanceof StateSpace.Euclidean space)) {
      return true;
    }
    Batch.Reals zero = new Batch.Reals(new double[Batch.volume(space.item())], space.item());
    double own = 0;
    double reversal = 0;
    for (int t = 2; t <= process.steps(); t++) {
      double now = process.alphaBar(t);
      double next = process.alphaBar(t - 1);
      own += Math.pow(process.law(zero, t, new Prediction.Mean(zero)).std(), 2);
      reversal += (1 - next) / (1 - now) * (1 - now / next);
    }
    return own >= (1 - ABOUT) * reversal && own <= (1 + ABOUT) * reversal;
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    int n = iterations(problem);
    int last = problem.process().steps() - 1;
    Ladders all = Ladders.start(this, problem, session, ladders);
    Returned returned = new Returned(problem.count(), Math.max(1, arrivals(problem, n)));
    for (int i = 0; i < n; i++) {
      all.iterate(i);
      if (i >= burnt(n) && i % 2 == last % 2) {
        returned.offer(all.rung(0));
      }
    }
    if (arrivals(problem, n) == 0) {
      returned.offer(all.rung(0));
    }
    return new Samples(
        Batch.concat(returned.states),
        new double[problem.count()],
        ladders == problem.count(),
        Map.of(
            "accepted", all.accepted(),
            "distinct", (double) returned.distinct / problem.count(),
            "descended", (double) returned.descended / problem.count()),
        Map.of("accepted", all.acceptedByLevel()));
  }

  /** The states of level 0 that are returned: evenly spaced over its swaps, the last among them. */
  private final class Returned {
    private final int samples;
    private final int swaps;
    private final List<Batch> states = new ArrayList<>();
    private final int[] before = new int[ladders];
    private int offered;
    private int distinct;
    private int descended;

    Returned(int samples, int swaps) {
      this.samples = samples;
      this.swaps = swaps;
      Arrays.fill(before, Ladders.START - 1);
    }

    /** Takes what is due after the next swap. */
    void offer(Ladders.Rung rung) {
      for (int ladder = 0; ladder < ladders; ladder++) {
        int share = samples / ladders + (ladder < samples % ladders ? 1 : 0);
        int due = due(share, offered + 1) - due(share, offered);
        if (due > 0) {
          int[] rows = new int[due];
          Arrays.fill(rows, ladder);
          states.add(rung.state().select(rows));
          distinct += rung.arrived()[ladder] == before[ladder] ? 0 : 1;
          descended += rung.drawn()[ladder] == Ladders.START ? 0 : due;
          before[ladder] = rung.arrived()[ladder];
        }
      }
      offered++;
    }

    private int due(int share, int offers) {
      return (int) ((long) share * offers / swaps);
    }
  }

  private int iterations(Problem problem) {
    return iterations > 0
        ? iterations
        : LargestAffordable.largest(problem.budget(), n -> cost(problem, n));
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, iterations(problem));
  }

  private Cost cost(Problem problem, int n) {
    int steps = problem.process().steps();
    long each = value == Value.NONE ? 0 : completions;
    long nfe = steps;
    long rewards = (steps - 1) * each + 1;
    for (int pair = 0; pair < steps; pair++) {
      int top = steps - pair;
      long asked = (top > 1 ? 1L : 0L) + (rises(problem, top) ? 1L : 0L);
      nfe += asked * tried(n, pair);
      rewards += (asked * each + (top == 1 ? 1 : 0)) * tried(n, pair);
    }
    if (redraws(problem)) {
      nfe += Math.max(0, tried(n, 0) - 1);
    }
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards).times(ladders);
  }

  @Override
  public boolean usesBudget() {
    return iterations == 0;
  }
}
