package io.github.tiltbench.algorithm;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.QuadraticPotential;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;

/**
 * A chain of one number in doubles throughout: x_5 from N(0, 1), then x' from N(0.9 x + 0.1, 0.2).
 *
 * <p>Its optimal twists for a reward -Q x^2 / 2 + q x are quadratic, by backward recursion.
 */
final class AffineChain implements ReverseProcess {
  static final int STEPS = 5;
  static final double SLOPE = 0.9;
  static final double SHIFT = 0.1;
  static final double VARIANCE = 0.2;
  private static final int[] ITEM = {1};

  /** Predicts nothing new: the state is its own prediction. */
  static final class Echo implements Denoiser {
    private long rows;

    @Override
    public StateSpace space() {
      return new StateSpace.Euclidean(ITEM);
    }

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      rows += x.size();
      return new Prediction.Mean((Batch.Reals) x);
    }

    @Override
    public Cost odometer() {
      return Cost.of(rows, rows, 0);
    }
  }

  /** The optimal potentials of the levels 0..5 by recursion from that of level 0. */
  static QuadraticPotential[] optimal(double linear, double precision) {
    QuadraticPotential[] psi = new QuadraticPotential[STEPS + 1];
    for (int level = 0; level <= STEPS; level++) {
      psi[level] = new QuadraticPotential(new double[] {linear}, new double[] {precision});
      double d = 1 + VARIANCE * precision;
      linear = SLOPE * (linear - precision * SHIFT) / d;
      precision = SLOPE * SLOPE * precision / d;
    }
    return psi;
  }

  @Override
  public int steps() {
    return STEPS;
  }

  @Override
  public GaussianStep initial(int count) {
    return new GaussianStep(new Batch.Reals(new double[count], ITEM), 1);
  }

  @Override
  public GaussianStep law(Batch x, int level, Prediction prediction) {
    double[] at = ((Prediction.Mean) prediction).clean().data();
    double[] mean = Arrays.stream(at).map(v -> SLOPE * v + SHIFT).toArray();
    return new GaussianStep(new Batch.Reals(mean, ITEM), Math.sqrt(VARIANCE));
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
    return true;
  }
}
