package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Readings;
import io.github.tiltbench.particle.Scope;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Search over paths: N states are noised forward into M children each, solved further down than
 * they came from, and the N best of the children go on.
 *
 * <p>Paper: Ma et al., arXiv 2501.09732 (Paths-N). Code: KAIST-Visual-AI-Group/
 * Flow-Inference-Time-Scaling, the baseline of Kim et al., arXiv 2503.19385.
 *
 * <p>Times are those of the linear path, 0 clean and 1 noise, as in paper and code: a level of any
 * chain has time n / (s + n), s being its signal and n its noise, so that a round forgets as much
 * of a state on every chain. N noises are solved down to {@code start}. A round noises each
 * survivor up by {@code forward}, to M children, solves these down by {@code backward}, values
 * each, and keeps N in all; it is R = ceil(start / (backward - forward)) rounds to the clean state,
 * whose reward is its value. A child on its way is valued by the reward of the clean mean predicted
 * a level of its solve above where it stands, by {@code last}, which costs nothing, or by {@code
 * fresh} where it stands, which costs an NFE. On a chain of second order {@code last} is the clean
 * state that the last step heads for. Of equals the first survive.
 *
 * <p>Deviations, and why: a chain has levels, and each time of the plan is the level nearest to it,
 * the noisier of two, and none of them clean before the last; so the rounds are R on every grid,
 * also where two of them start at one level. The initial solve is shared by all children of a path
 * (the released code books it once a child). In the last round the clean states are scored
 * themselves, and no prediction is fresh there.
 *
 * <p>Cost of a sample, with R rounds, L evaluations a child (at most the levels between), and S_0
 * levels above {@code start}: NFE N S_0 + R N M L, by fresh N M (R - 1) more; REWARD R N M. On a
 * chain of second order L counts steps, and each costs what it is made of.
 *
 * @param paths N, survivors of a round
 * @param children M, of a survivor; 0 takes as many as the budget pays for
 * @param evaluations L, NFE of a child's solve; 0 takes as many as the budget pays for, at most one
 *     a level
 * @param start time of the first round
 * @param forward how far survivors are noised, in time
 * @param backward how far children are solved, in time
 * @param estimate which prediction values a child on its way
 */
