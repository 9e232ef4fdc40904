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
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * ReNO: the starting noise of a chain of few steps climbs the gradient of reward less penalty,
 * through all of them.
 *
 * <p>Paper: Eyring et al., arXiv 2406.04312. Code: ExplainableML/ReNO. A control: {@code
 * first-order} has moves of another rule and any number of steps.
 *
 * <p>A move is one of gradient ascent with Nesterov's momentum, on reward / beta less {@code
 * penalty} (|z|^2 / 2 - (d - 1) log |z|), which is least where noise is as long as noise is; the
 * gradient is bounded to the length {@code clip}. What is returned is the sample of the highest
 * reward that was met.
 *
 * <p>Deviations, and why: each sample has its own gradient and bound (the code optimises one at a
 * time). The reward is divided by beta (the code weighs its rewards by hand). Predictions are made
 * once more on the way back instead of holding the graphs of all steps, one NFE a step. Chains of
 * more than {@value #MOST_STEPS} steps are left out, as in the paper: {@code compute}, in which a
 * BACKWARD is two NFE, is the only fair budget.
 *
 * <p>Cost of a sample with I iterations on a chain of S steps: NFE (2 I - 1) S, BACKWARD (I - 1) S,
 * since the last makes no move, and REWARD I.
 *
 * @param iterations I; 0 takes as many as the budget pays for; published 50
 * @param rate length of a move in units of the gradient
 * @param momentum share of the moves before that stays
 * @param clip the most length of a gradient
 * @param penalty weight of the penalty
 */
public record Reno(int iterations, double rate, double momentum, double clip, double penalty)
    implements Algorithm {
  /** The published rates, as many iterations as the budget pays for. */
  public static final Reno DEFAULT = new Reno(0, 5, 0.9, 0.1, 0.01);

  private static final int MOST_STEPS = 4;

  /** Refuses what is out of range. */
  public Reno {
    if (iterations < 0) {
      throw new IllegalArgumentException("iterations must be at least 0");
    }
    if (!(rate > 0 && rate < Double.POSITIVE_INFINITY && clip > 0)) {
      throw new IllegalArgumentException("rate and clip must be positive, rate finite");
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum must be at least 0 and below 1");
    }
    if (!(penalty >= 0 && penalty < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("penalty must be finite and at least 0");
    }
  }

  @Override
  public Support supports(Problem problem) {
    if (Support.gradients(problem) instanceof Support.No no) {
      return no;
    }
    if (new NoiseMap(problem, OptionalInt.empty()).supports() instanceof Support.No no) {
      return no;
    }
    return problem.process().steps() <= MOST_STEPS
        ? Support.YES
        : new Support.No(
            "it is for chains of at most " + MOST_STEPS + " steps: first-order is for longer ones");
  }

  @Override
  public List<String> warnings(Problem problem) {
    return iterations(problem) == 1 ? List.of("one iteration makes no move") : List.of();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    Solve solve = new NoiseMap(problem, OptionalInt.empty()).searching();
    int steps = problem.process().steps();
    Batch.Reals z =
        (Batch.Reals) problem.process().prior(problem.count(), session.noise(Purpose.PRIOR, steps));
    Batch.Reals velocity = z.times(0);
    double[] highest = new double[problem.count()];
    Batch.Reals found = z;
    int all = iterations(problem);
    for (int i = 1; ; i++) {
      Solve.Path path = solve.path(session, z);
      Query.Kind kind = i < all ? Query.Kind.REWARD_GRADIENT : Query.Kind.REWARD;
      Evaluation end = session.ask(new Query(kind, path.end(), 0));
      double[] reward = end.value().values();
      double[] rows = found.data().clone();
      for (int row = 0; row < reward.length; row++) {
        if (i == 1 || reward[row] > highest[row]) {
          highest[row] = reward[row];
          System.arraycopy(path.end().row(row), 0, rows, row * z.width(), z.width());
        }
      }
      found = new Batch.Reals(rows, z.item());
      if (i == all) {
        Cost spent = cost(problem);
        return NoiseMap.samples(problem, Solved.of(found), spent, Map.of());
      }
      Batch.Reals slope = end.gradient().times(1 / problem.beta());
      Batch.Reals gradient = clipped(penalised(z, solve.pullback(session, path, slope)));
      velocity = velocity.times(momentum).plus(gradient);
      z = z.plus(gradient.plus(velocity.times(momentum)).times(rate));
    }
  }

  /** Less the gradient of the penalty: (1 - (d - 1) / |z|^2) z. */
  private Batch.Reals penalised(Batch.Reals z, Batch.Reals gradient) {
    double[] sum = gradient.data().clone();
    int width = z.width();
    for (int row = 0; row < z.size(); row++) {
      double[] at = z.row(row);
      double inward = penalty * (1 - (width - 1) / Neighbourhood.dot(at, at));
      for (int i = 0; i < width; i++) {
        sum[row * width + i] -= inward * at[i];
      }
    }
    return new Batch.Reals(sum, z.item());
  }

  private Batch.Reals clipped(Batch.Reals gradient) {
    double[] bounded = gradient.data().clone();
    int width = gradient.width();
    for (int row = 0; row < gradient.size(); row++) {
      double[] own = gradient.row(row);
      double factor = Math.min(1, clip / Math.sqrt(Neighbourhood.dot(own, own)));
      for (int i = row * width; i < (row + 1) * width && factor < 1; i++) {
        bounded[i] *= factor;
      }
    }
    return new Batch.Reals(bounded, gradient.item());
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

  private static Cost cost(Problem problem, long iterations) {
    NoiseMap map = new NoiseMap(problem, OptionalInt.empty());
    long back = problem.count() * (iterations - 1) * map.evaluations();
    return map.candidates(problem.count() * iterations)
        .plus(new Cost(back, back * problem.rowsPerParticle(), back, 0, 0));
  }

  @Override
  public boolean usesBudget() {
    return iterations == 0;
  }
}
