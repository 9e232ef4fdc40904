package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;
import java.util.stream.IntStream;

/**
 * A step that reveals one mask: a position drawn uniformly among the masks, then a token there.
 *
 * <p>A position is read only where it was drawn, or where a next state says so. A tilt changes the
 * tokens and leaves the position uniform: a state in which position i becomes v has probability
 * {@code 1/n pi_i(v) exp(g_i(v)) / E[exp(g_i)]}, the mean under pi_i.
 *
 * @param prediction for the states before the step
 * @param gradient what the tokens are tilted by, rows of shape {length, tokens+1}; null if by
 *     nothing
 */
public record FirstHittingStep(Prediction.Logits prediction, Batch.Reals gradient)
    implements StepLaw {
  /** Not tilted. */
  FirstHittingStep(Prediction.Logits prediction) {
    this(prediction, null);
  }

  @Override
  public int size() {
    return prediction.size();
  }

  /** The masked positions of a row, in their order. */
  public int[] masks(int row) {
    return IntStream.range(0, length()).filter(at -> prediction.masked(row, at)).toArray();
  }

  /**
   * The log-probability of each token at a masked position, given that it is the one revealed.
   *
   * @param log as long as the vocabulary
   */
  public void read(int row, int position, double[] log) {
    prediction.read(row, position, log);
    if (gradient != null) {
      tilt(gradient, row, position, log);
    }
  }

  /** Adds what a position is tilted by and normalises; returns the log of the norm. */
  private double tilt(Batch.Reals by, int row, int position, double[] log) {
    int from = (row * length() + position) * (log.length + 1);
    double max = Double.NEGATIVE_INFINITY;
    for (int v = 0; v < log.length; v++) {
      log[v] += by.data()[from + v];
      max = Math.max(max, log[v]);
    }
    double sum = 0;
    for (double l : log) {
      sum += Math.exp(l - max);
    }
    double norm = max + Math.log(sum);
    for (int v = 0; v < log.length; v++) {
      log[v] -= norm;
    }
    return norm;
  }

  @Override
  public Batch.Tokens sample(Noise noise) {
    int[] next = prediction.state().data().clone();
    double[] u = Arena.doubles(2 * size());
    noise.uniforms(size(), u);
    double[] log = new double[prediction.space().tokens()];
    for (int row = 0; row < size(); row++) {
      int[] masks = masks(row);
      int position = masks[(int) (u[2 * row] * masks.length)];
      read(row, position, log);
      next[row * length() + position] = InverseCdf.symbol(log, u[2 * row + 1]);
    }
    return new Batch.Tokens(next, length());
  }

  @Override
  public double[] logDensity(Batch next) {
    double[] log = new double[prediction.space().tokens()];
    double[] density = new double[size()];
    for (int row = 0; row < size(); row++) {
      int position = revealed(row, next);
      if (position < 0) {
        density[row] = Double.NEGATIVE_INFINITY;
        continue;
      }
      read(row, position, log);
      density[row] = log[token(row, position, next)] - Math.log(masks(row).length);
    }
    return density;
  }

  /** The position at which a next state has a token in place of a mask, or -1 if it is no such. */
  private int revealed(int row, Batch next) {
    int[] tokens = ((Batch.Tokens) next).data();
    int position = -1;
    for (int at = 0; at < length(); at++) {
      int before = prediction.state().data()[row * length() + at];
      if (tokens[row * length() + at] != before) {
        if (position >= 0 || before != prediction.space().mask()) {
          return -1;
        }
        position = at;
      }
    }
    return position;
  }

  private int token(int row, int position, Batch next) {
    return ((Batch.Tokens) next).data()[row * length() + position];
  }

  private int length() {
    return prediction.space().length();
  }

  @Override
  public FirstHittingStep tilt(Batch.Reals by) {
    return new FirstHittingStep(prediction, gradient == null ? by : gradient.plus(by));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a next state does not reveal one mask
   */
  @Override
  public double[] logRatio(Batch.Reals by, Batch next) {
    double[] log = new double[prediction.space().tokens()];
    double[] ratio = new double[size()];
    for (int row = 0; row < size(); row++) {
      int position = revealed(row, next);
      if (position < 0) {
        throw new IllegalArgumentException("row " + row + " does not reveal one mask");
      }
      read(row, position, log);
      int at = (row * length() + position) * (log.length + 1) + token(row, position, next);
      ratio[row] = tilt(by, row, position, log) - by.data()[at];
    }
    return ratio;
  }

  @Override
  public FirstHittingStep select(int[] index) {
    return new FirstHittingStep(
        prediction.select(index), gradient == null ? null : gradient.select(index));
  }

  /** Never: a position is drawn. */
  @Override
  public boolean deterministic() {
    return false;
  }
}
