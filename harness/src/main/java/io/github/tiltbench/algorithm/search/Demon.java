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
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Demon: each step's noise is put together from K draws, each weighed by the reward of the sample
 * that the ODE leads to from its candidate.
 *
 * <p>Paper: Yeh et al., arXiv 2410.05760. Code: aiiu-lab/DemonSampling. A control, which makes a
 * direction up instead of choosing one.
 *
 * <p>With noises z_j and rewards R_j the step takes sqrt(d) times the unit vector along the sum of
 * w_j z_j: w_j = tanh((R_j - mean R) / tau), or exp(R_j / tau) for {@code boltzmann}; where all
 * rewards are equal, w_j = 1. What is not admissible counts as the lowest of the others. Levels
 * whose noise is less than {@code ode_below} times the signal, and steps that draw no noise, take
 * the plain step of the ODE.
 *
 * <p>Deviations, and why: tau is the deviation of the rewards of each step (the code takes that of
 * the first step for all, since it writes the number over the word {@code adaptive}). Steps are
 * those of the chain (the code's are Heun's for the SDE, two evaluations of which the first is
 * shared), so eta or the noise of the process stands for its beta. The roll-out is a probability
 * flow from the candidate (the code also has a consistency model). All noises lie on a sphere of
 * radius sqrt(d), whatever d: for few dimensions the law is wrong (in one a step is up or down), so
 * that problems with less than {@value #FEWEST} are left out by name; the number is a choice made
 * here, not the paper's.
 *
 * <p>This is a maximiser; beta plays no part. Under a constant reward steps differ from the model's
 * own by the length of their noise alone.
 *
 * <p>Cost of a sample: NFE T + K times the sum over searched levels t of min(c, t - 1), REWARD K a
 * searched level.
 *
 * @param candidates K, noises of a step; 0 takes as many as the budget pays for; published 16
 * @param rollout c, most steps of the ODE from a candidate; published 20
 * @param weights how rewards become weights
 * @param tau temperature of the weights, in units of the reward; the deviation of a step's rewards
 *     if not given
 * @param odeBelow noise over signal under which nothing is searched; published 0.11
 */
public record Demon(
    int candidates, int rollout, WeightRule weights, OptionalDouble tau, double odeBelow)
    implements Algorithm {
  /** How rewards become weights of noises. */
  public enum WeightRule {
    /** By the hyperbolic tangent of what they are over their mean. */
    TANH,
    /** By the softmax. */
    BOLTZMANN
  }

  /** As many candidates as the budget pays for, valued in one step of the ODE. */
  public static final Demon DEFAULT =
      new Demon(0, 1, WeightRule.TANH, OptionalDouble.empty(), 0.11);

  private static final int FEWEST = 64;
  private static final int MOST = 1 << 16;
  private static final double EQUAL = 1e-12; // spread over size of rewards that differ by rounding

  /** Refuses what is out of range. */
  public Demon {
    if (candidates < 0 || candidates > MOST) {
      throw new IllegalArgumentException("candidates must be from 0 to " + MOST);
    }
    if (rollout < 1) {
      throw new IllegalArgumentException("rollout must be at least 1");
    }
    if (!(tau.orElse(1) > 0 && tau.orElse(1) < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("tau must be positive and finite");
    }
    if (!(odeBelow >= 0)) {
      throw new IllegalArgumentException("ode_below must be at least 0");
    }
  }

  @Override
  public Support supports(Problem problem) {
    if (!(problem.process() instanceof GaussianProcess process)
        || !(problem.space() instanceof StateSpace.Euclidean space)) {
      return new Support.No("it puts Gaussian noise together, and tokens have none");
    }
    if (space.dimension() < FEWEST) {
      return new Support.No(
          "its noises lie on a sphere, which is no normal law in "
              + space.dimension()
              + " dimensions (at least "
              + FEWEST
              + ")");
    }
    if (Support.estimates(problem) instanceof Support.No no) {
      return no;
    }
    return searched(process) > 0
        ? Support.YES
        : new Support.No("no step above ode_below draws noise (eta 0), so none can be searched");
  }

  @Override
  public List<String> warnings(Problem problem) {
    return candidates(problem) == 1 ? List.of("one candidate leaves nothing to weigh") : List.of();
  }

  private boolean searches(GaussianProcess process, int level) {
    return process.stochasticAt(level) && process.noise(level) >= odeBelow * process.signal(level);
  }

  private long searched(GaussianProcess process) {
    long levels = 0;
    for (int level = process.steps(); level >= 1; level--) {
      levels += searches(process, level) ? 1 : 0;
    }
    return levels;
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    GaussianProcess process = (GaussianProcess) problem.process();
    int steps = process.steps();
    int width = candidates(problem);
    Batch x = process.prior(problem.count(), session.noise(Purpose.PRIOR, steps));
    for (int level = steps; level >= 1; level--) {
      Prediction prediction = session.denoise(x, level);
      x =
          searches(process, level)
              ? step(session, process.law(x, level, prediction), process, level, width)
              : process.jump((Batch.Reals) x, level, level - 1, prediction);
    }
    return NoiseMap.samples(problem, Solved.of(x), cost(problem), Map.of());
  }

  private Batch step(
      Session session, GaussianStep law, GaussianProcess process, int level, int width) {
    int[] parent = Branching.repeat(law.size(), width);
    Batch.Reals mean = law.mean();
    Batch.Reals candidates =
        law.select(parent).sample(session.noise(Purpose.STEP, level).branched(width));
    Batch.Reals ends = candidates;
    if (level > 1) {
      Solve solve = Solve.of(process, level - 1, 0, Math.min(rollout, level - 1));
      ends = solve.run(session, candidates).states();
    }
    double[] reward = session.score(ends);
    double[] next = mean.data().clone();
    int d = mean.width();
    for (int row = 0; row < law.size(); row++) {
      double[] w = weights(Arrays.copyOfRange(reward, row * width, (row + 1) * width));
      double[] sum = new double[d]; // of noises times the step's deviation
      for (int j = 0; j < width; j++) {
        for (int i = 0; i < d; i++) {
          sum[i] +=
              w[j] * (candidates.data()[(row * width + j) * d + i] - mean.data()[row * d + i]);
        }
      }
      double length = law.std(row) * Math.sqrt(d) / Math.sqrt(Neighbourhood.dot(sum, sum));
      for (int i = 0; i < d; i++) {
        next[row * d + i] += length * sum[i];
      }
    }
    return new Batch.Reals(next, mean.item());
  }

  /** The weights of noises by the rewards of what they lead to; see {@link Scalars#floored}. */
  double[] weights(double[] rewards) {
    double[] reward = new Scalars(rewards).floored().values();
    double mean = Arrays.stream(reward).average().orElseThrow();
    double squares = Arrays.stream(reward).map(r -> (r - mean) * (r - mean)).sum();
    double spread = Math.sqrt(squares / Math.max(1, reward.length - 1));
    double[] equal = new double[reward.length];
    Arrays.fill(equal, 1);
    double size = Arrays.stream(reward).map(Math::abs).max().orElseThrow();
    if (!(spread > EQUAL * size)) {
      return equal;
    }
    double by = tau.orElse(spread);
    return switch (weights) {
      case TANH -> Arrays.stream(reward).map(r -> Math.tanh((r - mean) / by)).toArray();
      case BOLTZMANN -> new Weights(Arrays.stream(reward).map(r -> r / by).toArray()).normalised();
    };
  }

  private int candidates(Problem problem) {
    return candidates > 0
        ? candidates
        : LargestAffordable.largest(problem.budget(), MOST, k -> cost(problem, k));
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, candidates(problem));
  }

  private Cost cost(Problem problem, long width) {
    GaussianProcess process = (GaussianProcess) problem.process();
    long nfe = process.steps();
    for (int level = process.steps(); level >= 1; level--) {
      nfe += searches(process, level) ? width * Math.min(rollout, level - 1) : 0;
    }
    Cost one = Cost.of(nfe, nfe * problem.rowsPerParticle(), width * searched(process));
    return one.times(problem.count());
  }

  @Override
  public boolean usesBudget() {
    return candidates == 0;
  }
}
