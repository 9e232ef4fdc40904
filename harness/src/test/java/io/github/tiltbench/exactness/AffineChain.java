package io.github.tiltbench.exactness;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;

/**
 * The chain x' = a x + b + sqrt(v) z on the line, in doubles, whose model predicts the state itself
 * so that the value of a state is its own reward.
 *
 * <p>Twists of parabolic rewards are parabolas: {@link #twists}.
 *
 * @param a factor of the step from each level 1..T; entry 0 is unused
 * @param b shift of the step
 * @param v variance of the step
 * @param mean of the prior
 * @param variance of the prior; 0 for a point
 */
public record AffineChain(double[] a, double[] b, double[] v, double mean, double variance)
    implements ReverseProcess {
  private static final int[] ITEM = {1};

  /** The same step from every level, and a normal prior. */
  public static AffineChain of(
      int steps, double a, double b, double v, double mean, double variance) {
    return new AffineChain(
        filled(steps + 1, a), filled(steps + 1, b), filled(steps + 1, v), mean, variance);
  }

  /** dX = -X/2 ds + dW on [0, 2] from N(0, 1), by Euler-Maruyama steps. */
  public static AffineChain ornsteinUhlenbeck(int steps) {
    double d = 2.0 / steps;
    return of(steps, 1 - d / 2, 0, d, 0, 1);
  }

  private static double[] filled(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return values;
  }

  /** This chain with its prior as one more step, from a point. */
  public AffineChain fromPoint() {
    return new AffineChain(plus(a, 0), plus(b, mean), plus(v, variance), 0, 0);
  }

  private static double[] plus(double[] values, double last) {
    double[] more = Arrays.copyOf(values, values.length + 1);
    more[values.length] = last;
    return more;
  }

  /** The problem of a parabolic reward at temperature 1. */
  public Lab lab(Parabola reward) {
    return new Lab(new Itself(), this, reward, 1);
  }

  /** The parabola {@code -curvature/2 x^2 + slope x + height}: a reward or a log-twist. */
  public record Parabola(double curvature, double slope, double height) implements Verifier {
    @Override
    public boolean differentiable() {
      return true;
    }

    /** Its value. */
    public double at(double x) {
      return -0.5 * curvature * x * x + slope * x + height;
    }

    @Override
    public double[] score(Batch clean, Condition[] condition) {
      return Arrays.stream(((Batch.Reals) clean).data()).map(this::at).toArray();
    }

    @Override
    public Gradient gradient(Batch.Reals clean, Condition[] condition) {
      double[] slopes = Arrays.stream(clean.data()).map(x -> slope - curvature * x).toArray();
      return new Gradient(score(clean, condition), new Batch.Reals(slopes, clean.item()));
    }

    /** log E exp(this) one step up, from the mean {@code a x + b} and the variance v. */
    Parabola before(double a, double b, double v) {
      double spread = 1 + v * curvature;
      double constant = (slope * b + 0.5 * v * slope * slope - 0.5 * curvature * b * b) / spread;
      return new Parabola(
          a * a * curvature / spread,
          a * (slope - curvature * b) / spread,
          height - 0.5 * Math.log(spread) + constant);
    }
  }

  /** log E[exp(r(x_0)) | x_t] at the levels 0..T. */
  public Parabola[] twists(Parabola reward) {
    Parabola[] twist = new Parabola[steps() + 1];
    twist[0] = reward;
    for (int level = 1; level <= steps(); level++) {
      twist[level] = twist[level - 1].before(a[level], b[level], v[level]);
    }
    return twist;
  }

  /** log E exp(r(x_0)). */
  public double logEvidence(Parabola reward) {
    return twists(reward)[steps()].before(0, mean, variance).height();
  }

  @Override
  public int steps() {
    return a.length - 1;
  }

  @Override
  public GaussianStep initial(int count) {
    Batch.Reals means = new Batch.Reals(filled(count, mean), ITEM);
    return new GaussianStep(means, Math.sqrt(variance));
  }

  @Override
  public GaussianStep law(Batch x, int[] level, Prediction prediction) {
    int k = level[0];
    double[] means = Arrays.stream(((Batch.Reals) x).data()).map(y -> a[k] * y + b[k]).toArray();
    return new GaussianStep(new Batch.Reals(means, ITEM), Math.sqrt(v[k]));
  }

  @Override
  public Batch renoise(Batch x, int from, int to, Noise noise) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Batch clean(Prediction prediction, Decoding how, Noise noise) {
    return ((Prediction.Mean) prediction).clean();
  }

  @Override
  public boolean decodes(Decoding how) {
    return how == Decoding.POSTERIOR_MEAN;
  }

  @Override
  public boolean stochastic() {
    return true;
  }

  @Override
  public boolean stochasticAt(int level) {
    return v[level] > 0;
  }

  /** Predicts the state it is given. */
  private static final class Itself implements Denoiser {
    private Cost odometer = Cost.ZERO;

    @Override
    public StateSpace space() {
      return new StateSpace.Euclidean(ITEM);
    }

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      odometer = odometer.plus(Cost.of(x.size(), x.size(), 0));
      return new Prediction.Mean((Batch.Reals) x);
    }

    @Override
    public boolean differentiable() {
      return true;
    }

    @Override
    public Linearised linearise(Batch x, int[] level, Condition[] condition) {
      Prediction prediction = denoise(x, level, condition);
      return new Linearised() {
        @Override
        public Prediction prediction() {
          return prediction;
        }

        @Override
        public Batch.Reals pullback(Batch.Reals cotangent) {
          odometer = odometer.plus(new Cost(0, 0, x.size(), 0, 0));
          return cotangent;
        }
      };
    }

    @Override
    public Cost odometer() {
      return odometer;
    }
  }
}
