package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.random.Purpose;
import java.util.Map;
import java.util.OptionalInt;

/**
 * First-order search: the starting noise climbs the gradient of the reward of its sample, through
 * the whole solve.
 *
 * <p>Paper: Ma et al., arXiv 2501.09732, where it is a control: no better than the zero-order
 * search at equal compute. No code was published.
 *
 * <p>A move goes {@code step} times the norm of the noise along the gradient and back to the sphere
 * of that norm. The gradient is the product of the steps' Jacobians with that of the reward, from
 * the last step to the first. The first noise is that of the pretrained sample; what is returned is
 * the best of all that were scored.
 *
 * <p>Deviations, and why: the paper names no rule for the length of a move; a length in units of
 * the norm does not depend on the scale of the reward. Predictions are made once more on the way
 * back, one NFE a step, instead of holding the graphs of all steps in memory; {@code compute}
 * counts a BACKWARD as two NFE, and an exchange rate of its own follows from the counts of both.
 *
 * <p>Cost of a sample: NFE (2 I + 1) S, BACKWARD I S and REWARD I + 1, where S is search_steps or
 * T. If S is less than T, T NFE more, and of a trial 8 (S + T) NFE and 16 REWARD, by which it
 * measures whether few levels rank noise as all do ({@code transfer}).
 *
 * @param iterations I, moves; 0 takes as many as the budget pays for
 * @param step length of a move, in units of the norm of the noise
 * @param searchSteps S, levels of a solve while searching; T if not given
 */
public record FirstOrder(int iterations, double step, OptionalInt searchSteps)
    implements Algorithm {
  /** As many moves as the budget pays for. */
  public static final FirstOrder DEFAULT = new FirstOrder(0, 0.1, OptionalInt.empty());

  /** Refuses a negative count, a step that is not positive and a search of no steps. */
  public FirstOrder {
    if (iterations < 0) {
      throw new IllegalArgumentException("iterations must be at least 0");
    }
    if (!(step > 0 && step < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("step must be positive and finite");
    }
    NoiseMap.check(searchSteps);
  }

  @Override
  public Support supports(Problem problem) {
    return Support.gradients(problem) instanceof Support.No no
        ? no
        : new NoiseMap(problem, searchSteps).supports();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    NoiseMap map = new NoiseMap(problem, searchSteps);
    Solve solve = map.searching();
    int steps = problem.process().steps();
    Batch.Reals noise =
        (Batch.Reals) problem.process().prior(problem.count(), session.noise(Purpose.PRIOR, steps));
    double[] highest = new double[problem.count()];
    Batch.Reals best = noise;
    Batch.Reals found = noise;
    int moves = moves(problem);
    for (int left = moves; ; left--) {
      Solve.Path path = solve.path(session, noise);
      Query.Kind kind = left > 0 ? Query.Kind.REWARD_GRADIENT : Query.Kind.REWARD;
      Evaluation end = session.ask(new Query(kind, path.end(), 0));
      double[] reward = end.value().values();
      boolean[] better = new boolean[reward.length];
      for (int i = 0; i < reward.length; i++) {
        better[i] = left == moves || reward[i] > highest[i];
        highest[i] = better[i] ? reward[i] : highest[i];
      }
      best = merged(best, noise, better);
      found = merged(found, path.end(), better);
      if (left == 0) {
        return map.finished(session, best, Solved.of(found), cost(problem), Map.of());
      }
      noise = moved(noise, solve.pullback(session, path, end.gradient()));
    }
  }

  /** The rows of one batch, and of another where it is chosen. */
  private static Batch.Reals merged(Batch.Reals kept, Batch.Reals other, boolean[] chosen) {
    double[] rows = kept.data().clone();
    int width = kept.width();
    for (int i = 0; i < chosen.length; i++) {
      if (chosen[i]) {
        System.arraycopy(other.data(), i * width, rows, i * width, width);
      }
    }
    return new Batch.Reals(rows, kept.item());
  }

  /** Each row moved along its gradient, on its sphere; where that is 0 it stays. */
  private Batch.Reals moved(Batch.Reals noise, Batch.Reals gradient) {
    double[] next = noise.data().clone();
    int width = noise.width();
    for (int row = 0; row < noise.size(); row++) {
      double[] at = noise.row(row);
      double[] slope = gradient.row(row);
      double radius = Math.sqrt(Neighbourhood.dot(at, at));
      double steepness = Math.sqrt(Neighbourhood.dot(slope, slope));
      if (steepness > 0) {
        for (int i = 0; i < width; i++) {
          at[i] += step * radius / steepness * slope[i];
        }
        double back = radius / Math.sqrt(Neighbourhood.dot(at, at));
        for (int i = 0; i < width; i++) {
          next[row * width + i] = back * at[i];
        }
      }
    }
    return new Batch.Reals(next, noise.item());
  }

  private int moves(Problem problem) {
    return iterations > 0
        ? iterations
        : LargestAffordable.largest(problem.budget(), i -> cost(problem, i));
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, moves(problem));
  }

  private Cost cost(Problem problem, long moves) {
    NoiseMap map = new NoiseMap(problem, searchSteps);
    long back = problem.count() * moves * map.evaluations();
    return map.candidates(problem.count() * (moves + 1))
        .plus(new Cost(back, back * problem.rowsPerParticle(), back, 0, 0))
        .plus(map.finish());
  }

  @Override
  public boolean usesBudget() {
    return iterations == 0;
  }
}
