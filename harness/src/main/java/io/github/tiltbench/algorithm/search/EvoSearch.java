package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Share;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Uniforms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * EvoSearch: a population of starting noises, and then of states on their way, evolves: all run to
 * the end and are scored, the best become parents, their mutants run on from there.
 *
 * <p>Paper: He et al., arXiv 2505.17618. Code: tinnerhrhe/EvoSearch-codes.
 *
 * <p>Generation 0 is N noises, run through the whole chain. Evolution g = 1, 2, ... stands at the
 * level that {@code schedule} says: its pool is what all generations so far were at that level, by
 * the reward that each came to. The next generation is a share of {@code elites}, the best of the
 * pool unchanged, and mutants of parents, each parent the best of a random share of the pool
 * ({@code tournament}). All of them run to the end from that level. The result is the best sample
 * ever scored, of any generation.
 *
 * <p>At level T a mutant is sqrt(1 - m^2) x + m z, m the {@code rate}, which leaves normal noise
 * normal. Below, {@code renoise}, which is a choice made here, noises a parent up by {@code depth}
 * and takes the model's own steps back: what was at the level's law stays there. On tokens that
 * masks some anew and reveals them again; at level T there is nothing to mutate but masks, and a
 * mutant is a fresh chain.
 *
 * <p>Deviations, and why: {@code additive} is the released mutation, x + sigma z with the sigma of
 * the step that led to the level. It adds variance that the chain below does not expect: with no
 * selection at all samples spread more than the model's (0.438 for 0.333 of a Gaussian mutated two
 * steps of ten before the end). The code also caches a state after the step of its evolution and
 * takes that step again from it; here the state is that of the level. Sizes and elites fill the
 * budget in the published proportions, 42, 26, 26, 26, 30 and 5 of 26, with the last generation as
 * large as what is left pays for. An elite runs on with new noise, so what it comes to is not its
 * reward; where no step below draws noise it would be its own sample once more, and its place goes
 * to a mutant. A tournament of 0.9, the published one, makes 88 in 100 parents of a pool of 42
 * copies of the best: smaller shares keep more of them apart.
 *
 * <p>It is a maximiser, not a sampler of the tilted law.
 *
 * <p>Cost of a sample on a chain of T steps, with n_g states in generation g = 0..G, s_g steps
 * taken at evolution g = 1..G and e_g elites: NFE n_0 T + the sum of n_g (T - s_g), and by {@code
 * renoise} d_g (n_g - e_g) more, d_g the levels noised up, at most s_g; REWARD the sum of n_g. The
 * published setting, 50 steps with evolutions at 0, 20, 30 and 40, is 5,000 NFE by {@code
 * additive}.
 *
 * @param sizes n_0..n_G, states of each generation; if empty as many as the budget pays for
 * @param schedule shares of the chain that lie behind at the evolutions, rising, from 0 to under 1
 * @param elites share of a generation that is the best of the pool unchanged
 * @param tournament share of the pool of which a parent is the best
 * @param mutation how a state below level T is mutated
 * @param rate m, the share of new noise at level T, as an amplitude
 * @param depth how far a mutant is noised up, as a share of the chain; a step at least
 */
