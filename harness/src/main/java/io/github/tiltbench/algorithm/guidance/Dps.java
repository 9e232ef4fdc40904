package io.github.tiltbench.algorithm.guidance;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * DPS: each step is followed by a move along the gradient of the reward of the clean estimate.
 *
 * <p>Paper: Chung et al., arXiv 2209.14687, Algorithm 1. Code:
 * DPS2022/diffusion-posterior-sampling; without the Jacobian masa-ue/SVDD-image, the baseline of Li
 * et al., arXiv 2408.08252.
 *
 * <p>With m = E[x_0 | x_t] and u the gradient of the reward at m:
 *
 * <ul>
 *   <li>{@code jacobian: true}: x_{t-1} = step + scale * J^T u / |u|, J = dm/dx_t. The paper steps
 *       against the gradient of |y - A m|^2 times zeta / |y - A m|, which in its code is scale
 *       times the gradient of |y - A m|. A reward has no residual, but for r = -|y - A m|^2 / 2
 *       with orthonormal rows of A its gradient at m is as long as the residual, so |u| stands for
 *       it: the same update there, and defined for every reward. (The root of -2 r would be another
 *       choice, but it needs r under 0 and changes when a constant is added to r.) Where u is 0
 *       nothing moves.
 *   <li>{@code jacobian: false}: the predicted noise is held constant, so dm/dx_t = 1/sqrt(a), and
 *       the step starts from noise less scale * sqrt(1 - a) u / sqrt(a), which is m plus scale * (1
 *       - a) / a * u.
 * </ul>
 *
 * <p>Deviations, and why: in the second form scale is per sample (the code differentiates the mean
 * over a batch, so that its default 10 is 0.2 at its batch of 50; here a sample does not depend on
 * how many others are drawn).
 *
 * <p>This is a maximiser, not a sampler of the tilted law: beta plays no part, and only scale says
 * how far a reward is followed. Moves add up over the steps, so a scale that suits 1000 steps is
 * weak at 50.
 *
 * <p>{@code recur} R noises each state back to its level and steps again, R - 1 times, which with
 * the Jacobian is the baseline known as FreeDoM (arXiv 2303.09833): guidance that may correct
 * itself.
 *
 * <p>Cost of a sample: NFE R T, REWARD R T, BACKWARD R T with the Jacobian and 0 without.
 *
 * @param scale length of a move, in the first form before the Jacobian shortens it
 * @param jacobian whether the gradient passes through the denoiser
 * @param recur R, steps from each level; 1 if not given
 */
public record Dps(double scale, boolean jacobian, OptionalInt recur) implements Algorithm {
  /** The paper's form at the scale of its image tasks. */
  public static final Dps DEFAULT = new Dps(1, true);

  private static final int MOST = 1 << 12;

  /** One step from each level. */
  public Dps(double scale, boolean jacobian) {
    this(scale, jacobian, OptionalInt.empty());
  }

  /** Refuses a scale that is negative or no number, and no step at all. */
  public Dps {
    if (!(scale >= 0 && scale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("scale must be finite and at least 0");
    }
    if (recur.orElse(1) < 1 || recur.orElse(1) > MOST) {
      throw new IllegalArgumentException("recur must be from 1 to " + MOST);
    }
    recur = recur.orElse(1) == 1 ? OptionalInt.empty() : recur; // one thing, one key
  }

  @Override
  public Support supports(Problem problem) {
    if (Support.gradients(problem) instanceof Support.No no) {
      return no;
    }
    if (Support.estimates(problem) instanceof Support.No no) {
      return no;
    }
    return jacobian || (problem.process() instanceof GaussianProcess g && g.signalEverywhere())
        ? Support.YES
        : new Support.No(
            "without its Jacobian it needs a Gaussian process with signal at every level");
  }

  @Override
  public List<String> warnings(Problem problem) {
    return scale == 0 ? List.of("scale 0 takes gradients and moves nothing") : List.of();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    int steps = problem.process().steps();
    Batch x = problem.process().prior(problem.count(), session.noise(Purpose.PRIOR, steps));
    try (Arena.Steps arena = Arena.steps()) {
      for (int level = steps; level >= 1; level--) {
        for (int round = 0; round < recur.orElse(1); round++) {
          arena.next();
          Noise noise = session.noise(Purpose.STEP, level).round(round);
          Batch from = round == 0 ? x : noised(problem, session, x, level, round);
          x =
              jacobian
                  ? stepAndMove(problem, session, from, level, noise)
                  : shifted(problem, session, from, level, noise);
        }
      }
    }
    return Samples.independent(x);
  }

  private static Batch noised(Problem problem, Session session, Batch x, int level, int round) {
    Noise noise = session.noise(Purpose.RENOISE, level).round(round - 1);
    return problem.process().renoise(x, level - 1, level, noise);
  }

  private Batch.Reals stepAndMove(
      Problem problem, Session session, Batch x, int level, Noise noise) {
    Evaluation answer = session.ask(new Query(Query.Kind.GRADIENT, x, level));
    StepLaw law = problem.process().law(x, level, answer.prediction());
    Batch.Reals step = (Batch.Reals) law.sample(noise);
    int width = step.width();
    double[] u = answer.estimateGradient().data();
    double[] moved = Arena.copy(step.data());
    for (int row = 0; row < step.size(); row++) {
      int from = row * width;
      double length =
          Math.sqrt(IntStream.range(from, from + width).mapToDouble(i -> u[i] * u[i]).sum());
      for (int i = from; length > 0 && i < from + width; i++) {
        moved[i] += scale / length * answer.gradient().data()[i];
      }
    }
    return new Batch.Reals(moved, step.item());
  }

  private Batch shifted(Problem problem, Session session, Batch x, int level, Noise noise) {
    Evaluation answer = session.ask(new Query(Query.Kind.ESTIMATE_GRADIENT, x, level));
    Batch.Reals slope = answer.estimateGradient();
    double a = ((GaussianProcess) problem.process()).alphaBar(level);
    double[] clean = Arena.copy(((Prediction.Mean) answer.prediction()).clean().data());
    for (int i = 0; i < clean.length; i++) {
      clean[i] += scale * (1 - a) / a * slope.data()[i];
    }
    Prediction mean = new Prediction.Mean(new Batch.Reals(clean, slope.item()));
    StepLaw law = problem.process().law(x, level, mean);
    return law.sample(noise);
  }

  @Override
  public Cost cost(Problem problem) {
    long nfe = (long) problem.count() * problem.process().steps() * recur.orElse(1);
    return new Cost(nfe, nfe * problem.rowsPerParticle(), jacobian ? nfe : 0, nfe, 0);
  }

  @Override
  public boolean usesBudget() {
    return false;
  }
}
