package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.search.BestOfN;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.model.GaussianMixture;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every algorithm on Gaussian and mixture chains, held against the law of the discretised chain: in
 * closed form where steps are affine, by quadrature elsewhere.
 */
@SuppressWarnings("UnnecessaryLambda") // rewards read as formulas
class GaussianExactnessTest {
  private static final double BETA = 0.5;
  private static final DoubleUnaryOperator LINEAR = DoubleUnaryOperator.identity();
  private static final DoubleUnaryOperator QUADRATIC = x -> -(x - 2) * (x - 2);

  /**
   * Mild, for the mixture: between its modes the mean says little of the reward to come. Where it
   * misleads strongly, the evidence stays unbiased but grows tails that no test by standard errors
   * survives.
   */
  private static final DoubleUnaryOperator PULL = x -> -0.25 * (x - 1) * (x - 1);

  static Ddim ddim(int steps, double eta) {
    SchedulerConfig d = SchedulerConfig.DEFAULT;
    return new Ddim(
        steps,
        eta,
        new SchedulerConfig(
            d.betaSchedule(),
            d.betaStart(),
            d.betaEnd(),
            d.trainedBetas(),
            d.rescaleBetasZeroSnr(),
            d.numTrainTimesteps(),
            d.predictionType(),
            d.timestepSpacing(),
            d.stepsOffset(),
            d.setAlphaToOne(),
            false,
            d.clipSampleRange(),
            d.varianceType(),
            d.thresholding(),
            d.dynamicThresholdingRatio(),
            d.sampleMaxValue(),
            d.skipPrkSteps(),
            d.useKarrasSigmas(),
            d.interpolationType()));
  }

  private static Gaussian gaussian(int steps) {
    return new Gaussian(new double[] {0.5}, new double[] {0.64}, ddim(steps, 1));
  }

  private static GaussianMixture mixture(int steps, double eta) {
    return new GaussianMixture(
        new double[] {0.3, 0.7},
        new double[][] {{-2}, {1}},
        new double[][] {{0.2}, {0.1}},
        ddim(steps, eta));
  }

  private static Lab lab(ModelSpec model, DoubleUnaryOperator reward) {
    Verifier verifier =
        (clean, condition) -> Arrays.stream(((Batch.Reals) clean).data()).map(reward).toArray();
    return new Lab(model.open(), model.reverse(), verifier, BETA);
  }

  private static GaussianTruth truth(int steps) {
    return new GaussianTruth(gaussian(steps).reverse(), 1, 0.5, 0.64);
  }

  /** The published reference chain; its values are in doubles, the schedule here in floats. */
  @Test
  void closedFormAgreesWithPublishedValues() {
    GaussianTruth t = truth(20);
    assertEquals(0.4999660653, t.mean, 2e-7);
    assertEquals(0.4382489206, t.variance, 2e-7);
    assertEquals(0.0065907, t.a[20], 1e-7);
    assertEquals(1.8764300, t.logEvidenceLinear(1, BETA), 5e-7);
    assertEquals(1.4551267, t.quadraticMean(2, 2, BETA), 5e-7);
    assertEquals(0.1591898, t.quadraticVariance(2, BETA), 5e-7);
    assertEquals(-2.1410018, t.logEvidenceQuadratic(2, 2, BETA), 5e-7);
    double[] more = {20, 50, 100, 200, 500, 1000};
    double[] variance = {0.4382, 0.5375, 0.5827, 0.6092, 0.6270, 0.6333};
    for (int i = 0; i < more.length; i++) {
      assertEquals(variance[i], truth((int) more[i]).variance, 5e-5);
    }
  }

  /** The two truths agree where both exist, so the quadrature can be trusted where it is alone. */
  @Test
  void quadratureAgreesWithTheClosedForm() {
    Gaussian model = gaussian(20);
    GridTruth grid = new GridTruth(model.open(), model.reverse());
    GaussianTruth t = truth(20);
    assertEquals(1, grid.expect(x -> 1), 1e-9);
    assertEquals(t.mean, grid.expect(x -> x), 2e-7);
    assertEquals(
        t.logEvidenceQuadratic(2, 2, BETA), Math.log(grid.evidence(QUADRATIC, BETA)), 2e-7);
  }

  /** One step of eta 1 on the exact posterior mean: the posterior mean is the chain's own mean. */
  @Test
  void pretrainedDrawsFromTheChain() {
    GaussianTruth t = truth(20);
    assertMoments(gaussian(20), LINEAR, new Pretrained(), t.mean, t.variance, 100);
  }

  @ParameterizedTest
  @CsvSource({"5, 1.269853, 0.196131", "10, 1.518626, 0.150908", "20, 1.736241, 0.120824"})
  void bestOfNHasItsOrderStatisticLaw(int n, double mean, double variance) {
    assertMoments(gaussian(20), LINEAR, new BestOfN(n), mean, variance, 16);
  }

  @ParameterizedTest
  @CsvSource({"5, 3.193532, 0.196155", "10, 4.063906, 0.150937", "20, 4.825266, 0.120855"})
  void greedySvddHasItsClosedForm(int width, double mean, double variance) {
    Svdd svdd = new Svdd(width, 0, Svdd.Value.POSTERIOR_MEAN);
    assertMoments(gaussian(20), LINEAR, svdd, mean, variance, 16);
  }

