package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.CategoricalStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Learns the numbers of a {@link TokenTwist} by weighted likelihood.
 *
 * <p>A draw of symbol v from the model's law p adds f(v) - log sum p exp(f) to the log-density of
 * its trajectory over the model's. That is concave in the numbers, and its second derivative is at
 * most half of the weight of the draw for each of the parts that f is a sum of, times how many they
 * are: steps of the gradient over that bound never overshoot (Boehning and Lindsay, 1988). The
 * luck, the plain mean of the gradient at the present numbers, is taken off.
 */
final class TokenFit implements Twist.Gathered {
  private static final int ITERATIONS = 500;
  private static final double ENOUGH = 1e-6;
  private static final double LARGEST = 8;

  /**
   * A draw of a symbol.
   *
   * @param row its trajectory
   * @param log the model's log-probabilities; the mask last if it is among the outcomes
   * @param parts of the tilt
   * @param drawn the outcome
   */
  private record Draw(int row, double[] log, int[] parts, int drawn) {}

  private final TokenTwist twist;
  private final int trajectories;
  private final List<Draw> draws = new ArrayList<>();

  TokenFit(TokenTwist twist, int trajectories) {
    this.twist = twist;
    this.trajectories = trajectories;
  }

  @Override
  public void start(StepLaw prior, Batch x) {}

  @Override
  public void step(StepLaw law, Batch x, Prediction prediction, int level, Batch next) {
    Batch.Tokens from = (Batch.Tokens) x;
    Batch.Tokens to = (Batch.Tokens) next;
    int mask = twist.space().mask();
    for (int row = 0; row < from.size(); row++) {
      int[] tokens = from.row(row);
      for (int position = 0; position < tokens.length; position++) {
        int drawn = to.data()[row * tokens.length + position];
        if (tokens[position] == mask) {
          double[] log = read((CategoricalStep) law, row, position);
          draws.add(new Draw(row, log, twist.parts(tokens, position, level), drawn));
        }
      }
    }
  }

  private double[] read(CategoricalStep law, int row, int position) {
    double[] log = new double[law.symbols()];
    law.read(row, position, log);
    return log;
  }

  @Override
  public TokenTwist project(double[] weights, double ridge) {
    double[] luck = gradient(twist, equal());
    double[] bound = bound(weights);
    TokenTwist next = twist;
    for (int i = 0; i < ITERATIONS; i++) {
      double[] theta = next.theta().clone();
      double[] gradient = gradient(next, weights);
      double most = 0;
      for (int k = 0; k < theta.length; k++) {
        double pull = gradient[k] - luck[k] - ridge * (theta[k] - twist.theta()[k]);
        double to = theta[k] + pull / (bound[k / twist.space().tokens()] + ridge);
        to = Math.max(-LARGEST, Math.min(LARGEST, to));
        most = Math.max(most, Math.abs(to - theta[k]));
        theta[k] = to;
      }
      next = twist.with(theta);
      if (most < ENOUGH) {
        break;
      }
    }
    return next;
  }

  private double[] equal() {
    double[] equal = new double[trajectories];
    Arrays.fill(equal, 1.0 / trajectories);
    return equal;
  }

  /** Of the curvature, a part. */
  private double[] bound(double[] weights) {
    double[] bound = new double[twist.theta().length / twist.space().tokens()];
    for (Draw draw : draws) {
      for (int part : draw.parts) {
        bound[part] += weights[draw.row] * draw.parts.length / 2;
      }
    }
    return bound;
  }

  /** Of the weighted log-density: what was drawn less what was to be expected. */
  private double[] gradient(TokenTwist at, double[] weights) {
    int tokens = at.space().tokens();
    double[] gradient = new double[at.theta().length];
    double[] q = new double[tokens + 1];
    for (Draw draw : draws) {
      double w = weights[draw.row];
      if (w > 0) {
        double norm = tilted(at, draw, q);
        for (int v = 0; v < tokens; v++) {
          double off = w * ((v == draw.drawn ? 1 : 0) - Math.exp(q[v] - norm));
          for (int part : draw.parts) {
            gradient[part * tokens + v] += off;
          }
        }
      }
    }
    return gradient;
  }

  /** The log-weights of a draw's outcomes under a twist; returns the log of their sum. */
  private static double tilted(TokenTwist at, Draw draw, double[] log) {
    System.arraycopy(draw.log, 0, log, 0, draw.log.length);
    at.add(draw.parts, log, 0);
    double max = Double.NEGATIVE_INFINITY;
    for (int v = 0; v < draw.log.length; v++) {
      max = Math.max(max, log[v]);
    }
    double sum = 0;
    for (int v = 0; v < draw.log.length; v++) {
      sum += Math.exp(log[v] - max);
    }
    return max + Math.log(sum);
  }

  @Override
  public double[] logRatio(Twist other) {
    double[] ratio = new double[trajectories];
    double[] log = new double[twist.space().tokens() + 1];
    for (Draw draw : draws) {
      double norm = tilted((TokenTwist) other, draw, log);
      ratio[draw.row] += log[draw.drawn] - draw.log[draw.drawn] - norm;
    }
    return ratio;
  }
}
