package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.CategoricalStep;
import io.github.tiltbench.diffusion.FirstHittingStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Learns the numbers of a {@link TokenTwist} by weighted likelihood.
 *
 * <p>A draw of symbol v from the model's law p adds f(v) - log sum p exp(f) to the log-density of
 * its trajectory over the model's. That is concave in the numbers, with a derivative that is how
 * often a token was drawn less how often the twist lets it expect, by weight, and a second
 * derivative of at most half of the weight of the draw for each of the parts that f is a sum of,
 * times how many they are: steps of the gradient over that bound never overshoot (Boehning and
 * Lindsay, 1988).
 *
 * <p>Of what was drawn the luck is taken off, its plain count less what the present twist let
 * expect, by as much as the draws of the part weigh. A part that few trajectories came by has more
 * luck than anything else: no token is left less than a tenth of what was expected of it.
 */
final class TokenFit implements Twist.Gathered {
  private static final int ITERATIONS = 100;
  private static final double ENOUGH = 1e-4;
  private static final double LARGEST = 8;
  private static final double LEAST = 0.1;

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
        boolean held = law instanceof FirstHittingStep && drawn == mask;
        if (tokens[position] == mask && !held) {
          double[] log = read(law, row, position);
          draws.add(new Draw(row, log, twist.parts(tokens, position, level), drawn));
        }
      }
    }
  }

  /** The log-probabilities of what a position may become, given that it is its turn. */
  private double[] read(StepLaw law, int row, int position) {
    int tokens = twist.space().tokens();
    if (law instanceof FirstHittingStep reveal) {
      double[] log = new double[tokens];
      reveal.read(row, position, log);
      return log;
    }
    double[] log = new double[tokens + 1];
    ((CategoricalStep) law).read(row, position, log);
    return log;
  }

  @Override
  public TokenTwist project(double[] weights, double ridge) {
    int tokens = twist.space().tokens();
    double[] bound = bound(weights);
    double[] wanted = wanted(weights, bound);
    TokenTwist next = twist;
    for (int i = 0; i < ITERATIONS; i++) {
      double[] theta = next.theta().clone();
      double[] expected = expected(next, weights);
      double most = 0;
      for (int k = 0; k < theta.length; k++) {
        double pull = wanted[k] - expected[k] - ridge * (theta[k] - twist.theta()[k]);
        double to = theta[k] + pull / (bound[k / tokens] + ridge);
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

  /** How often each part should draw each token, by weight. */
  private double[] wanted(double[] weights, double[] bound) {
    double[] plain = bound(equal());
    double[] wanted = drawn(weights);
    double[] expected = expected(twist, weights);
    double[] drawn = drawn(equal());
    double[] foreseen = expected(twist, equal());
    int tokens = twist.space().tokens();
    for (int part = 0; part < bound.length; part++) {
      double share = plain[part] == 0 ? 0 : bound[part] / plain[part];
      double before = 0;
      double after = 0;
      for (int k = part * tokens; k < (part + 1) * tokens; k++) {
        wanted[k] -= share * (drawn[k] - foreseen[k]);
        before += wanted[k];
        wanted[k] = Math.max(wanted[k], LEAST * expected[k]);
        after += wanted[k];
      }
      for (int k = part * tokens; before < after && k < (part + 1) * tokens; k++) {
        wanted[k] *= Math.max(LEAST, before / after);
      }
    }
    return wanted;
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

  /** How often each part drew each token, by weight. */
  private double[] drawn(double[] weights) {
    int tokens = twist.space().tokens();
    double[] count = new double[twist.theta().length];
    for (Draw draw : draws) {
      for (int part : draw.parts) {
        if (draw.drawn < tokens) {
          count[part * tokens + draw.drawn] += weights[draw.row];
        }
      }
    }
    return count;
  }

  /** How often it should have by a twist. */
  private double[] expected(TokenTwist by, double[] weights) {
    int tokens = by.space().tokens();
    double[] count = new double[by.theta().length];
    double[] q = new double[tokens + 1];
    for (Draw draw : draws) {
      if (weights[draw.row] > 0) {
        double norm = tilted(by, draw, q);
        for (int v = 0; v < tokens; v++) {
          double often = weights[draw.row] * Math.exp(q[v] - norm);
          for (int part : draw.parts) {
            count[part * tokens + v] += often;
          }
        }
      }
    }
    return count;
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
