package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.exactness.ExactPaths;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/** Replica exchange on a first-hitting chain in closed form: all its states are listed. */
final class SwapLaw {
  private final Lab lab;
  private final StateSpace.Sequence space;
  private final ExactPaths exact;
  private final double[][] chain; // by level and state: the law of the model
  private final double[][] twist;
  private final double[][] law; // of the model, tilted by the twist

  /** A twist by level and state; of level 0 it is the reward whatever is said, of level T 0. */
  SwapLaw(Lab lab, ExactPaths exact, ToDoubleBiFunction<Integer, Integer> rho) {
    this.lab = lab;
    this.space = (StateSpace.Sequence) lab.denoiser().space();
    this.exact = exact;
    int steps = lab.process().steps();
    chain = new double[steps + 1][exact.states()];
    twist = new double[steps + 1][exact.states()];
    law = new double[steps + 1][];
    chain[steps][exact.start()] = 1;
    for (int level = steps; level >= 1; level--) {
      for (int x : support(level)) {
        for (int y : support(level - 1)) {
          chain[level - 1][y] += chain[level][x] * exact.kernel(level, x)[y];
        }
      }
    }
    for (int level = 0; level <= steps; level++) {
      double[] tilted = chain[level].clone();
      for (int x : support(level)) {
        twist[level][x] =
            level == 0 ? exact.reward()[x] : level == steps ? 0 : rho.applyAsDouble(level, x);
        tilted[x] *= Math.exp(twist[level][x]);
      }
      double sum = Arrays.stream(tilted).sum();
      law[level] = Arrays.stream(tilted).map(p -> p / sum).toArray();
    }
  }

  /** States with as many masks as a level. */
  private int[] support(int level) {
    return IntStream.range(0, exact.states())
        .filter(
            s ->
                Arrays.stream(exact.state(s)).filter(token -> token == space.mask()).count()
                    == level)
        .toArray();
  }

  /** The law of a level. */
  double[] law(int level) {
    return law[level];
  }

  /** The law of the model at a level. */
  double[] chain(int level) {
    return chain[level];
  }

  /** The states that one more mask makes of a state, each as likely. */
  private List<Integer> masked(int state) {
    List<Integer> masked = new ArrayList<>();
    int[] tokens = exact.state(state);
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] != space.mask()) {
        int[] more = tokens.clone();
        more[i] = space.mask();
        masked.add(exact.index(more));
      }
    }
    return masked;
  }

  /** How far p(x) b(y | x) = p(y) f(x | y) fails at most, over all levels and states. */
  double reversalError() {
    double worst = 0;
    for (int level = 1; level <= lab.process().steps(); level++) {
      for (int y : support(level - 1)) {
        List<Integer> above = masked(y);
        for (int x : support(level)) {
          double back = above.contains(x) ? 1.0 / above.size() : 0;
          double forth = chain[level][x] * exact.kernel(level, x)[y];
          worst = Math.max(worst, Math.abs(forth - chain[level - 1][y] * back));
        }
      }
    }
    return worst;
  }

  /** A swap from one pair to another, proposed with a probability under the pair's law. */
  private record Swap(double mass, int x, int z, int y, int u) {}

  private List<Swap> swaps(int level) {
    List<Swap> swaps = new ArrayList<>();
    int[] lower = support(level - 1);
    for (int x : support(level)) {
      double[] kernel = exact.kernel(level, x);
      if (kernel == null || law[level][x] == 0) {
        continue;
      }
      int[] below = Arrays.stream(lower).filter(y -> kernel[y] > 0).toArray();
      for (int z : lower) {
        List<Integer> above = masked(z);
        double pair = law[level][x] * law[level - 1][z] / above.size();
        for (int y : below) {
          for (int u : above) {
            swaps.add(new Swap(pair * kernel[y], x, z, y, u));
          }
        }
      }
    }
    return swaps;
  }

  /** The probability that a swap of a level and the one under it is taken, in equilibrium. */
  double acceptance(int level) {
    double sum = 0;
    for (Swap swap : swaps(level)) {
      sum += swap.mass * Math.min(1, Math.exp(gain(swap, level)));
    }
    return sum;
  }

  private double gain(Swap swap, int level) {
    return twist[level - 1][swap.y]
        + twist[level][swap.u]
        - twist[level][swap.x]
        - twist[level - 1][swap.z];
  }

  /** How far the law of a pair is from what a swap leaves of it, at most over all pairs. */
  double driftOfPairs(int level, boolean alwaysTaken) {
    double[][] after = new double[exact.states()][exact.states()];
    for (Swap swap : swaps(level)) {
      double taken = alwaysTaken ? 1 : Math.min(1, Math.exp(gain(swap, level)));
      after[swap.u][swap.y] += swap.mass * taken;
      after[swap.x][swap.z] += swap.mass * (1 - taken);
    }
    double worst = 0;
    for (int x : support(level)) {
      for (int z : support(level - 1)) {
        worst = Math.max(worst, Math.abs(after[x][z] - law[level][x] * law[level - 1][z]));
      }
    }
    return worst;
  }

  /** Draws of the law of a level. */
  Batch.Tokens draw(int level, int count, int seed) {
    double[] u = new double[count];
    Lab.seed(seed).noise(Purpose.PROPOSAL, level).uniforms(count, u);
    int[] tokens = new int[count * space.length()];
    for (int row = 0; row < count; row++) {
      int state = -1;
      for (int s = 0; s < exact.states() && u[row] >= 0; s++) {
        state = law[level][s] > 0 ? s : state;
        u[row] -= law[level][s];
      }
      System.arraycopy(exact.state(state), 0, tokens, row * space.length(), space.length());
    }
    return new Batch.Tokens(tokens, space.length());
  }

  /** The reward of the likeliest sequence that a state may become. */
  static double estimate(Lab lab, ExactPaths exact, int level, int state) {
    int[] tokens = exact.state(state);
    Batch x = new Batch.Tokens(tokens, tokens.length);
    Batch clean =
        lab.process()
            .clean(
                lab.denoiser().denoise(x, new int[] {level}, null),
                Decoding.POSTERIOR_MEAN,
                Lab.seed(0).noise(Purpose.DECODE, 0));
    return lab.verifier().score(clean, null)[0];
  }
}
