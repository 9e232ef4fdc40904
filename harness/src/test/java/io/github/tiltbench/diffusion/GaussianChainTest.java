package io.github.tiltbench.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GaussianChainTest {
  private static final StateSpace.Euclidean LINE = new StateSpace.Euclidean(new int[] {1});
  private static final SchedulerConfig UNCLIPPED = config("\"clip_sample\": false");

  private static SchedulerConfig config(String keys) {
    return SchedulerFile.of("scheduler", "{" + keys + "}");
  }

  private static Noise noise(Purpose purpose) {
    return Seed.of(1, "-", 0).noise(purpose, 1);
  }

  private static Batch.Reals points(double... x) {
    return new Batch.Reals(x, new int[] {1});
  }

  @ParameterizedTest
  @EnumSource
  void whateverANetworkPutsOutTheCleanMeanIsTheSame(PredictionType type) {
    for (double alphaBar : new double[] {1e-6, 0.3, 0.9999}) {
      double noise = -1.3;
      double x = Math.sqrt(alphaBar) * 0.4 + Math.sqrt(1 - alphaBar) * noise;
      double output =
          switch (type) {
            case EPSILON -> noise;
            case SAMPLE -> 0.4;
            case V_PREDICTION -> Math.sqrt(alphaBar) * noise - Math.sqrt(1 - alphaBar) * 0.4;
            case FLOW -> noise - 0.4;
            case FLOW_TO_DATA -> 0.4 - noise;
          };
      double[] clean = new double[1];
      type.clean(alphaBar, new double[] {x}, 0, 1, i -> output, clean);
      assertEquals(0.4, clean[0], 1e-12 / Math.sqrt(alphaBar));
    }
  }

  @Test
  void withoutClippingDdimAtEtaOneIsDdpm() {
    Batch.Reals x = points(0.7, -1.1);
    Prediction clean = new Prediction.Mean(points(0.2, 3));
    GaussianProcess ddim = new Ddim(20, 1, UNCLIPPED).over(LINE);
    GaussianProcess ddpm = new Ddpm(20, UNCLIPPED).over(LINE);
    for (int level = 1; level <= 20; level++) {
      GaussianStep a = ddim.law(x, level, clean);
      GaussianStep b = ddpm.law(x, level, clean);
      assertEquals(a.std(), b.std(), 1e-6);
      assertArrayEquals(a.mean().data(), b.mean().data(), 1e-5);
    }
  }

  /** For Gaussian data the posterior mean of x_0 does not drift along the chain at eta 1. */
  @Test
  void thePosteriorMeanIsAMartingale() {
    double variance = 0.64;
    GaussianProcess chain = new Ddim(20, 1, UNCLIPPED).over(LINE);
    for (int level = 20; level > 1; level--) {
      Batch.Reals x = points(1.7);
      double clean = posterior(1.7, chain.alphaBar(level), variance);
      StepLaw law = chain.law(x, level, new Prediction.Mean(points(clean)));
      double next = ((GaussianStep) law).mean().data()[0];
      assertEquals(clean, posterior(next, chain.alphaBar(level - 1), variance), 2e-6);
    }
  }

  private static double posterior(double x, double alphaBar, double variance) {
    return Math.sqrt(alphaBar) * variance * x / (alphaBar * variance + 1 - alphaBar);
  }

  @Test
  void ddimClipsTheCleanMeanButNotItsNoise() {
    SchedulerConfig clipped = config("\"clip_sample_range\": 0.5");
    Batch.Reals x = points(1.2);
    Prediction clean = new Prediction.Mean(points(2));
    double with = mean(new Ddim(10, 0, clipped).over(LINE), x, clean);
    GaussianProcess free = new Ddim(10, 0, UNCLIPPED).over(LINE);
    double shift = Math.sqrt(free.alphaBar(4)) * (2 - 0.5);
    assertEquals(mean(free, x, clean) - shift, with, 1e-12);
    Batch decoded =
        new Ddim(10, 0, clipped)
            .over(LINE)
            .clean(clean, Decoding.POSTERIOR_MEAN, noise(Purpose.DECODE));
    assertArrayEquals(new double[] {0.5}, ((Batch.Reals) decoded).data());
  }

  private static double mean(GaussianProcess chain, Batch.Reals x, Prediction clean) {
    return chain.law(x, 5, clean).mean().data()[0];
  }

  @Test
  void noiseIsDrawnWhereTheProcessHasIt() {
    assertFalse(new Ddim(10, 0, UNCLIPPED).over(LINE).stochastic());
    GaussianProcess chain = new Ddim(10, 0.3, UNCLIPPED).over(LINE);
    assertTrue(chain.stochastic());
    assertTrue(chain.stochasticAt(2));
    assertFalse(chain.stochasticAt(1), "the last step goes to the clean state");
    SchedulerConfig large = config("\"variance_type\": \"fixed_large\", \"steps_offset\": 1");
    assertTrue(new Ddpm(10, large).over(LINE).stochasticAt(1), "and there it does not");
  }

  @Test
  void renoisingKeepsTheMarginals() {
    GaussianProcess chain = new Ddim(10, 1, UNCLIPPED).over(LINE);
    int count = 20_000;
    double[] start = new double[count];
    Arrays.fill(start, 1.5);
    for (int from : new int[] {0, 3}) {
      double kept = chain.alphaBar(8) / chain.alphaBar(from);
      double[] x =
          ((Batch.Reals) chain.renoise(points(start), from, 8, noise(Purpose.RENOISE))).data();
      double mean = Arrays.stream(x).average().orElseThrow();
      double second = Arrays.stream(x).map(v -> v * v).average().orElseThrow();
      double se = Math.sqrt((1 - kept) / count);
      assertEquals(1.5 * Math.sqrt(kept), mean, 4 * se);
      assertEquals(1 - kept, second - mean * mean, 4 * Math.sqrt(2.0 / count) * (1 - kept));
    }
    Batch same = points(1);
    assertThrows(
        IllegalArgumentException.class, () -> chain.renoise(same, 8, 8, noise(Purpose.RENOISE)));
  }

  @Test
  void thePriorIsStandardNormalAndKeyedByRow() {
    GaussianProcess chain =
        new Ddim(2, 0, UNCLIPPED).over(new StateSpace.Euclidean(new int[] {2, 3}));
    Batch.Reals eight = (Batch.Reals) chain.prior(8, noise(Purpose.PRIOR));
    Batch.Reals five = (Batch.Reals) chain.prior(5, noise(Purpose.PRIOR));
    assertArrayEquals(new int[] {2, 3}, eight.item());
    assertArrayEquals(eight.row(4), five.row(4));
  }

  @Test
  void aGaussianProcessDecodesTheMeanOnly() {
    GaussianProcess chain = new Ddpm(3, UNCLIPPED).over(LINE);
    Prediction clean = new Prediction.Mean(points(1));
    assertFalse(chain.decodes(Decoding.SAMPLE));
    assertThrows(
        IllegalArgumentException.class,
        () -> chain.clean(clean, Decoding.SAMPLE, noise(Purpose.DECODE)));
    assertThrows(IllegalArgumentException.class, () -> chain.time(0));
  }

  @Test
  void pureNoiseAtTheLastTrainingStepIsPossible() {
    SchedulerConfig config =
        config(
            "\"rescale_betas_zero_snr\": true, \"timestep_spacing\": \"trailing\","
                + " \"prediction_type\": \"v_prediction\", \"clip_sample\": false");
    GaussianProcess chain = new Ddim(10, 1, config).over(LINE);
    assertEquals(0, chain.alphaBar(10));
    GaussianStep law = chain.law(points(2), 10, new Prediction.Mean(points(0.5)));
    // in single precision, as there, 1 - alphaBar - std^2 is 0 up to 1e-7 and its root up to 3e-4
    assertEquals(Math.sqrt(chain.alphaBar(9)) * 0.5, law.mean().data()[0], 1e-3);
    assertEquals(Math.sqrt(1 - chain.alphaBar(9)), law.std(), 1e-6);
  }

  /** DDIM of eta 1 whose noise belongs to the clipped mean is the ancestral step of DDPM. */
  @Test
  void ddimOnTheClippedMeanIsDdpm() {
    Ddim ddim = new Ddim(10, 1, SchedulerConfig.DEFAULT, true);
    Ddpm ddpm = new Ddpm(10, SchedulerConfig.DEFAULT);
    Batch.Reals x = new Batch.Reals(new double[] {0.4}, new int[] {1});
    Prediction far = new Prediction.Mean(new Batch.Reals(new double[] {3}, new int[] {1}));
    for (int level = 10; level >= 2; level--) {
      GaussianStep a = ddim.over(LINE).law(x, level, far);
      GaussianStep b = ddpm.over(LINE).law(x, level, far);
      assertEquals(b.mean().data()[0], a.mean().data()[0], 1e-5);
      assertEquals(b.std(), a.std(), 1e-5);
    }
  }

  @Test
  void rowsOfDifferentLevelsAreTheRowsOfTheirLevels() {
    GaussianProcess chain = new Ddim(10, 1, UNCLIPPED).over(LINE);
    Batch.Reals x = points(0.3, -1, 2);
    Prediction.Mean clean = new Prediction.Mean(points(0.1, 0.2, -0.4));
    int[] level = {10, 3, 7};
    GaussianStep mixed = chain.law(x, level, clean);
    Batch next = points(0.2, -0.6, 1.1);
    Batch.Reals push = points(1, -2, 0.5);
    Noise noise = new Seed(3).noise(Purpose.STEP, 1);
    double[] drawn = mixed.sample(noise).data();
    for (int row = 0; row < 3; row++) {
      int[] only = {row};
      GaussianStep own = chain.law(x.select(only), level[row], clean.select(only));
      assertEquals(own.std(), mixed.std(row));
      assertEquals(own.mean().data()[0], mixed.mean().data()[row]);
      double z = (drawn[row] - own.mean().data()[0]) / own.std();
      double[] all = new double[3];
      noise.normals(3, all);
      assertEquals(all[row], z, 1e-12, "drawn with the deviation of its level");
      assertEquals(own.logDensity(next.select(only))[0], mixed.logDensity(next)[row]);
      assertEquals(
          own.tilt(push.select(only)).mean().data()[0], mixed.tilt(push).mean().data()[row]);
      assertEquals(
          own.logRatio(push.select(only), next.select(only))[0], mixed.logRatio(push, next)[row]);
      QuadraticPotential potential = new QuadraticPotential(new double[] {0.4}, new double[] {1.5});
      assertEquals(own.logMean(potential)[0], mixed.logMean(potential)[row]);
      assertEquals(own.std(), mixed.select(only).std());
    }
    assertThrows(IllegalStateException.class, mixed::std);
  }

  /** A flow network is told where the linear path has the signal-to-noise ratio of the level. */
  @Test
  void aFlowNetworkIsToldTheTimeOfTheLinearPath() {
    SchedulerConfig config = SchedulerFile.of("scheduler", "{\"prediction_type\": \"flow\"}");
    GaussianProcess chain = new Ddim(10, 0, config).over(LINE);
    for (int level = 1; level <= 10; level++) {
      double t = chain.time(level) / 1000;
      double ratio = chain.signal(level) / chain.noise(level);
      assertEquals(ratio, (1 - t) / t, 1e-12 * ratio);
      double c = PredictionType.FLOW.inputFactor(chain.alphaBar(level));
      assertEquals(1 - t, c * chain.signal(level), 1e-12, "the input is on that path");
      assertEquals(t, c * chain.noise(level), 1e-12);
    }
    assertEquals(900, new Ddim(10, 0, UNCLIPPED).over(LINE).time(10), "others, the time-step");
  }
}