public record EvoSearch(
    List<Integer> sizes,
    List<Double> schedule,
    double elites,
    double tournament,
    Mutation mutation,
    double rate,
    double depth)
    implements Algorithm {
  /** How a state on its way is mutated. */
  public enum Mutation {
    /** Noised up, and back by the model's own steps. */
    RENOISE,
    /** By adding the noise of a step, as the released code does; real numbers only. */
    ADDITIVE
  }

  /** The published schedule, as large as the budget pays for. */
  public static final EvoSearch DEFAULT =
      new EvoSearch(List.of(), List.of(0.0, 0.4, 0.6, 0.8), 0.2, 0.9, Mutation.RENOISE, 0.2, 0.1);

  private static final int MAX_SIZE = 1 << 16;
  private static final double FIRST = 42;
  private static final double MIDDLE = 26;
  private static final double LAST = 30;

  /** Refuses what is out of range, and sizes that are not one more than the evolutions. */
  public EvoSearch {
    if (sizes.stream().anyMatch(n -> n < 1 || n > MAX_SIZE)) {
      throw new IllegalArgumentException("sizes must be from 1 to " + MAX_SIZE);
    }
    if (schedule.isEmpty() || schedule.stream().anyMatch(s -> !(s >= 0 && s < 1))) {
      throw new IllegalArgumentException("schedule must list shares from 0 to under 1");
    }
    for (int g = 1; g < schedule.size(); g++) {
      if (schedule.get(g) <= schedule.get(g - 1)) {
        throw new IllegalArgumentException("schedule must rise");
      }
    }
    if (!sizes.isEmpty() && sizes.size() != schedule.size() + 1) {
      throw new IllegalArgumentException(
          "sizes must be one more than schedule, "
              + (schedule.size() + 1)
              + ", not "
              + sizes.size());
    }
    if (!(elites >= 0 && elites < 1)) {
      throw new IllegalArgumentException("elites must be at least 0 and below 1");
    }
    if (!(tournament > 0 && tournament <= 1)) {
      throw new IllegalArgumentException("tournament must be above 0 and at most 1");
    }
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException("rate must be above 0 and at most 1");
    }
    if (!(depth > 0 && depth <= 1)) {
      throw new IllegalArgumentException("depth must be above 0 and at most 1");
    }
    sizes = List.copyOf(sizes);
    schedule = List.copyOf(schedule);
  }

  /** The levels of the evolutions, highest first; where a chain is short some may be one. */
  private int[] levels(ReverseProcess process) {
    int steps = process.steps();
    return schedule.stream()
        .mapToInt(share -> steps - (int) Math.min(steps - 1, Math.round(share * steps)))
        .distinct()
        .toArray();
  }

  private int up(ReverseProcess process, int level) {
    int steps = process.steps();
    return Math.min(steps, level + Math.max(1, (int) Math.round(depth * steps)));
  }

  /** How many of a generation that starts from a level are elites: none that would not change. */
  private int elites(ReverseProcess process, int level, int size) {
    return IntStream.rangeClosed(1, level).anyMatch(process::stochasticAt)
        ? Share.whole(elites * size)
        : 0;
  }

  @Override
  public Support supports(Problem problem) {
    ReverseProcess process = problem.process();
    int[] levels = levels(process);
    if (!sizes.isEmpty() && levels.length < schedule.size()) {
      return new Support.No(
          "a chain of " + process.steps() + " steps has too few levels for its schedule");
    }
    if (mutation == Mutation.RENOISE) {
      return Support.YES;
    }
    if (!(process instanceof GaussianProcess)) {
      return new Support.No("the additive mutation adds noise, which tokens cannot take");
    }
    return Arrays.stream(levels).allMatch(l -> l == process.steps() || process.stochasticAt(l + 1))
        ? Support.YES
        : new Support.No("the additive mutation adds the noise of a step, and some draw none");
  }

  @Override
  public List<String> warnings(Problem problem) {
    return Arrays.stream(sizes(problem)).max().orElseThrow() == 1
        ? List.of("generations of one state leave little to choose from")
        : List.of();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    return new Search(problem, session).run();
  }

  /**
   * Where in its pool, the best first, a parent stands that is the best of so many drawn without
   * replacement.
   */
  static int parent(int pool, int entrants, Uniforms u) {
    int place = 0;
    while (u.at(place) * (pool - place) >= entrants) {
      place++;
    }
    return place;
  }

  /** The populations of all samples of a trial, side by side. */
  private final class Search {
    private final Problem problem;
    private final Session session;
    private final ReverseProcess process;
    private final int[] levels;
    private final int[] sizes;

    /** By evolution, what each generation so far was at its level. */
    private final List<List<Batch>> pools = new ArrayList<>();

    /** What each generation came to. */
    private final List<double[]> rewards = new ArrayList<>();

    private final BestSoFar best;

    Search(Problem problem, Session session) {
      this.problem = problem;
      this.session = session;
      this.process = problem.process();
      this.levels = levels(process);
      this.sizes = sizes(problem);
      this.best = new BestSoFar(problem.count());
      Arrays.stream(levels).forEach(level -> pools.add(new ArrayList<>()));
    }

    Samples run() {
      int steps = process.steps();
      Noise prior = session.noise(Purpose.PRIOR, steps).branched(sizes[0]);
      finish(0, process.prior(problem.count() * sizes[0], prior), steps);
      for (int g = 1; g < sizes.length; g++) {
        finish(g, offspring(g), levels[g - 1]);
      }
      return best.samples();
    }

    /** Runs a generation to its end, keeps what later evolutions need, and scores it. */
    private void finish(int g, Batch from, int start) {
      Batch x = from;
      for (int level = start; level >= 1; level--) {
        for (int evolution = g; evolution < levels.length; evolution++) {
          if (levels[evolution] == level) {
            pools.get(evolution).add(x);
          }
        }
        x = step(x, level, g, sizes[g]);
      }
      double[] reward = session.score(x);
      rewards.add(reward);
      best.take(g, x, reward);
    }

    private Batch step(Batch x, int level, int g, int width) {
      Noise noise = noise(Purpose.STEP, level, g, width);
      return process.law(x, level, session.denoise(x, level)).sample(noise);
    }

    private Noise noise(Purpose purpose, int level, int g, int width) {
      return session.noise(purpose, level).round(g).branched(width);
    }

    /** The next generation, at the level where it starts: of each sample elites, then mutants. */
    private Batch offspring(int g) {
      int level = levels[g - 1];
      int elite = elites(process, level, sizes[g]);
      int mutants = sizes[g] - elite;
      Batch pool = Batch.concat(pools.get(g - 1));
      double[] reward = rewards.stream().flatMapToDouble(Arrays::stream).toArray();
      Noise draws = noise(Purpose.SELECT, level, g, mutants);
      int[] unchanged = new int[problem.count() * elite];
      int[] parents = new int[problem.count() * mutants];
      int[] order = new int[problem.count() * sizes[g]];
      for (int sample = 0; sample < problem.count(); sample++) {
        int[] ranked = ranked(sample, reward);
        int entrants = Math.max(1, Share.whole(tournament * ranked.length));
        for (int j = 0; j < elite; j++) {
          unchanged[sample * elite + j] = ranked[Math.min(j, ranked.length - 1)];
          order[sample * sizes[g] + j] = sample * elite + j;
        }
        for (int j = 0; j < mutants; j++) {
          int row = sample * mutants + j;
          parents[row] = ranked[parent(ranked.length, entrants, draws.uniforms(row))];
          order[sample * sizes[g] + elite + j] = unchanged.length + row;
        }
      }
      Batch mutated = mutated(pool.select(parents), level, g, mutants);
      return Batch.concat(List.of(pool.select(unchanged), mutated)).select(order);
    }

    /** The rows of a sample in the pool of all samples, the highest reward first. */
    private int[] ranked(int sample, double[] reward) {
      List<Integer> own = new ArrayList<>();
      int from = 0;
      for (int g = 0; g < rewards.size(); g++) {
        for (int j = 0; j < sizes[g]; j++) {
          own.add(from + sample * sizes[g] + j);
        }
        from += problem.count() * sizes[g];
      }
      own.sort(Comparator.comparingDouble(row -> -reward[row]));
      return own.stream().mapToInt(row -> row).toArray();
    }

    private Batch mutated(Batch x, int level, int g, int width) {
      Noise noise = noise(Purpose.PROPOSAL, level, g, width);
      if (level == process.steps()) {
        return x instanceof Batch.Reals noises
            ? new GaussianStep(noises.times(Math.sqrt(1 - rate * rate)), rate).sample(noise)
            : process.prior(x.size(), noise);
      }
      if (mutation == Mutation.ADDITIVE) {
        Batch.Reals states = (Batch.Reals) x;
        GaussianStep before =
            ((GaussianProcess) process).law(states, level + 1, new Prediction.Mean(states));
        return new GaussianStep(states, before.std()).sample(noise);
      }
      int up = up(process, level);
      Batch at = process.renoise(x, level, up, noise(Purpose.RENOISE, up, g, width));
      for (int above = up; above > level; above--) {
        at = step(at, above, g, width);
      }
      return at;
    }
  }

  /** The sizes at a problem, by the budget in the published proportions if none are given. */
  private int[] sizes(Problem problem) {
    if (!sizes.isEmpty()) {
      return sizes.stream().mapToInt(n -> n).toArray();
    }
    int generations = levels(problem.process()).length + 1;
    int first =
        LargestAffordable.largest(
            problem.budget(), MAX_SIZE, n -> cost(problem, shaped(n, generations)));
    int[] shaped = shaped(first, generations);
    int last =
        LargestAffordable.largest(
            problem.budget(), MAX_SIZE, n -> cost(problem, ending(shaped, n)));
    return ending(shaped, Math.max(last, shaped[generations - 1]));
  }

  private static int[] shaped(int first, int generations) {
    int[] sizes = new int[generations];
    Arrays.fill(sizes, Math.max(1, (int) Math.round(first * MIDDLE / FIRST)));
    sizes[0] = first;
    return ending(sizes, Math.max(1, (int) Math.round(first * LAST / FIRST)));
  }

  private static int[] ending(int[] sizes, int last) {
    int[] ending = sizes.clone();
    ending[ending.length - 1] = last;
    return ending;
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, sizes(problem));
  }

  private Cost cost(Problem problem, int[] sizes) {
    ReverseProcess process = problem.process();
    int[] levels = levels(process);
    long nfe = (long) sizes[0] * process.evaluations();
    for (int g = 1; g < sizes.length; g++) {
      int level = levels[g - 1];
      nfe += sizes[g] * evaluations(process, level, 0);
      if (mutation == Mutation.RENOISE) {
        int mutants = sizes[g] - elites(process, level, sizes[g]);
        nfe += mutants * evaluations(process, up(process, level), level);
      }
    }
    long rewards = Arrays.stream(sizes).asLongStream().sum();
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards).times(problem.count());
  }

  private static long evaluations(ReverseProcess process, int from, int to) {
    return IntStream.rangeClosed(to + 1, from).map(l -> process.evaluations(l, l - 1)).sum();
  }

  @Override
  public boolean usesBudget() {
    return sizes.isEmpty();
  }
}
