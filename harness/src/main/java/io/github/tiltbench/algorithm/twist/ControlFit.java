package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;

/**
 * Learns the numbers of a {@link ControlTwist} by weighted least squares.
 *
 * <p>The log-density of a trajectory over the model's is sum &lt;u, d&gt; - v |u|^2 / 2, where v is
 * a step's variance and d its displacement from the model's own mean: whatever the push was, a
 * pushed trajectory's d holds it. With u = F theta that is theta'b - theta'A theta / 2 by b = sum
 * F'd and A = sum v F'F, which is all that is kept of a trajectory and bin. The luck g = sum F'(d -
 * v u) has mean zero, and its plain mean over the trajectories is taken off the weighted b.
 */
final class ControlFit implements Twist.Gathered {
  private final ControlTwist control;
  private final double[][][] gram;
  private final double[][][] moments;
  private final double[][] luck;

  ControlFit(ControlTwist control, int trajectories) {
    this.control = control;
    int bins = control.theta().length;
    gram = new double[bins][trajectories][];
    moments = new double[bins][trajectories][];
    luck = new double[bins][];
    for (int bin = 0; bin < bins; bin++) {
      int k = control.count(bin);
      int numbers = control.theta()[bin].length;
      luck[bin] = new double[numbers];
      for (int i = 0; i < trajectories; i++) {
        gram[bin][i] = new double[k * k];
        moments[bin][i] = new double[numbers];
      }
    }
  }

  @Override
  public void start(StepLaw prior, Batch x) {
    if (control.theta()[0].length > 0) {
      add(new ControlTwist.Inputs((GaussianStep) prior, null, null, 0), x);
    }
  }

  @Override
  public void step(StepLaw law, Batch x, Prediction prediction, int level, Batch next) {
    add(control.inputs(law, x, prediction, level), next);
  }

  private void add(ControlTwist.Inputs in, Batch next) {
    double[] to = ((Batch.Reals) next).data();
    double[] from = in.law().mean().data();
    double[] u = control.push(in).data();
    double v = in.law().std() * in.law().std();
    int outputs = control.outputs();
    double[] f = new double[control.count(in.bin())];
    for (int at = 0; at < to.length; at += outputs) {
      int i = at / control.width();
      control.fill(in, at, f);
      for (int k = 0; k < f.length; k++) {
        for (int l = 0; l < f.length; l++) {
          gram[in.bin()][i][k * f.length + l] += v * f[k] * f[l];
        }
        for (int o = 0; o < outputs; o++) {
          double d = to[at + o] - from[at + o];
          moments[in.bin()][i][k * outputs + o] += f[k] * d;
          luck[in.bin()][k * outputs + o] += f[k] * (d - v * u[at + o]);
        }
      }
    }
  }

  @Override
  public ControlTwist project(double[] weights, double ridge) {
    double[][] next = new double[gram.length][];
    for (int bin = 0; bin < next.length; bin++) {
      next[bin] = control.theta()[bin].clone();
      double[] a = new double[gram[bin][0].length];
      double[] b = new double[next[bin].length];
      for (int i = 0; i < weights.length; i++) {
        for (int k = 0; k < a.length; k++) {
          a[k] += weights[i] * gram[bin][i][k];
        }
        for (int k = 0; k < b.length; k++) {
          b[k] += weights[i] * moments[bin][i][k];
        }
      }
      if (b.length > 0) {
        double[] foreseen = times(a, next[bin], control.count(bin));
        for (int k = 0; k < b.length; k++) {
          b[k] -= foreseen[k] + luck[bin][k] / weights.length;
        }
        double[] change = NormalEquations.solve(a, b, control.count(bin), ridge);
        for (int k = 0; k < b.length; k++) {
          next[bin][k] += change[k];
        }
      }
    }
    return new ControlTwist(control.features(), control.width(), control.steps(), next);
  }

  /** As if no push were ever cut. */
  @Override
  public double[] logRatio(Twist twist) {
    double[][] theta = ((ControlTwist) twist).theta();
    double[] log = new double[gram[0].length];
    for (int bin = 0; bin < theta.length; bin++) {
      for (int i = 0; i < log.length; i++) {
        double[] half = times(gram[bin][i], theta[bin], control.count(bin));
        for (int k = 0; k < half.length; k++) {
          log[i] += theta[bin][k] * (moments[bin][i][k] - 0.5 * half[k]);
        }
      }
    }
    return log;
  }

  /** gram * theta, a column an output. */
  private static double[] times(double[] gram, double[] theta, int k) {
    double[] product = new double[theta.length];
    int outputs = theta.length / k;
    for (int row = 0; row < k; row++) {
      for (int l = 0; l < k; l++) {
        for (int o = 0; o < outputs; o++) {
          product[row * outputs + o] += gram[row * k + l] * theta[l * outputs + o];
        }
      }
    }
    return product;
  }
}
