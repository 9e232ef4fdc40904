package io.github.tiltbench.diffusion.flow;

import static io.github.tiltbench.diffusion.flow.FlowGoldenTest.LINE;
import static io.github.tiltbench.diffusion.flow.FlowGoldenTest.points;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.model.GaussianMixture;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Paths against their closed forms, and models of the linear path run on the others. */
class InterpolantTest {
  private static final double[] TIMES = {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99};
  private static final double[] WEIGHTS = {0.3, 0.7};
  private static final double[] MEANS = {-2, 1.5};
  private static final double[] DEVIATIONS = {0.5, 0.8};

  @ParameterizedTest
  @EnumSource(Interpolant.class)
  void ratesAreDerivatives(Interpolant path) {
    double h = 1e-6;
    for (double t : TIMES) {
      Interpolant.Point p = path.at(t);
      double signal = (path.at(t + h).signal() - path.at(t - h).signal()) / (2 * h);
      double noise = (path.at(t + h).noise() - path.at(t - h).noise()) / (2 * h);
      assertEquals(signal, p.signalRate(), 1e-7 * (1 + Math.abs(signal)), "signal at " + t);
      assertEquals(noise, p.noiseRate(), 1e-7 * (1 + Math.abs(noise)), "noise at " + t);
    }
  }

  /** Data at 0, noise at 1, but for what the path of betas keeps of its signal. */
  @ParameterizedTest
  @EnumSource(Interpolant.class)
  void pathsGoFromDataToNoise(Interpolant path) {
    assertEquals(1, path.at(0).signal());
    assertEquals(0, path.at(0).noise());
    assertEquals(0, path.at(1).signal(), path == Interpolant.VP ? 0.0066 : 0);
    assertEquals(1, path.at(1).noise(), 3e-5);
    for (int i = 1; i < TIMES.length; i++) {
      assertTrue(path.at(TIMES[i]).linearTime() > path.at(TIMES[i - 1]).linearTime());
    }
  }

  /** signal^2 + noise^2 = 1, the determinant of rates -1 / signal, the time 1 / sqrt(1 + rho^2). */
  @Test
  void theLinearVariancePreservingPathIsItsFormula() {
    for (double t : TIMES) {
      Interpolant.Point p = Interpolant.LINEAR_VP.at(t);
      assertEquals(Math.sqrt(1 - t * t), p.signal(), 1e-14);
      assertEquals(1, p.scale(), 1e-14);
      double determinant = p.signalRate() * p.noise() - p.signal() * p.noiseRate();
      assertEquals(-1 / p.signal(), determinant, 1e-12 / p.signal());
      double rho = p.signal() / p.noise();
      assertEquals(t, 1 / Math.sqrt(1 + rho * rho), 1e-14);
    }
  }

  /** E[rate of the path | x] of a mixture, in closed form on any path. */
  private static double velocity(Interpolant.Point p, double x) {
    double sum = 0;
    double weighted = 0;
    for (int k = 0; k < 2; k++) {
      double s2 = DEVIATIONS[k] * DEVIATIONS[k];
      double spread = p.signal() * p.signal() * s2 + p.noise() * p.noise();
      double off = x - p.signal() * MEANS[k];
      double density = WEIGHTS[k] / Math.sqrt(spread) * Math.exp(-off * off / (2 * spread));
      double slope = (p.signal() * p.signalRate() * s2 + p.noise() * p.noiseRate()) / spread;
      sum += density;
      weighted += density * (p.signalRate() * MEANS[k] + slope * off);
    }
    return weighted / sum;
  }