  /**
   * Finite M at alpha = beta: the spec's Monte-Carlo values (half-widths 0.004 linear and 0.003
   * quadratic). For the quadratic reward the posterior-mean value over-steers: its limit is 1.698,
   * the tilted mean 1.455.
   */
  @ParameterizedTest
  @CsvSource({
    "true, 2, 0.903, 0.004, 0",
    "true, 5, 1.175, 0.004, 0",
    "true, 20, 1.324, 0.004, 0",
    "false, 2, 1.209, 0.003, 0.256",
    "false, 5, 1.548, 0.003, 0.164",
    "false, 20, 1.665, 0.003, 0.138"
  })
  void softSvddHasItsBias(
      boolean linear, int width, double mean, double published, double variance) {
    Lab lab = lab(gaussian(20), linear ? LINEAR : QUADRATIC);
    Svdd svdd = new Svdd(width, BETA, Svdd.Value.POSTERIOR_MEAN);
    SampleMoments x = moments(lab, svdd, 16);
    assertEquals(mean, x.mean(), published + 4 * x.standardError());
    if (variance > 0) {
      double se = x.variance() * Math.sqrt(2.0 / 8_000);
      assertEquals(variance, x.variance(), 0.002 + 4 * se);
    }
  }

  private static SampleMoments moments(Lab lab, Algorithm algorithm, int trials) {
    SampleMoments x = new SampleMoments();
    for (int trial = 0; trial < trials; trial++) {
      Batch.Reals states = (Batch.Reals) lab.run(algorithm, 500, Budget.UNLIMITED, trial).states();
      Arrays.stream(states.data()).forEach(x::add);
    }
    return x;
  }

  private static void assertMoments(
      ModelSpec model,
      DoubleUnaryOperator reward,
      Algorithm algorithm,
      double mean,
      double variance,
      int trials) {
    SampleMoments x = moments(lab(model, reward), algorithm, trials);
    x.assertMean(mean, 4, "mean");
    // Kurtosis of these laws is within 0.4 of the normal's, so 2.4 / n bounds Var(s^2) / s^4.
    double se = variance * Math.sqrt(2.4 / (500.0 * trials));
    assertEquals(variance, x.variance(), 4 * se, "variance");
  }

  /**
   * SMC: the unbiased estimates of Z and of Z times the first two moments and the mode mass, within
   * 4 standard errors over independent populations, whatever the scheme, size and step count.
   */
  @ParameterizedTest
  @CsvSource({
    "gaussian, linear, 20, 16, SYSTEMATIC, 0.5, 1",
    "gaussian, linear, 10, 64, MULTINOMIAL, 2, 1",
    "gaussian, quadratic, 20, 64, SSP, 0.5, 1",
    "gaussian, quadratic, 10, 16, STRATIFIED, 0.7, 3",
    "gaussian, quadratic, 20, 64, SYSTEMATIC, 0, 1",
    "mixture, linear, 20, 16, RESIDUAL, 0.5, 1",
    "mixture, linear, 10, 64, SYSTEMATIC, 0, 1",
    "mixture, pull, 20, 64, SYSTEMATIC, 0.5, 2",
    "mixture, pull, 10, 16, SSP, 2, 1"
  })
  void smcMatchesTheTiltedLaw(
      String kind,
      String rewardName,
      int steps,
      int n,
      ResamplingScheme scheme,
      double threshold,
      int interval) {
    ModelSpec model = kind.equals("gaussian") ? gaussian(steps) : mixture(steps, 0.8);
    DoubleUnaryOperator reward =
        switch (rewardName) {
          case "linear" -> LINEAR;
          case "pull" -> PULL;
          default -> QUADRATIC;
        };
    GridTruth truth = new GridTruth(model.open(), model.reverse());
    double evidence = truth.evidence(reward, BETA);
    BootstrapSmc smc =
        new BootstrapSmc(n, scheme, threshold, Decoding.POSTERIOR_MEAN, interval, OutputRule.ALL);
    Lab lab = lab(model, reward);
    SampleMoments z = new SampleMoments();
    SampleMoments first = new SampleMoments();
    SampleMoments second = new SampleMoments();
    SampleMoments right = new SampleMoments();
    for (int trial = 0; trial < 600; trial++) {
      Samples samples = lab.run(smc, n, Budget.UNLIMITED, trial);
      double ratio = Math.exp(samples.scalars().get("log_evidence")) / evidence;
      double[] w = new Weights(samples.logWeights()).normalised();
      double[] x = ((Batch.Reals) samples.states()).data();
      z.add(ratio);
      first.add(ratio * mean(w, x, v -> v));
      second.add(ratio * mean(w, x, v -> v * v));
      right.add(ratio * mean(w, x, v -> v > 0 ? 1 : 0));
    }
    z.assertMean(1, 4, "E[Z^]/Z");
    first.assertMean(truth.tilted(x -> x, reward, BETA), 4, "mean");
    second.assertMean(truth.tilted(x -> x * x, reward, BETA), 4, "second moment");
    right.assertMean(truth.tilted(x -> x > 0 ? 1 : 0, reward, BETA), 4, "mass of the right mode");
  }

  private static double mean(double[] w, double[] x, DoubleUnaryOperator f) {
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      sum += w[i] * f.applyAsDouble(x[i]);
    }
    return sum;
  }
}
