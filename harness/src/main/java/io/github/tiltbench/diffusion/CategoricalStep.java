package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;

/**
 * Independent categorical laws, one a position.
 *
 * @param log rows of shape {length, vocabulary+1}: normalised log-probabilities of each token, the
 *     mask last
 */
public record CategoricalStep(Batch.Reals log) implements StepLaw {

  private int length() {
    return log.item()[0];
  }

  private int symbols() {
    return log.item()[1];
  }

  @Override
  public int size() {
    return log.size();
  }

  @Override
  public Batch.Tokens sample(Noise noise) {
    int length = length();
    int symbols = symbols();
    int[] next = new int[size() * length];
    double[] u = Arena.doubles(next.length);
    noise.uniforms(size(), u);
    for (int at = 0; at < next.length; at++) {
      next[at] = draw(at * symbols, symbols, u[at]);
    }
    return new Batch.Tokens(next, length);
  }

  /** Inverts the distribution function in double precision; floats lose rare tokens. */
  private int draw(int from, int symbols, double u) {
    double below = 0;
    int last = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      double l = log.data()[from + symbol];
      if (l > Double.NEGATIVE_INFINITY) {
        below += Math.exp(l);
        last = symbol;
        if (u < below) {
          return symbol;
        }
      }
    }
    return last;
  }

  @Override
  public double[] logDensity(Batch next) {
    int[] tokens = ((Batch.Tokens) next).data();
    int length = length();
    double[] sum = new double[size()];
    for (int at = 0; at < tokens.length; at++) {
      sum[at / length] += log.data()[at * symbols() + tokens[at]];
    }
    return sum;
  }

  @Override
  public CategoricalStep tilt(Batch.Reals gradient) {
    int symbols = symbols();
    double[] norm = logNormalisers(gradient);
    double[] tilted = Arena.copy(log.data());
    for (int i = 0; i < tilted.length; i++) {
      tilted[i] += gradient.data()[i] - norm[i / symbols];
    }
    return new CategoricalStep(new Batch.Reals(tilted, log.item()));
  }

  @Override
  public double[] logRatio(Batch.Reals gradient, Batch next) {
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
    int symbols = symbols();
    double[] norm = Arena.doubles(log.data().length / symbols);
    for (int at = 0; at < norm.length; at++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int i = at * symbols; i < (at + 1) * symbols; i++) {
        max = Math.max(max, log.data()[i] + gradient.data()[i]);
      }
      double sum = 0;
      for (int i = at * symbols; i < (at + 1) * symbols; i++) {
        sum += Math.exp(log.data()[i] + gradient.data()[i] - max);
      }
      norm[at] = max + Math.log(sum);
    }
    return norm;
  }

  @Override
  public CategoricalStep select(int[] index) {
    return new CategoricalStep(log.select(index));
  }

  /** Never: a step that reveals nothing is a draw like any other. */
  @Override
  public boolean deterministic() {
    return false;
  }
}
