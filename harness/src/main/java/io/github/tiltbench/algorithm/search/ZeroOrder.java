package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.Readings;
import io.github.tiltbench.particle.Scope;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Zero-order search: from a starting noise to the best of its neighbours, again and again.
 *
 * <p>Paper: Ma et al., arXiv 2501.09732 (ZO-N). Code: sayakpaul/tt-scale-flux, to which an author
 * contributed the neighbourhood {@code sphere}; the paper leaves the distance open.
 *
 * <p>Deviations, and why: the pivot's sample and reward are kept (the code solves and scores it
 * again every round, I (N + 1) solves in all). Neighbours stand beside the pivot as candidates
 * unless {@code keep_pivot} is false, the paper's wording. What is returned is the best noise ever
 * scored (the code forgets a pivot that it leaves, and may return worse than it has seen). Every
 * candidate can be made again from its address: sample, round and neighbour. The first pivot is the
 * noise of the pretrained sample.
 *
 * <p>A round stalls if no neighbour is better than the pivot. By {@code continue} the search tries
 * other neighbours of it; by {@code restart} it goes on from a new noise, which costs a solve more;
 * by {@code stop} it ends and leaves the rest of its budget unspent.
 *
 * <p>By a verifier that ranks candidates, pivot and neighbours are ranked together, and moves need
 * not add up: a trial's {@code dominating} is the share of samples that no member of it puts under
 * the first pivot, and some above.
 *
 * <p>Cost of a sample: NFE (1 + I N) S and REWARD 1 + I N, where S is search_steps or T, at most so
 * much by restart and stop. If S is less than T, T NFE more, and of a trial 8 (S + T) NFE and 16
 * REWARD, by which it measures whether few levels rank noise as all do ({@code transfer}).
 *
 * @param neighbours N, candidates a round
 * @param iterations I, rounds; 0 takes as many as the budget pays for
 * @param neighbourhood which noises are near
 * @param cosine c between a noise and its neighbours
 * @param onStall what to do where no neighbour is better
 * @param keepPivot whether the pivot stays unless a neighbour is better
 * @param searchSteps S, levels of a solve while searching; T if not given
 */
