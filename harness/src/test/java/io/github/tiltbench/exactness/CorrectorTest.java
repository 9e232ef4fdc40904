package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.Urge;
import io.github.tiltbench.algorithm.smc.Urge.Drift;
import io.github.tiltbench.algorithm.smc.Urge.PathWeights;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights of Feynman-Kac correctors: what they come to on a grid, which is not the tilted law. */
class CorrectorTest {
  private static final int[] ITEM = {1};
  private static final double MEAN = 0.5;
  private static final double VARIANCE = 0.64;

  /** The linear reward tilts N(0.5, 0.6404), the data with the noise of the last level. */
  private static final double LOG_EVIDENCE = 0.820200;

  private static Urge fkc(int particles, double threshold, OutputRule returns) {
    return new Urge(
        particles,
        Optional.empty(),
        1,
        ResamplingScheme.SYSTEMATIC,
        threshold,
        returns,
        Optional.of(PathWeights.FKC),
        Optional.empty());
  }

  /**
   * Noise from 20 down to 0.02, falling by Karras' rule, by Euler-Maruyama steps of the reverse
   * equation, from the law of the noised data; states are scaled to unit signal and noise squares.
   */
  private record Karras(int steps) implements GaussianProcess {
    double sigma(int level) {
      double share = 1 - level / (double) steps;
      double from = Math.pow(20, 1.0 / 7);
      return Math.pow(from + share * (Math.pow(0.02, 1.0 / 7) - from), 7);
    }

    @Override
    public double alphaBar(int level) {
      return 1 / (1 + sigma(level) * sigma(level));
    }

    @Override
    public double time(int level) {
      return level;
    }

    @Override
    public GaussianStep initial(int count) {
      double[] mean = new double[count];
      Arrays.fill(mean, MEAN * signal(steps));
      double variance = VARIANCE + sigma(steps) * sigma(steps);
      return new GaussianStep(new Batch.Reals(mean, ITEM), signal(steps) * Math.sqrt(variance));
    }

    @Override
    public GaussianStep law(Batch x, int[] level, Prediction prediction) {
      int t = level[0];
      double kept = Math.pow(sigma(t - 1) / sigma(t), 2);
      Batch.Reals clean = ((Prediction.Mean) prediction).clean();
      Batch.Reals mean = clean.times(1 - kept).plus(((Batch.Reals) x).times(kept / signal(t)));
      double step = Math.sqrt(sigma(t) * sigma(t) * (1 - kept));
      return new GaussianStep(mean.times(signal(t - 1)), signal(t - 1) * step);
    }

    @Override
    public Batch.Reals clean(Prediction prediction, Decoding how, Noise noise) {
      return ((Prediction.Mean) prediction).clean();
    }

    @Override
    public boolean decodes(Decoding how) {
      return true;
    }

    @Override
    public boolean stochastic() {
      return true;
    }

    @Override
    public boolean stochasticAt(int level) {
      return true;
    }

    @Override
    public Batch renoise(Batch x, int from, int to, Noise noise) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Batch.Reals jump(Batch x, int[] from, int[] to, Prediction prediction) {
      throw new UnsupportedOperationException();
    }

    @Override
    public JumpGradient jumpGradient(
        int[] from, int[] to, Prediction prediction, Batch.Reals cotangent) {
      throw new UnsupportedOperationException();
    }

    /**
     * The law of weight and state of one particle, both normal, by the recursion of the published
     * equations: mean and variance of the log-weight, mean and variance of x, their covariance.
     */
    double[] moments() {
      double w = 0;
      double ww = 0;
      double m = MEAN;
      double v = VARIANCE + 400;
      double c = 0;
      for (int i = 0; i < steps; i++) {
        double now = Math.pow(sigma(steps - i), 2);
        double d = now - Math.pow(sigma(steps - i - 1), 2);
        double beta = i / (double) steps;
        double slope = 1.0 / steps - beta / 2 * d / (VARIANCE + now);
        ww += 2 * slope * c + slope * slope * v;
        w += slope * m + beta / 2 * d * MEAN / (VARIANCE + now);
        double kept = 1 - d / (VARIANCE + now);
        c = kept * (c + slope * v);
        m = kept * m + d * MEAN / (VARIANCE + now) + d / 2 * beta;
        v = kept * kept * v + d;
      }
      return new double[] {w, ww, m, v, c};
    }
  }

