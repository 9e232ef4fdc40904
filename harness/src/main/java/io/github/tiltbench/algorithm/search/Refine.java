package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Iterative refinement: a state is noised again, solved back, and the new state taken or left by
 * Metropolis' rule, with probability min(1, exp((v' - v) / beta)) of their values.
 *
 * <p>Where noising and solving back leave the model's law as it is and the state is clean, so that
 * its value is the reward, these moves are Markov chain Monte Carlo with the tilted law: on a
 * first-hitting chain of exact conditionals, at level 0. On other chains and above level 0 it is a
 * heuristic: values are of the posterior mean there, and what is targeted, the law of the level
 * times exp(v / beta), is not what the chain needs.
 *
 * <p>Paper: IterRef, a submission to ICLR 2026, from its text; no code at hand.
 *
 * <p>Deviations, and why: a pool of candidates is used up until one is taken, and M counts moves,
 * not pools: with M pools the number of moves would hang on how they went, and a state that is
 * easily left would be under-represented. A candidate is as good as any other of its pool, so that
 * the pool saves waiting and costs what is thrown away: 1 by default (the paper's best at equal
 * price are 8 rounds with a pool of 4). {@code at} is level 0 alone by default, where it is exact
 * (the paper's best are levels spread over the chain).
 *
 * <p>Cost of a sample on a chain of T steps, with M moves and at most C candidates at each level t
 * of {@code at}, noised up to s: NFE T + C (s - t), and 1 + C more for a t above 0; REWARD 1 + C. C
 * is M with a pool of 1; with N at most N (M - N + 1) + N (N - 1) / 2, if M is at least N.
 *
 * @param at shares of the chain that lie ahead where states are refined, from 0 to under 1
 * @param depth how far a state is noised, as a share of the chain; a step at least
 * @param moves M, at each level; 0 takes as many as the budget pays for
 * @param pool N, candidates solved at once
 */
public record Refine(double[] at, double depth, int moves, int pool) implements Algorithm {
  /** Half of the chain from clean states, one candidate a move, as many as the budget pays for. */
  public static final Refine DEFAULT = new Refine(new double[] {0}, 0.5, 0, 1);

  private static final int MAX_POOL = 1 << 10;

  /** Refuses what is out of range. */
  public Refine {
    if (at.length == 0 || Arrays.stream(at).anyMatch(share -> !(share >= 0 && share < 1))) {
      throw new IllegalArgumentException("at must list shares from 0 to under 1");
    }
    if (!(depth > 0 && depth <= 1)) {
      throw new IllegalArgumentException("depth must be above 0 and at most 1");
    }
    if (moves < 0) {
      throw new IllegalArgumentException("moves must be at least 0");
    }
    if (pool < 1 || pool > MAX_POOL) {
      throw new IllegalArgumentException("pool must be from 1 to " + MAX_POOL);
    }
    at = at.clone();
  }

  /** The levels that states are refined at, highest first. */
  private int[] levels(ReverseProcess process) {
    int steps = process.steps();
    return Arrays.stream(at)
        .mapToInt(share -> (int) Math.min(steps - 1, Math.round(share * steps)))
        .distinct()
        .map(level -> -level)
        .sorted()
        .map(level -> -level)
        .toArray();
  }

  private int up(ReverseProcess process, int level) {
    int steps = process.steps();
    return Math.min(steps, level + Math.max(1, (int) Math.round(depth * steps)));
  }

  @Override
  public Support supports(Problem problem) {
    if (Support.estimates(problem) instanceof Support.No no) {
      return no;
    }
    return Support.decodes(problem, Decoding.POSTERIOR_MEAN);
  }

  @Override
  public List<String> warnings(Problem problem) {
    if (!(problem.process() instanceof FirstHittingProcess)) {
      return List.of("its moves leave the law of a first-hitting chain as it is, not of this one");
    }
    return levels(problem.process())[0] > 0
        ? List.of("above level 0 its moves do not leave the tilted law as it is")
        : List.of();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    ReverseProcess process = problem.process();
    Batch x = process.prior(problem.count(), session.noise(Purpose.PRIOR, process.steps()));
    int level = process.steps();
    int[] levels = levels(process);
    double taken = 0;
    for (int i = 0; i < levels.length; i++) {
      x = down(process, session, x, level, levels[i]);
      Chains chains = new Chains(problem, session, levels[i], i * moves(problem), x);
      x = chains.run(moves(problem));
      taken += chains.taken;
      level = levels[i];
    }
    x = down(process, session, x, level, 0);
    double all = (double) moves(problem) * levels.length * problem.count();
    return new Samples(
        x, new double[problem.count()], true, Map.of("accepted", taken / all), Map.of());
  }

  /** The model's own steps from a level to another. */
  private static Batch down(ReverseProcess process, Session session, Batch x, int from, int to) {
    Batch at = x;
    for (int level = from; level > to; level--) {
      Noise noise = session.noise(Purpose.STEP, level);
      at = process.law(at, level, session.denoise(at, level)).sample(noise);
    }
    return at;
  }

  /** The states of a level, one a sample, on their way through its moves. */
  private final class Chains {
    private final Problem problem;
    private final Session session;
    private final ReverseProcess process;
    private final int level;
    private final int before;
    private final Batch[] state;
    private final double[] value;
    private final Batch[] pools;
    private final double[][] values;
    private final int[] used;
    private int taken;

    Chains(Problem problem, Session session, int level, int before, Batch x) {
      this.problem = problem;
      this.session = session;
      this.process = problem.process();
      this.level = level;
      this.before = before;
      this.value = valued(x);
      this.state = new Batch[x.size()];
      Arrays.setAll(state, row -> x.select(new int[] {row}));
      this.pools = new Batch[x.size()];
      this.values = new double[x.size()][0];
      this.used = new int[x.size()];
    }

    Batch run(int moves) {
      for (int move = 0; move < moves; move++) {
        refill(before + move + 1, Math.min(pool, moves - move));
        for (int row = 0; row < state.length; row++) {
          double next = values[row][used[row]];
          double u =
              session
                  .noise(Purpose.SELECT, level)
                  .from(row)
                  .round(before + move + 1)
                  .uniforms(0)
                  .at(0);
          if (accepted(value[row], next, u)) {
            state[row] = pools[row].select(new int[] {used[row]});
            value[row] = next;
            values[row] = new double[0];
            used[row] = 0;
            taken++;
          } else {
            used[row]++;
          }
        }
      }
      return Batch.concat(List.of(state));
    }

    private boolean accepted(double from, double to, double u) {
      return from == Double.NEGATIVE_INFINITY || Math.log(u) < (to - from) / problem.beta();
    }

    /** New candidates for each state that has none left: noised again and solved back. */
    private void refill(int round, int width) {
      int[] empty =
          IntStream.range(0, state.length).filter(r -> used[r] == values[r].length).toArray();
      if (empty.length == 0) {
        return;
      }
      int up = up(process, level);
      List<Batch> noised = new ArrayList<>();
      for (int row : empty) {
        Noise noise = noise(Purpose.RENOISE, level, row, round, width);
        noised.add(process.renoise(state[row].select(new int[width]), level, up, noise));
      }
      Batch x = Batch.concat(noised);
      for (int at = up; at > level; at--) {
        StepLaw law = process.law(x, at, session.denoise(x, at));
        List<Batch> next = new ArrayList<>();
        for (int i = 0; i < empty.length; i++) {
          next.add(
              law.select(IntStream.range(i * width, (i + 1) * width).toArray())
                  .sample(noise(Purpose.STEP, at, empty[i], round, width)));
        }
        x = Batch.concat(next);
      }
      double[] valued = valued(x);
      for (int i = 0; i < empty.length; i++) {
        pools[empty[i]] = x.select(IntStream.range(i * width, (i + 1) * width).toArray());
        values[empty[i]] = Arrays.copyOfRange(valued, i * width, (i + 1) * width);
        used[empty[i]] = 0;
      }
    }

    private Noise noise(Purpose purpose, int at, int row, int round, int width) {
      return session.noise(purpose, at).from(row).branched(width).round(round);
    }

    private double[] valued(Batch x) {
      if (level == 0) {
        return session.score(x);
      }
      Prediction prediction = session.denoise(x, level);
      return session.score(
          session.clean(prediction, Decoding.POSTERIOR_MEAN, session.noise(Purpose.DECODE, level)));
    }
  }

  private int moves(Problem problem) {
    return moves > 0 ? moves : LargestAffordable.largest(problem.budget(), m -> cost(problem, m));
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, moves(problem));
  }

  private Cost cost(Problem problem, int m) {
    ReverseProcess process = problem.process();
    long n = Math.min(pool, m);
    long candidates = n * (m - n + 1) + n * (n - 1) / 2;
    long nfe = process.steps();
    long rewards = 0;
    for (int t : levels(process)) {
      nfe += candidates * (up(process, t) - t) + (t > 0 ? 1 + candidates : 0);
      rewards += 1 + candidates;
    }
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards).times(problem.count());
  }

  @Override
  public boolean costIsUpperBound() {
    return pool > 1;
  }

  @Override
  public boolean usesBudget() {
    return moves == 0;
  }
}
