package io.github.tiltbench.exactness;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The laws of whole paths of a masked chain over few enough states to list them, whatever its
 * steps: kernels are read off the step laws, values follow by going back over the levels.
 *
 * <p>States are sequences over vocabulary+1 symbols, indexed with the last position fastest.
 */
public final class ExactPaths {
  private final StateSpace.Sequence space;
  private final ReverseProcess process;
  private final int states;
  private final double[][][] kernel; // by the level left, state, next state; null if never there
  private final double[][] psi; // by level and state: the mean of exp(r / beta) from there
  private final double[] reward;

  /** Of a lab's chain and reward. */
  public ExactPaths(Lab lab) {
    this.space = (StateSpace.Sequence) lab.denoiser().space();
    this.process = lab.process();
    this.states = (int) Math.pow(space.tokens() + 1, space.length());
    int steps = process.steps();
    kernel = new double[steps + 1][states][];
    boolean[] here = new boolean[states];
    here[start()] = true;
    for (int level = steps; level >= 1; level--) {
      boolean[] next = new boolean[states];
      for (int s = 0; s < states; s++) {
        if (here[s]) {
          kernel[level][s] = kernel(lab, s, level);
          for (int to = 0; to < states; to++) {
            next[to] |= kernel[level][s][to] > 0;
          }
        }
      }
      here = next;
    }
    reward = new double[states];
    psi = new double[steps + 1][states];
    for (int s = 0; s < states; s++) {
      if (here[s]) {
        reward[s] = lab.verifier().score(batch(s, 1), null)[0];
        psi[0][s] = Math.exp(reward[s] / lab.beta());
      }
    }
    for (int level = 1; level <= steps; level++) {
      for (int s = 0; s < states; s++) {
        psi[level][s] = kernel[level][s] == null ? 0 : dot(kernel[level][s], psi[level - 1]);
      }
    }
  }

  private double[] kernel(Lab lab, int from, int level) {
    Batch x = batch(from, states);
    int[] levels = new int[states];
    Arrays.fill(levels, level);
    StepLaw law = process.law(x, level, lab.denoiser().denoise(x, levels, null));
    int[] all = new int[states * space.length()];
    for (int s = 0; s < states; s++) {
      System.arraycopy(state(s), 0, all, s * space.length(), space.length());
    }
    double[] log = law.logDensity(new Batch.Tokens(all, space.length()));
    return Arrays.stream(log).map(Math::exp).toArray();
  }

  private Batch.Tokens batch(int state, int rows) {
    int[] tokens = new int[rows * space.length()];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(state(state), 0, tokens, row * space.length(), space.length());
    }
    return new Batch.Tokens(tokens, space.length());
  }

  public static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] == 0 ? 0 : a[i] * b[i];
    }
    return sum;
  }

  /** The tokens of a state. */
  public int[] state(int index) {
    int[] tokens = new int[space.length()];
    for (int i = tokens.length - 1; i >= 0; i--) {
      tokens[i] = index % (space.tokens() + 1);
      index /= space.tokens() + 1;
    }
    return tokens;
  }

  /** The index of a state. */
  public int index(int[] tokens) {
    return Arrays.stream(tokens).reduce(0, (index, token) -> index * (space.tokens() + 1) + token);
  }

  /** Number of states. */
  public int states() {
    return states;
  }

  /** The state of level T. */
  public int start() {
    return index(((Batch.Tokens) process.prior(1, Lab.seed(0).noise(Purpose.PRIOR, 0))).row(0));
  }

  /** The law of the state one level down; null from a state that no path has at the level. */
  public double[] kernel(int level, int from) {
    return kernel[level][from];
  }

  /** The mean of exp(r / beta) from a state of a level. */
  public double psi(int level, int state) {
    return psi[level][state];
  }

  /** The reward of each state of level 0; 0 elsewhere. */
  public double[] reward() {
    return reward;
  }

  /** Z. */
  public double evidence() {
    return psi[process.steps()][start()];
  }

  /** The law of x_0 under the model. */
  public double[] base() {
    double[] now = new double[states];
    now[start()] = 1;
    for (int level = process.steps(); level >= 1; level--) {
      double[] next = new double[states];
      for (int s = 0; s < states; s++) {
        for (int to = 0; now[s] > 0 && to < states; to++) {
          next[to] += now[s] * kernel[level][s][to];
        }
      }
      now = next;
    }
    return now;
  }

  /** p exp(r / beta) / Z. */
  public double[] tilted() {
    double[] tilted = base();
    Arrays.setAll(tilted, s -> tilted[s] * psi[0][s] / evidence());
    return tilted;
  }

  /** The mean reward of the tilted law. */
  public double tiltedReward() {
    return dot(tilted(), reward);
  }

  /** A path of the tilted law, its states at levels T..0 in that order. */
  public int[] draw(SplittableRandom random) {
    int steps = process.steps();
    int[] path = new int[steps + 1];
    path[0] = start();
    for (int level = steps; level >= 1; level--) {
      int from = path[steps - level];
      double left = random.nextDouble() * psi[level][from];
      int to = -1;
      for (int s = 0; s < states && left >= 0; s++) {
        double mass = kernel[level][from][s] * psi[level - 1][s];
        to = mass > 0 ? s : to;
        left -= mass;
      }
      path[steps - level + 1] = to;
    }
    return path;
  }

  /** How many of its standard deviations chi-square of counts lies above its mean under a law. */
  public static double chiSquare(long[] count, double[] law) {
    double n = Arrays.stream(count).sum();
    double statistic = 0;
    double restCount = 0;
    double restLaw = 0;
    int cells = 0;
    for (int s = 0; s < law.length; s++) {
      if (n * law[s] >= 5) {
        statistic += Math.pow(count[s] - n * law[s], 2) / (n * law[s]);
        cells++;
      } else {
        restCount += count[s];
        restLaw += law[s];
      }
    }
    if (n * restLaw >= 1) {
      statistic += Math.pow(restCount - n * restLaw, 2) / (n * restLaw);
      cells++;
    } else if (restCount > 10) {
      return Double.POSITIVE_INFINITY;
    }
    double free = cells - 1.0;
    return (statistic - free) / Math.sqrt(2 * free); // standard deviations from the mean
  }
}