  /**
   * What a network of the linear path says at the point with the same ratio of signal to noise,
   * carried over by its clean mean and noise, and by the derivatives of time and scale.
   */
  @ParameterizedTest
  @EnumSource(Interpolant.class)
  void aVelocityOfTheLinearPathBecomesThatOfAnother(Interpolant path) {
    for (double s : TIMES) {
      Interpolant.Point p = path.at(s);
      double t = p.linearTime();
      double c = p.signal() + p.noise(); // of its states over those of the linear path
      for (double x : new double[] {-2.5, -0.3, 0.4, 1.9}) {
        double u = velocity(Interpolant.LINEAR.at(t), x / c);
        double own = velocity(p, x);

        double divided = x / p.scale();
        double clean =
            PredictionType.FLOW.stateFactor(p.alphaBar()) * divided
                + PredictionType.FLOW.outputFactor(p.alphaBar()) * u;
        double noise = (x - p.signal() * clean) / p.noise();
        double byMeans = p.signalRate() * clean + p.noiseRate() * noise;
        assertEquals(own, byMeans, 1e-10 * (1 + Math.abs(own)), path + " at " + s);

        double timeRate = (p.signal() * p.noiseRate() - p.noise() * p.signalRate()) / (c * c);
        double scaleRate = p.signalRate() + p.noiseRate();
        double byRates = scaleRate / c * x + c * timeRate * u;
        assertEquals(own, byRates, 1e-10 * (1 + Math.abs(own)), path + " at " + s);
      }
    }
  }

  /** On every path and by every sampler a step goes where guidance between two steps leads. */
  @ParameterizedTest
  @EnumSource(Interpolant.class)
  void guidanceCommutesWithStepsOnEveryPath(Interpolant path) {
    double[] outputs = {1.3, -0.4, 0}; // asked, free and guided
    for (FlowSampler sampler : FlowSampler.values()) {
      GaussianProcess chain =
          Flow.chain(
              FlowGrid.of(
                  path,
                  new double[] {0.9, 0.6, 0.2},
                  Optional.of(new FlowDiffusion(FlowDiffusion.Family.LINEAR, 1))),
              sampler,
              Flow.Last.MEAN,
              OptionalDouble.empty(),
              FlowSchedulerConfig.DEFAULT,
              LINE);
      for (int level = 3; level >= 1; level--) {
        for (double weight : new double[] {0.5, 2, 7.5}) {
          outputs[2] = guided(outputs, weight);
          double[] x = {0.6, 0.6, 0.6};
          double[] clean = new double[3];
          PredictionType.FLOW.clean(chain.alphaBar(level), x, 0, 3, i -> outputs[i], clean);
          double[] next =
              chain.law(points(x), level, new Prediction.Mean(points(clean))).mean().data();
          assertEquals(guided(next, weight), next[2], 1e-12, sampler + " from level " + level);
        }
      }
    }
  }

  private static double guided(double[] askedAndFree, double weight) {
    return askedAndFree[1] + weight * (askedAndFree[0] - askedAndFree[1]);
  }

  private static Flow flow(int steps, FlowSampler sampler) {
    return new Flow(
        steps,
        sampler,
        Optional.empty(),
        Flow.Last.MEAN,
        Interpolant.LINEAR_VP,
        Flow.Conversion.BOTH,
        Flow.Schedule.UNIFORM,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        FlowSchedulerConfig.DEFAULT);
  }

  @Test
  void aChainVisitsTheLevelsOfItsPath() {
    GaussianProcess chain = flow(10, FlowSampler.EULER).over(LINE);
    for (int level = 1; level <= 10; level++) {
      double t = level / 10.0;
      assertEquals(1 - t * t, chain.alphaBar(level), 1e-7);
      double linear = t / (Math.sqrt(1 - t * t) + t);
      assertEquals(1000 * linear, chain.time(level), 1e-4);
    }
  }

  @Test
  void itsOdeMapsQuantilesToQuantiles() {
    GaussianMixture model =
        new GaussianMixture(
            WEIGHTS,
            new double[][] {{-2}, {1.5}},
            new double[][] {{0.25}, {0.64}},
            flow(1_000, FlowSampler.HEUN));
    Lab lab = new Lab(model.open(), model.reverse(), new Linear(new double[] {1}, 0), 0.5);
    double[] x =
        ((Batch.Reals) lab.run(new Pretrained(), 100, Budget.UNLIMITED, 0).states()).data();
    double[] z =
        ((Batch.Reals) lab.process().prior(100, Lab.seed(0).noise(Purpose.PRIOR, 1_000))).data();
    NormalDistribution normal = new NormalDistribution(null, 0, 1);
    for (int i = 0; i < x.length; i++) {
      double quantile = 0;
      for (int k = 0; k < 2; k++) {
        quantile += WEIGHTS[k] * normal.cumulativeProbability((x[i] - MEANS[k]) / DEVIATIONS[k]);
      }
      assertEquals(normal.cumulativeProbability(z[i]), quantile, 1e-4);
    }
  }
}