public record ZeroOrder(
    int neighbours,
    int iterations,
    Neighbourhood neighbourhood,
    double cosine,
    OnStall onStall,
    boolean keepPivot,
    OptionalInt searchSteps)
    implements Algorithm {
  /** What to do where no neighbour is better than the pivot. */
  public enum OnStall {
    /** Try other neighbours of it. */
    CONTINUE,
    /** Go on from a new noise. */
    RESTART,
    /** End the search. */
    STOP
  }

  /** Two neighbours on the sphere, as many rounds as the budget pays for. */
  public static final ZeroOrder DEFAULT =
      new ZeroOrder(2, 0, Neighbourhood.SPHERE, 0.95, OnStall.CONTINUE, true, OptionalInt.empty());

  private static final int MAX_NEIGHBOURS = 1 << 16;

  /** Refuses what is out of range. */
  public ZeroOrder {
    if (neighbours < 1 || neighbours > MAX_NEIGHBOURS) {
      throw new IllegalArgumentException("neighbours must be from 1 to " + MAX_NEIGHBOURS);
    }
    if (iterations < 0) {
      throw new IllegalArgumentException("iterations must be at least 0");
    }
    if (!(cosine > 0 && cosine < 1)) {
      throw new IllegalArgumentException("cosine must be above 0 and below 1");
    }
    if (!keepPivot && onStall != OnStall.CONTINUE) {
      throw new IllegalArgumentException(
          "on_stall has no effect where the pivot is not kept: every round moves");
    }
    NoiseMap.check(searchSteps);
  }

  @Override
  public Support supports(Problem problem) {
    if (new NoiseMap(problem, searchSteps).supports() instanceof Support.No no) {
      return no;
    }
    boolean line = ((StateSpace.Euclidean) problem.space()).dimension() < 2;
    return line && neighbourhood == Neighbourhood.SPHERE
        ? new Support.No("a sphere needs at least two coordinates")
        : Support.YES;
  }

  @Override
  public Set<Scope> scopes() {
    return EnumSet.of(Scope.POINT, Scope.SET);
  }

  @Override
  public boolean estimates() {
    return true;
  }

  /** The search of one sample. */
  private final class Search {
    private final int sample;
    private Candidate first;
    private Candidate pivot;
    private Candidate best;
    private int used;
    private int stalls;
    private boolean fresh = true;
    private boolean stopped;

    Search(int sample) {
      this.sample = sample;
    }

    /** The candidates of a round; none if the search is over. */
    List<double[]> propose(Problem problem, Session session, int round, int most) {
      int wanted = fresh ? 1 : neighbours;
      if (stopped || wanted > most - used) {
        return List.of();
      }
      int steps = problem.process().steps();
      if (fresh) {
        Noise noise = session.noise(Purpose.PRIOR, steps).round(round).from(sample);
        return List.of(((Batch.Reals) problem.process().prior(1, noise)).data());
      }
      Noise noise = session.noise(Purpose.PROPOSAL, steps).round(round).branched(neighbours);
      List<double[]> proposed = new ArrayList<>();
      for (int j = 0; j < wanted; j++) {
        double[] z = new double[pivot.noise.length];
        noise.normals(sample * neighbours + j, z, 0, z.length);
        neighbourhood.neighbour(pivot.noise, cosine, z);
        proposed.add(z);
      }
      return proposed;
    }

    /** Takes what a round has found from its candidates, none of them the pivot. */
    void learn(List<double[]> candidates, Solved found, Readings readings) {
      used += candidates.size();
      Challenge ofBest = Challenge.of(best, readings);
      if (ofBest.won) {
        best = Candidate.of(candidates, found, readings, ofBest.winner);
        first = first == null ? best : first;
      }
      Challenge ofPivot = Challenge.of(fresh || !keepPivot ? null : pivot, readings);
      boolean better = fresh || Challenge.of(pivot, readings).won;
      if (ofPivot.won) {
        pivot = Candidate.of(candidates, found, readings, ofPivot.winner);
      }
      stalls += better ? 0 : 1;
      fresh = !better && onStall == OnStall.RESTART;
      stopped = !better && onStall == OnStall.STOP;
    }
  }

  /** A noise that was solved and what the verifier has read of its sample. */
  private record Candidate(double[] noise, Solved solved, Readings readings) {
    /** Whether no reading is lower than another's, and some is higher. */
    boolean dominates(Candidate other) {
      double[] own = readings.rows()[0];
      double[] others = other.readings.rows()[0];
      return IntStream.range(0, own.length).allMatch(k -> own[k] >= others[k])
          && IntStream.range(0, own.length).anyMatch(k -> own[k] > others[k]);
    }

    static Candidate of(List<double[]> noises, Solved found, Readings readings, int row) {
      int[] one = {row};
      return new Candidate(noises.get(row), found.select(one), readings.select(one));
    }
  }

  /**
   * Candidates against one that stands, if any does, as one set.
   *
   * @param winner the best of the candidates in that set, the first among equals
   * @param won whether it is better than the one that stands
   */
  private record Challenge(int winner, boolean won) {
    static Challenge of(Candidate standing, Readings readings) {
      Readings set = standing == null ? readings : readings.and(standing.readings);
      double[] score = set.scores();
      int top = 0;
      for (int j = 1; j < readings.size(); j++) {
        top = score[j] > score[top] ? j : top;
      }
      return new Challenge(top, standing == null || score[top] > score[readings.size()]);
    }
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    NoiseMap map = new NoiseMap(problem, searchSteps);
    int[] item = ((StateSpace.Euclidean) problem.space()).item();
    int most = 1 + iterations(problem) * neighbours;
    List<Search> all = IntStream.range(0, problem.count()).mapToObj(Search::new).toList();
    for (int round = 0; ; round++) {
      List<List<double[]>> candidates = new ArrayList<>();
      for (Search search : all) {
        candidates.add(search.propose(problem, session, round, most));
      }
      List<double[]> rows = candidates.stream().flatMap(List::stream).toList();
      if (rows.isEmpty()) {
        return result(problem, session, all);
      }
      Solved found = map.search(session, Batch.Reals.of(rows, item));
      Readings readings = session.read(found);
      int from = 0;
      for (int i = 0; i < all.size(); i++) {
        int to = from + candidates.get(i).size();
        if (to > from) {
          int[] own = IntStream.range(from, to).toArray();
          all.get(i).learn(candidates.get(i), found.select(own), readings.part(from, to));
        }
        from = to;
      }
    }
  }

  private Samples result(Problem problem, Session session, List<Search> all) {
    NoiseMap map = new NoiseMap(problem, searchSteps);
    int[] item = ((StateSpace.Euclidean) problem.space()).item();
    Batch noise = Batch.Reals.of(all.stream().map(search -> search.best.noise).toList(), item);
    Solved found = Solved.concat(all.stream().map(search -> search.best.solved).toList());
    long used = all.stream().mapToLong(search -> search.used).sum();
    double dominating =
        all.stream().mapToInt(s -> s.best.dominates(s.first) ? 1 : 0).average().orElseThrow();
    double stalls = all.stream().mapToInt(search -> search.stalls).average().orElseThrow();
    Map<String, Double> scalars =
        problem.scope() == Scope.SET
            ? Map.of("stalls", stalls, "dominating", dominating)
            : Map.of("stalls", stalls);
    Cost spent = map.candidates(used).plus(map.finish());
    return map.finished(session, noise, found, spent, scalars);
  }

  private int iterations(Problem problem) {
    return iterations > 0
        ? iterations
        : LargestAffordable.largest(problem.budget(), i -> cost(problem, i));
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, iterations(problem));
  }

  private Cost cost(Problem problem, long rounds) {
    NoiseMap map = new NoiseMap(problem, searchSteps);
    return map.candidates(problem.count() * (1 + rounds * neighbours)).plus(map.finish());
  }

  @Override
  public boolean costIsUpperBound() {
    return onStall != OnStall.CONTINUE;
  }

  @Override
  public boolean usesBudget() {
    return iterations == 0;
  }
}
