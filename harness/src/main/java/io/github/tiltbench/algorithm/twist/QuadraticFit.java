package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.QuadraticPotential;
import io.github.tiltbench.diffusion.StepLaw;
import java.util.Arrays;

/**
 * Learns the numbers of {@link QuadraticTwist} by matching moments, level by level and coordinate
 * by coordinate.
 *
 * <p>A reweighted step from a mean m is N(a m + b, a v), with a = 1 / (1 + v Q) and b = a v q. Its
 * likelihood is highest where the means of x and x^2 over the trajectories are those it foresees
 * from their m: with S the variance of x and R that of m, R a^2 + v a = S, and b closes the mean.
 * The means of x and x^2 have the luck of the draws taken off: the plain mean of their difference
 * from what the present twist foresees. The ridge mixes in the present twist's own foresight, as
 * that many trajectories would.
 */
final class QuadraticFit implements Twist.Gathered {
  /** How far a step's variance may shrink. */
  private static final double LEAST = 0.25;

  private final QuadraticTwist twist;
  private final int trajectories;
  private final GaussianStep[] laws;
  private final Batch.Reals[] arrived;

  QuadraticFit(QuadraticTwist twist, int trajectories) {
    this.twist = twist;
    this.trajectories = trajectories;
    this.laws = new GaussianStep[twist.psi().length];
    this.arrived = new Batch.Reals[twist.psi().length];
  }

  @Override
  public void start(StepLaw prior, Batch x) {
    arrive(prior, laws.length - 1, x);
  }

  @Override
  public void step(StepLaw law, Batch x, Prediction prediction, int level, Batch next) {
    arrive(law, level - 1, next);
  }

  private void arrive(StepLaw law, int level, Batch x) {
    laws[level] = (GaussianStep) law;
    arrived[level] = (Batch.Reals) x;
  }

  @Override
  public QuadraticTwist project(double[] weights, double ridge) {
    QuadraticPotential[] psi = twist.psi().clone();
    for (int level = 0; level < psi.length; level++) {
      if (laws[level] != null) {
        psi[level] = match(level, weights, ridge);
      }
    }
    return new QuadraticTwist(psi);
  }

  private QuadraticPotential match(int level, double[] weights, double ridge) {
    int width = twist.psi()[level].linear().length;
    double v = laws[level].std() * laws[level].std();
    double[] linear = new double[width];
    double[] precision = new double[width];
    for (int i = 0; i < width; i++) {
      double oldShrink = 1 / (1 + v * twist.psi()[level].precision()[i]);
      double oldShift = oldShrink * v * twist.psi()[level].linear()[i];
      double m1 = 0;
      double m2 = 0;
      double x1 = 0;
      double x2 = 0;
      for (int row = 0; row < trajectories; row++) {
        double m = laws[level].mean().data()[row * width + i];
        double x = arrived[level].data()[row * width + i];
        double foreseen = oldShrink * m + oldShift;
        double own = (1 + ridge) / trajectories; // what luck takes off and the ridge puts in
        double mixed = weights[row] + ridge / trajectories;
        m1 += mixed * m;
        m2 += mixed * m * m;
        x1 += (weights[row] - 1.0 / trajectories) * x + own * foreseen;
        x2 +=
            (weights[row] - 1.0 / trajectories) * x * x
                + own * (oldShrink * v + foreseen * foreseen);
      }
      m1 /= 1 + ridge;
      x1 /= 1 + ridge;
      double spread = Math.max(0, m2 / (1 + ridge) - m1 * m1);
      double wanted = Math.max(0, x2 / (1 + ridge) - x1 * x1);
      double root = 2 * wanted / (v + Math.sqrt(v * v + 4 * spread * wanted));
      double shrink = Math.max(LEAST, Math.min(1 / LEAST, root));
      precision[i] = (1 / shrink - 1) / v;
      linear[i] = (x1 - shrink * m1) / (shrink * v);
    }
    return new QuadraticPotential(linear, precision);
  }

  @Override
  public double[] logRatio(Twist other) {
    double[] log = new double[trajectories];
    for (int level = 0; level < laws.length; level++) {
      if (laws[level] != null) {
        QuadraticPotential psi = ((QuadraticTwist) other).psi()[level];
        double[] ratio = QuadraticTwist.ratio(laws[level], psi, arrived[level], -1);
        Arrays.setAll(log, i -> log[i] + ratio[i]);
      }
    }
    return log;
  }
}