public record SearchOverPaths(
    int paths,
    int children,
    int evaluations,
    double start,
    double forward,
    double backward,
    Estimate estimate)
    implements Algorithm {
  /** Which prediction values a child. */
  public enum Estimate {
    /** The last of its solve. */
    LAST,
    /** One more, where the solve has ended. */
    FRESH
  }

  /** Two paths of five children at the published times, evaluations by the budget. */
  public static final SearchOverPaths DEFAULT =
      new SearchOverPaths(2, 5, 0, 0.11, 0.78, 0.81, Estimate.LAST);

  private static final int MAX_WIDTH = 1 << 16;
  private static final int FEWEST = 2;
  private static final double ROUNDING = 1e-6; // of times in single precision, and of their sums

  /** Refuses rounds that make no progress or leave the chain, and what is out of range. */
  public SearchOverPaths {
    if (paths < 1 || children < 0 || (long) paths * Math.max(1, children) > MAX_WIDTH) {
      throw new IllegalArgumentException(
          "paths must be at least 1, and paths times children at most " + MAX_WIDTH);
    }
    if (evaluations != 0 && evaluations < FEWEST) {
      throw new IllegalArgumentException("evaluations must be at least " + FEWEST + ", or 0");
    }
    if (children == 0 && evaluations == 0) {
      throw new IllegalArgumentException(
          "only one of children and evaluations can fill the budget");
    }
    if (!(start > 0 && forward > 0 && start + forward <= 1)) {
      throw new IllegalArgumentException(
          "start and forward must be above 0 and their sum at most 1");
    }
    if (!(backward > forward && backward <= 1)) {
      throw new IllegalArgumentException("backward must be above forward and at most 1");
    }
  }

  /**
   * One round in levels.
   *
   * @param from level of the survivors
   * @param up level that they are noised to
   * @param down level that the children are solved to
   */
  record Round(int from, int up, int down) {
    int levels() {
      return up - down;
    }
  }

  /** The rounds on a chain. */
  List<Round> rounds(GaussianProcess process) {
    double progress = backward - forward;
    List<Round> rounds = new ArrayList<>();
    for (int r = 0; start - r * progress > ROUNDING; r++) {
      double time = start - r * progress;
      double next = time - progress;
      int down = next > ROUNDING ? nearest(process, next) : 0;
      rounds.add(new Round(nearest(process, time), nearest(process, time + forward), down));
    }
    return rounds;
  }

  private List<Round> rounds(Problem problem) {
    return rounds((GaussianProcess) problem.process());
  }

  /** The level T..1 whose time is nearest, the noisier of two. */
  private static int nearest(GaussianProcess process, double time) {
    int best = 1;
    for (int level = 2; level <= process.steps(); level++) {
      boolean nearer =
          Math.abs(process.linearTime(level) - time)
              <= Math.abs(process.linearTime(best) - time) + ROUNDING;
      best = nearer ? level : best;
    }
    return best;
  }

  @Override
  public Support supports(Problem problem) {
    if (NoiseMap.deterministic(problem) instanceof Support.No no) {
      return no;
    }
    for (Round round : rounds(problem)) {
      if (round.up <= round.from || round.levels() < FEWEST) {
        int steps = problem.process().steps();
        return new Support.No("a chain of " + steps + " steps has too few levels for its rounds");
      }
    }
    Size size = size(problem);
    if (size.evaluations < FEWEST) {
      return new Support.No("the budget leaves a child's solve one evaluation, and it needs two");
    }
    for (Round round : rounds(problem)) {
      int[] asked = solve(problem, round, size).asked();
      if (EstimateLevel.supports(problem, asked) instanceof Support.No no) {
        return no;
      }
    }
    return Support.YES;
  }

  @Override
  public Set<Scope> scopes() {
    return EnumSet.of(Scope.POINT, Scope.SET);
  }

  @Override
  public boolean estimates() {
    return true;
  }

  @Override
  public List<String> warnings(Problem problem) {
    if (evaluations > 0) {
      return List.of();
    }
    Size size = size(problem);
    long another = (long) problem.count() * width(size);
    Cost more = cost(problem, size).plus(Cost.of(another, another * problem.rowsPerParticle(), 0));
    return size.evaluations == levels(problem) && problem.budget().covers(more)
        ? List.of("a solve has no more levels to evaluate: the rest of the budget stays unspent")
        : List.of();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    GaussianProcess process = (GaussianProcess) problem.process();
    Size size = size(problem);
    int steps = process.steps();
    List<Round> rounds = rounds(process);
    Noise prior = session.noise(Purpose.PRIOR, steps).branched(paths);
    Batch x = process.prior(problem.count() * paths, prior);
    int first = rounds.get(0).from;
    if (first < steps) {
      x = Solve.of(process, steps, first, steps - first).run(session, x).states();
    }
    Solved survivors = Solved.of(x);
    for (int r = 0; r < rounds.size(); r++) {
      Round round = rounds.get(r);
      Noise noise = session.noise(Purpose.RENOISE, round.up).round(r).branched(width(size));
      Batch parents = survivors.states().select(Branching.repeat(survivors.size(), size.children));
      Batch noised = process.renoise(parents, round.from, round.up, noise);
      Solve.End end = solve(problem, round, size).run(session, noised, problem);
      Readings readings = session.read(new Solved(valued(session, end, round), end.estimate()));
      survivors =
          new Solved(end.states(), end.estimate())
              .select(best(readings, width(size), round.down == 0 ? 1 : paths));
    }
    return NoiseMap.samples(problem, survivors, cost(problem), Map.of());
  }

  /** What a child is scored by. */
  private Batch valued(Session session, Solve.End end, Round round) {
    if (round.down == 0) {
      return end.states();
    }
    Prediction prediction =
        estimate == Estimate.LAST ? end.prediction() : session.denoise(end.states(), round.down, 0);
    return session.clean(
        prediction, Decoding.POSTERIOR_MEAN, session.noise(Purpose.DECODE, round.down));
  }

  /** The rows of the highest values of each family, the highest first. */
  private static int[] best(Readings readings, int width, int kept) {
    double[] value = new double[readings.size()];
    for (int from = 0; from < value.length; from += width) {
      System.arraycopy(readings.part(from, from + width).scores(), 0, value, from, width);
    }
    return IntStream.range(0, value.length / width)
        .flatMap(
            family ->
                IntStream.range(family * width, (family + 1) * width)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -value[i]))
                    .mapToInt(i -> i)
                    .limit(kept))
        .toArray();
  }

  /** The solve of a child. */
  private static Solve solve(Problem problem, Round round, Size size) {
    GaussianProcess process = (GaussianProcess) problem.process();
    int steps = Math.min(size.evaluations, round.levels());
    return Solve.of(process, round.up, round.down, steps);
  }

  private record Size(int children, int evaluations) {}

  private int width(Size size) {
    return paths * size.children;
  }

  /** The levels of the longest solve of a child. */
  private int levels(Problem problem) {
    return rounds(problem).stream().mapToInt(Round::levels).max().orElseThrow();
  }

  private Size size(Problem problem) {
    Budget budget = problem.budget();
    if (children == 0) {
      int most = MAX_WIDTH / paths;
      return new Size(
          LargestAffordable.largest(budget, most, m -> cost(problem, new Size(m, evaluations))),
          evaluations);
    }
    return evaluations > 0
        ? new Size(children, evaluations)
        : new Size(
            children,
            LargestAffordable.largest(
                budget, levels(problem), l -> cost(problem, new Size(children, l))));
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, size(problem));
  }

  private Cost cost(Problem problem, Size size) {
    List<Round> rounds = rounds(problem);
    long nfe = 0;
    for (int level = problem.process().steps(); level > rounds.get(0).from; level--) {
      nfe += (long) paths * problem.process().evaluations(level, level - 1);
    }
    for (Round round : rounds) {
      boolean fresh = estimate == Estimate.FRESH && round.down > 0;
      int solved = solve(problem, round, size).evaluations();
      nfe += (long) width(size) * (solved + (fresh ? 1 : 0));
    }
    long rewards = (long) width(size) * rounds.size();
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards).times(problem.count());
  }

  @Override
  public boolean usesBudget() {
    return children == 0 || evaluations == 0;
  }
}
