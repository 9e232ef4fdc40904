package io.github.tiltbench.exactness;

import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.model.EnumeratedLaw;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * The exact law of a masked chain over few enough sequences to list every state.
 *
 * <p>States are sequences over vocabulary+1 symbols, indexed with the last position fastest.
 */
class MaskedTruth {
  final EnumeratedLaw law;
  final int steps;
  private final int symbols;
  private final int states;

  MaskedTruth(EnumeratedLaw law, int steps) {
    this.law = law;
    this.steps = steps;
    this.symbols = law.vocabulary() + 1;
    this.states = (int) Math.pow(symbols, law.length());
  }

  /** The chain that reveals one token a step. */
  static MaskedTruth firstHitting(EnumeratedLaw law) {
    return new MaskedTruth(law, law.length()) {
      @Override
      MaskedChain process() {
        return new FirstHittingProcess(law.space());
      }

      @Override
      double[] kernel(int from, int level) {
        int[] tokens = state(from);
        double[][] p = law.conditionals(tokens);
        double[] next = new double[states()];
        for (int i = 0; i < tokens.length; i++) {
          for (int v = 0; tokens[i] == law.vocabulary() && v < law.vocabulary(); v++) {
            int[] target = tokens.clone();
            target[i] = v;
            next[index(target)] = p[i][v] / level;
          }
        }
        return next;
      }
    };
  }

  /** The chain whose law this is. */
  MaskedChain process() {
    return new MaskedProcess(law.space(), steps);
  }

  /** The tokens of a state. */
  int[] state(int index) {
    int[] tokens = new int[law.length()];
    for (int i = tokens.length - 1; i >= 0; i--) {
      tokens[i] = index % symbols;
      index /= symbols;
    }
    return tokens;
  }

  /** The index of a state. */
  int index(int[] tokens) {
    int index = 0;
    for (int token : tokens) {
      index = index * symbols + token;
    }
    return index;
  }

  int states() {
    return states;
  }

  int allMasked() {
    return states - 1;
  }

  /** The law of the next state from a state at a level, worked out from the definition. */
  double[] kernel(int from, int level) {
    int[] tokens = state(from);
    int mask = law.vocabulary();
    double[][] p = law.conditionals(tokens);
    double[] next = new double[states];
    for (int to = 0; to < states; to++) {
      int[] target = state(to);
      double probability = 1;
      for (int i = 0; i < tokens.length && probability > 0; i++) {
        if (tokens[i] != mask) {
          probability *= target[i] == tokens[i] ? 1 : 0;
        } else if (target[i] == mask) {
          probability *= (level - 1.0) / level;
        } else {
          probability *= p[i][target[i]] / level;
        }
      }
      next[to] = probability;
    }
    return next;
  }

  /** A change of kernel: the law of the next state of an algorithm given the model's. */
  interface Rule {
    double[] apply(double[] kernel, int level);
  }

  /** The law of x_0 when each step's kernel is changed by a rule. */
  double[] law(Rule rule) {
    double[] now = new double[states];
    now[allMasked()] = 1;
    for (int level = steps; level >= 1; level--) {
      double[] next = new double[states];
      for (int from = 0; from < states; from++) {
        if (now[from] > 0) {
          double[] kernel = rule.apply(kernel(from, level), level);
          for (int to = 0; to < states; to++) {
            next[to] += now[from] * kernel[to];
          }
        }
      }
      now = next;
    }
    return now;
  }

  /** The law of x_0 under the model. */
  double[] base() {
    return law((kernel, level) -> kernel);
  }

  /** sum p exp(r / beta). */
  double evidence(double[] law, ToDoubleFunction<int[]> reward, double beta) {
    double z = 0;
    for (int s = 0; s < states; s++) {
      z += law[s] == 0 ? 0 : law[s] * Math.exp(reward.applyAsDouble(state(s)) / beta);
    }
    return z;
  }

  /** p exp(r / beta) / Z. */
  double[] tilted(double[] law, ToDoubleFunction<int[]> reward, double beta) {
    double z = evidence(law, reward, beta);
    double[] tilted = new double[states];
    Arrays.setAll(
        tilted,
        s -> law[s] == 0 ? 0 : law[s] * Math.exp(reward.applyAsDouble(state(s)) / beta) / z);
    return tilted;
  }

  /** The law of the best of n draws, the first among equals. */
  static double[] best(double[] law, double[] value, int n) {
    double[] best = new double[law.length];
    for (int s = 0; s < law.length; s++) {
      if (law[s] == 0) {
        continue;
      }
      double below = 0;
      double equal = 0;
      for (int t = 0; t < law.length; t++) {
        below += law[t] > 0 && value[t] < value[s] ? law[t] : 0;
        equal += law[t] > 0 && value[t] == value[s] ? law[t] : 0;
      }
      best[s] = (Math.pow(below + equal, n) - Math.pow(below, n)) * law[s] / equal;
    }
    return best;
  }

  /** The law of the one of two draws that survives a softmax of the values. */
  static double[] softOfTwo(double[] law, double[] value, double alpha) {
    double[] kept = new double[law.length];
    for (int a = 0; a < law.length; a++) {
      for (int b = 0; law[a] > 0 && b < law.length; b++) {
        if (law[b] > 0) {
          kept[a] += 2 * law[a] * law[b] / (1 + Math.exp((value[b] - value[a]) / alpha));
        }
      }
    }
    return kept;
  }
}
