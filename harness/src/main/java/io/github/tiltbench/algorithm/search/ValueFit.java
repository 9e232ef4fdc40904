package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.learning.Examples;
import io.github.tiltbench.engine.learning.FittedFunction;
import io.github.tiltbench.engine.learning.LearnedNumbers;
import io.github.tiltbench.engine.learning.Regression;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;

/**
 * A value function learned from roll-outs of the model: every intermediate state of a roll-out is
 * an example whose target comes of the reward at its end.
 *
 * <p>Tokens are one-hot rows, all zero where masked. Where the roll-outs have more states than fit
 * into memory, an evenly spread part of the levels of each is kept.
 */
public final class ValueFit implements StateValue {
  private static final int MOST_NUMBERS = 1 << 24;
  private static final int TOGETHER = 256;

  private final StateSpace space;
  private final int steps;
  private final FittedFunction fitted;
  private final double alpha;
  private final double top;

  private ValueFit(StateSpace space, int steps, FittedFunction fitted, double alpha, double top) {
    this.space = space;
    this.steps = steps;
    this.fitted = fitted;
    this.alpha = alpha;
    this.top = top;
  }

  /**
   * Runs roll-outs, T NFE and one REWARD each, and fits.
   *
   * <p>A roll-out that ends with a sample that is not admissible counts as the worst that is, whose
   * reward has a mean; in the soft value it weighs nothing.
   *
   * @param alpha 0 fits E[r | x_t]; above 0 the fit is {@code alpha log E[exp(r / alpha) | x_t]}
   */
  static ValueFit of(Problem problem, Session session, int rollouts, double alpha) {
    int steps = problem.process().steps();
    int volume = volume(problem.space());
    long numbers = (long) rollouts * (steps - 1) * volume;
    int stride = Math.toIntExact(Math.max(1, (numbers + MOST_NUMBERS - 1) / MOST_NUMBERS));
    Kept kept = new Kept(problem.space(), steps, rollouts, stride);
    double[] reward = new double[rollouts];
    for (int from = 0; from < rollouts; from += TOGETHER) {
      int count = Math.min(TOGETHER, rollouts - from);
      int first = from;
      Batch end =
          Rollout.learnedFrom(
              problem, session, from, count, (x, level) -> kept.add(x, first, level));
      double[] part = session.score(end);
      System.arraycopy(part, 0, reward, from, count);
    }
    double[] floored = new Scalars(reward).floored().values();
    double top = Arrays.stream(floored).max().orElseThrow();
    boolean some = Arrays.stream(reward).anyMatch(Double::isFinite);
    double[] target =
        alpha == 0
            ? floored
            : Arrays.stream(some ? reward : floored)
                .map(r -> Math.exp((r - top) / alpha))
                .toArray();
    int[] item = item(problem.space());
    Regression.Link link = alpha == 0 ? Regression.Link.IDENTITY : Regression.Link.LOG;
    long key = session.noise(Purpose.FIT, 0).key();
    FittedFunction fitted =
        Regression.fit(kept.examples(target), Regression.Settings.of(item, link, key));
    return new ValueFit(problem.space(), steps, fitted, alpha, top);
  }

  @Override
  public double[] value(Batch x, int level) {
    double[] fit = fitted.predict(numbers(space, x), (double) level / steps);
    if (alpha == 0) {
      return fit;
    }
    return Arrays.stream(fit).map(log -> top + alpha * log).toArray();
  }

  /** What {@link #read} makes the same value function of. */
  LearnedNumbers numbers() {
    return fitted.numbers().with("softness", alpha, top);
  }

  /** The value function of numbers, for the problem it was learned of. */
  static ValueFit read(Problem problem, LearnedNumbers numbers) {
    double[] softness = numbers.get("softness", 2);
    StateSpace space = problem.space();
    FittedFunction fitted = FittedFunction.read(numbers, item(space));
    return new ValueFit(space, problem.process().steps(), fitted, softness[0], softness[1]);
  }

  @Override
  public void close() {
    fitted.close();
  }

  private static int[] item(StateSpace space) {
    return space instanceof StateSpace.Euclidean e ? e.item() : new int[] {volume(space)};
  }

  private static int volume(StateSpace space) {
    if (space instanceof StateSpace.Sequence s) {
      return s.length() * s.tokens();
    }
    return ((StateSpace.Euclidean) space).dimension();
  }

  private static double[] numbers(StateSpace space, Batch x) {
    if (x instanceof Batch.Reals reals) {
      return reals.data();
    }
    int[] tokens = ((Batch.Tokens) x).data();
    StateSpace.Sequence sequence = (StateSpace.Sequence) space;
    double[] hot = new double[tokens.length * sequence.tokens()];
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] != sequence.mask()) {
        hot[i * sequence.tokens() + tokens[i]] = 1;
      }
    }
    return hot;
  }

  /**
   * The states that become examples: of roll-out i the levels t with {@code (t + i) % stride = 0}.
   */
  private static final class Kept {
    private final StateSpace space;
    private final int steps;
    private final int stride;
    private final float[] inputs;
    private final float[] levels;
    private final int[] rollout;
    private int rows;

    Kept(StateSpace space, int steps, int rollouts, int stride) {
      this.space = space;
      this.steps = steps;
      this.stride = stride;
      int most = Math.multiplyExact(rollouts, (steps - 1 + stride - 1) / stride);
      inputs = new float[Math.multiplyExact(most, volume(space))];
      levels = new float[most];
      rollout = new int[most];
    }

    void add(Batch x, int from, int level) {
      if (level == 0) {
        return; // a clean state is scored, not valued
      }
      int volume = volume(space);
      double[] numbers = numbers(space, x);
      for (int i = 0; i < x.size(); i++) {
        if ((level + from + i) % stride == 0) {
          for (int j = 0; j < volume; j++) {
            inputs[rows * volume + j] = (float) numbers[i * volume + j];
          }
          levels[rows] = (float) level / steps;
          rollout[rows++] = from + i;
        }
      }
    }

    Examples examples(double[] targets) {
      double[] own = new double[rows];
      Arrays.setAll(own, row -> targets[rollout[row]]);
      return Examples.of(
          item(space),
          Arrays.copyOf(inputs, rows * volume(space)),
          Arrays.copyOf(levels, rows),
          own);
    }
  }
}
