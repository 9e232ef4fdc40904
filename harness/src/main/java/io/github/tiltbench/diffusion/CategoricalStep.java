package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;

/**
 * Independent categorical laws, one a position.
 *
 * <p>A law is read one position at a time and never kept as a table: a sequence of 1,024 positions
 * over 50,000 tokens would need 400 MB of it.
 */
public non-sealed interface CategoricalStep extends StepLaw {
  /** Positions of a sequence. */
  int length();

  /** Symbols of a position: the vocabulary, and the mask as the last. */
  int symbols();

  /** The only possible symbol at a position of a row, or -1 if there are several. */
  int certain(int row, int position);

  /**
   * The log-probability of each symbol at a position that is not certain.
   *
   * @param log where to write them, {@link #symbols()} long
   */
  void read(int row, int position, double[] log);

  /**
   * An upper bound of the probability of all symbols but the last at a position of a row: a draw
   * beyond it need not read the position.
   */
  double mostBelowMask(int row, int position);

  /**
   * The log-probability of one symbol at a position that is not certain.
   *
   * @param scratch to read the position into, {@link #symbols()} long
   */
  default double log(int row, int position, int symbol, double[] scratch) {
    read(row, position, scratch);
    return scratch[symbol];
  }

  @Override
  CategoricalStep select(int[] index);

  @Override
  default Batch.Tokens sample(Noise noise) {
    int[] next = new int[size() * length()];
    double[] u = Arena.doubles(next.length);
    noise.uniforms(size(), u);
    double[] log = new double[symbols()];
    for (int at = 0; at < next.length; at++) {
      int row = at / length();
      int position = at % length();
      next[at] = certain(row, position);
      if (next[at] < 0) {
        next[at] =
            u[at] > mostBelowMask(row, position) ? log.length - 1 : draw(row, position, log, u[at]);
      }
    }
    return new Batch.Tokens(next, length());
  }

  /**
   * The symbol at a uniform, of a position that is not certain.
   *
   * @param log to read the position into, {@link #symbols()} long
   */
  default int draw(int row, int position, double[] log, double u) {
    read(row, position, log);
    return InverseCdf.symbol(log, u);
  }

  @Override
  default double[] logDensity(Batch next) {
    int[] tokens = ((Batch.Tokens) next).data();
    double[] scratch = new double[symbols()];
    double[] sum = new double[size()];
    for (int at = 0; at < tokens.length; at++) {
      int row = at / length();
      int certain = certain(row, at % length());
      if (certain < 0) {
        sum[row] += log(row, at % length(), tokens[at], scratch);
      } else if (certain != tokens[at]) {
        sum[row] = Double.NEGATIVE_INFINITY;
      }
    }
    return sum;
  }

  @Override
  default CategoricalStep tilt(Batch.Reals gradient) {
    return new TiltedCategoricalStep(this, gradient, logNormalisers(gradient));
  }

  @Override
  default double[] logRatio(Batch.Reals gradient, Batch next) {
    int[] tokens = ((Batch.Tokens) next).data();
    double[] norm = logNormalisers(gradient);
    double[] ratio = new double[size()];
    for (int at = 0; at < tokens.length; at++) {
      ratio[at / length()] += norm[at] - gradient.data()[at * symbols() + tokens[at]];
    }
    return ratio;
  }

  /** The log of E[exp(gradient at the next symbol)] of each position of each row. */
  private double[] logNormalisers(Batch.Reals gradient) {
    double[] log = new double[symbols()];
    double[] norm = Arena.doubles(size() * length());
    for (int at = 0; at < norm.length; at++) {
      int from = at * log.length;
      int certain = certain(at / length(), at % length());
      if (certain >= 0) {
        norm[at] = gradient.data()[from + certain];
        continue;
      }
      read(at / length(), at % length(), log);
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < log.length; i++) {
        log[i] += gradient.data()[from + i];
        max = Math.max(max, log[i]);
      }
      double sum = 0;
      for (double l : log) {
        sum += Math.exp(l - max);
      }
      norm[at] = max + Math.log(sum);
    }
    return norm;
  }

  /** Never: a step that reveals nothing is a draw like any other. */
  @Override
  default boolean deterministic() {
    return false;
  }
}