  /** The exact clean mean of N(0.5, 0.64) under the noise of a level. */
  private static final class Model implements Denoiser {
    private final GaussianProcess process;
    private Cost odometer = Cost.ZERO;

    Model(GaussianProcess process) {
      this.process = process;
    }

    @Override
    public StateSpace space() {
      return new StateSpace.Euclidean(ITEM);
    }

    @Override
    public boolean differentiable() {
      return true;
    }

    @Override
    public Cost odometer() {
      return odometer;
    }

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      odometer = odometer.plus(Cost.of(x.size(), x.size(), 0));
      double a = process.alphaBar(level[0]);
      double slope = Math.sqrt(a) * VARIANCE / (VARIANCE * a + 1 - a);
      double[] clean = ((Batch.Reals) x).data().clone();
      for (int i = 0; i < clean.length; i++) {
        clean[i] = MEAN + slope * (clean[i] - Math.sqrt(a) * MEAN);
      }
      return new Prediction.Mean(new Batch.Reals(clean, ITEM));
    }
  }

  private static Lab karras(int steps) {
    Karras process = new Karras(steps);
    return new Lab(new Model(process), process, new Linear(new double[] {1}, 0), 1);
  }

  /** log E exp(w) and the weighted mean, which tend to 0.820200 and 1.140400, but slowly. */
  @ParameterizedTest
  @CsvSource({
    "10, 10000, 5.130740, 1.823023",
    "20, 10000, 2.577410, 1.417079",
    "50, 10000, 1.437358, 1.238708",
    "100, 5000, 1.115301, 1.187712",
    "500, 1000, 0.877122, 1.149582"
  })
  void theGridBiasesThem(int steps, int n, double logEvidence, double mean) {
    double[] exact = new Karras(steps).moments();
    assertEquals(logEvidence, exact[0] + exact[1] / 2, 1e-6);
    assertEquals(mean, exact[2] + exact[4], 1e-6);
    Samples samples = karras(steps).run(fkc(n, 0, OutputRule.ALL), n, Budget.UNLIMITED, 1);
    double[] w = samples.logWeights();
    double[] x = ((Batch.Reals) samples.states()).times(1 / new Karras(steps).signal(0)).data();
    SampleMoments log = new SampleMoments();
    SampleMoments state = new SampleMoments();
    SampleMoments both = new SampleMoments();
    for (int i = 0; i < n; i++) {
      log.add(w[i]);
      state.add(x[i]);
      both.add((w[i] - exact[0]) * (x[i] - exact[2]));
    }
    log.assertMean(exact[0], 4, "log-weight");
    state.assertMean(exact[2], 4, "state");
    both.assertMean(exact[4], 4, "covariance");
    assertEquals(exact[1], log.variance(), 4 * exact[1] * Math.sqrt(2.0 / n));
    assertEquals(
        new Weights(w).logMean(), samples.scalars().get("log_evidence"), 1e-9, "nothing dropped");
  }

  /** Resampled or not, weights are carried: what is estimated is the biased constant, unbiased. */
  @ParameterizedTest
  @CsvSource({"0.5", "2"})
  void resamplingLosesNothing(double threshold) {
    double[] exact = new Karras(50).moments();
    SampleMoments z = new SampleMoments();
    for (int trial = 0; trial < 400; trial++) {
      Samples samples =
          karras(50).run(fkc(32, threshold, OutputRule.ALL), 32, Budget.UNLIMITED, trial);
      double log = samples.scalars().get("log_evidence");
      z.add(Math.exp(log - exact[0] - exact[1] / 2));
    }
    z.assertMean(1, 4, "evidence");
    double bias = Math.exp(exact[0] + exact[1] / 2 - LOG_EVIDENCE) - 1;
    assertTrue(bias > 10 * z.standardError(), "the bias of the grid is " + bias);
  }

  /**
   * Weighed by what the reward gains, the coarsest of these grids has the constant of its chain.
   */
  @Test
  void differencesOfRewardsHaveNoSuchBias() {
    double mean = MEAN;
    double variance = VARIANCE + 400;
    Karras process = new Karras(10);
    for (int level = 10; level >= 1; level--) {
      double now = Math.pow(process.sigma(level), 2);
      double d = now - Math.pow(process.sigma(level - 1), 2);
      double kept = 1 - d / (VARIANCE + now);
      mean = kept * mean + d * MEAN / (VARIANCE + now);
      variance = kept * kept * variance + d;
    }
    double log = process.signal(0) * (mean + process.signal(0) * variance / 2);
    assertEquals(1.143214, log, 1e-6, "that of the chain, whose steps are coarse");
    Urge urge =
        new Urge(32, Optional.of(Drift.NONE), 1, ResamplingScheme.SYSTEMATIC, 0.5, OutputRule.ALL);
    SampleMoments z = new SampleMoments();
    for (int trial = 0; trial < 400; trial++) {
      Samples samples = karras(10).run(urge, 32, Budget.UNLIMITED, trial);
      z.add(Math.exp(samples.scalars().get("log_evidence") - log));
    }
    z.assertMean(1, 4, "evidence");
  }

  /** On a chain of the catalogue, with or without noise, the bias shrinks with the steps. */
  @ParameterizedTest
  @CsvSource({"1", "0.5", "0"})
  void theBiasShrinksOnAnyChain(double eta) {
    double coarse = bias(20, eta);
    double fine = bias(250, eta);
    assertTrue(coarse > 1, "20 steps: " + coarse);
    assertTrue(Math.abs(fine) < coarse / 5, "250 steps: " + fine + ", 20: " + coarse);
  }

  /** How far log E exp(w) lies over that of the data, from the moments of normal log-weights. */
  private static double bias(int steps, double eta) {
    Gaussian model =
        new Gaussian(
            new double[] {MEAN}, new double[] {VARIANCE}, GaussianExactnessTest.ddim(steps, eta));
    Lab lab = new Lab(model.open(), model.reverse(), new Linear(new double[] {1}, 0), 1);
    SampleMoments log = new SampleMoments();
    int n = 2000;
    for (double w : lab.run(fkc(n, 0, OutputRule.ALL), n, Budget.UNLIMITED, 1).logWeights()) {
      log.add(w);
    }
    return log.mean() + log.variance() / 2 - (MEAN + VARIANCE / 2);
  }

  @Test
  void whatItCostsAndNeedsIsSaid() {
    Problem problem = karras(10).problem(3, Budget.UNLIMITED);
    assertEquals(Cost.of(150, 150, 150), fkc(5, 0.5, OutputRule.ONE).cost(problem));
    assertEquals(Cost.of(150, 150, 165), fkc(5, 0.5, OutputRule.BEST).cost(problem));
    karras(10).run(fkc(5, 0.5, OutputRule.BEST), 3, Budget.UNLIMITED, 0);
    assertTrue(fkc(5, 0.5, OutputRule.ONE).warnings(problem).get(0).contains("not on this grid"));
    Problem tokens = TokenLabs.t43(FirstHittingProcess::new).problem(1, Budget.UNLIMITED);
    Support support = fkc(5, 0.5, OutputRule.ONE).supports(tokens);
    assertTrue(assertInstanceOf(Support.No.class, support).reason().contains("tokens"));
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new Urge(
                        5,
                        Optional.of(Drift.NONE),
                        1,
                        ResamplingScheme.SYSTEMATIC,
                        0.5,
                        OutputRule.ONE,
                        Optional.of(PathWeights.FKC),
                        Optional.empty()))
            .getMessage();
    assertTrue(said.contains("drift of their own"), said);
  }
}
