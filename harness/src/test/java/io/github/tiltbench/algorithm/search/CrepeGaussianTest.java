package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.Crepe.Value;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replica exchange on a Gaussian chain whose steps are all affine, with reward x. */
class CrepeGaussianTest {
  private static final int[] ITEM = {1};
  private static final int ROWS = 6000;

  private static Gaussian model(int steps, double eta) {
    String scheduler =
        """
        {"timestep_spacing": "trailing", "clip_sample": false}
        """;
    Ddim ddim = new Ddim(steps, eta, SchedulerFile.of("scheduler", scheduler));
    return new Gaussian(new double[] {0.5}, new double[] {0.64}, ddim);
  }

  private static Lab lab(Gaussian model, ReverseProcess process, double slope) {
    return new Lab(model.open(), process, new Linear(new double[] {slope}, 0), 1);
  }

  /**
   * The chain with the reversal of its own steps in place of the forward process: what a state of a
   * level came from, given where it is.
   */
  private static final class Reversed implements ReverseProcess {
    private final GaussianProcess chain;
    private final double[] shift;
    private final double[] slope;
    private final double[] std;
    private final double[] mean;
    private final double[] variance;
    private final double[] estimate;

    Reversed(Gaussian model) {
      chain = model.reverse();
      int steps = chain.steps();
      shift = new double[steps + 1];
      slope = new double[steps + 1];
      std = new double[steps + 1];
      estimate = new double[steps + 1];
      mean = new double[steps + 1];
      variance = new double[steps + 1];
      variance[steps] = 1;
      for (int t = steps; t >= 1; t--) {
        Batch.Reals x = new Batch.Reals(new double[] {0, 1}, ITEM);
        Prediction p = model.open().denoise(x, new int[] {t, t}, null);
        GaussianStep law = chain.law(x, t, p);
        shift[t] = law.mean().data()[0];
        slope[t] = law.mean().data()[1] - shift[t];
        std[t] = law.std();
        double[] clean = ((Prediction.Mean) p).clean().data();
        estimate[t] = clean[1] - clean[0];
        mean[t - 1] = shift[t] + slope[t] * mean[t];
        variance[t - 1] = slope[t] * slope[t] * variance[t] + std[t] * std[t];
      }
    }

    @Override
    public int steps() {
      return chain.steps();
    }

    @Override
    public StepLaw initial(int count) {
      return chain.initial(count);
    }

    @Override
    public StepLaw law(Batch x, int[] level, Prediction prediction) {
      return chain.law(x, level, prediction);
    }

    @Override
    public Batch renoise(Batch x, int from, int to, Noise noise) {
      assertEquals(from + 1, to);
      double gain = slope[to] * variance[to] / variance[from];
      double left = Math.sqrt(Math.max(0, variance[to] - gain * slope[to] * variance[to]));
      double[] z = new double[x.size()];
      noise.normals(x.size(), z);
      double[] y = ((Batch.Reals) x).data();
      double[] up = new double[z.length];
      Arrays.setAll(up, i -> mean[to] + gain * (y[i] - mean[from]) + left * z[i]);
      return new Batch.Reals(up, ITEM);
    }

    @Override
    public Batch clean(Prediction prediction, Decoding how, Noise noise) {
      return chain.clean(prediction, how, noise);
    }

    @Override
    public boolean decodes(Decoding how) {
      return chain.decodes(how);
    }

    @Override
    public boolean stochastic() {
      return true;
    }

    @Override
    public boolean stochasticAt(int level) {
      return chain.stochasticAt(level);
    }
  }

  /** Moments of a level, against a normal law. */
  private static void assertNormal(Batch states, double mean, double variance, String what) {
    SampleMoments moments = new SampleMoments();
    SampleMoments squares = new SampleMoments();
    for (double x : ((Batch.Reals) states).data()) {
      moments.add(x);
      squares.add((x - mean) * (x - mean));
    }
    moments.assertMean(mean, 4, what + ", mean");
    squares.assertMean(variance, 4, what + ", variance");
  }

  /** From exact draws of all levels, one iteration and twenty leave the law of each as it is. */
  @ParameterizedTest
  @CsvSource({"0", "1", "5"})
  void withTheReversalIterationsLeaveTheLawAsItIs(double rise) {
    Gaussian model = model(10, 1);
    Reversed chain = new Reversed(model);
    assertEquals(0.499987, chain.mean[0], 5e-7);
    assertEquals(0.333257, chain.variance[0], 5e-7);
    Lab lab = lab(model, chain, 1);
    Crepe rule = new Crepe(20, 0.5, 1, Value.ESTIMATE, 1, rise);
    Problem problem = lab.problem(ROWS, Budget.UNLIMITED);
    Batch[] states = new Batch[11];
    Prediction[] predictions = new Prediction[11];
    double[] center = new double[11];
    for (int t = 0; t <= 10; t++) {
      double tilt = t == 0 ? 1 : t == 10 ? 0 : rule.share(t, 10) * chain.estimate[t];
      center[t] = chain.mean[t] + chain.variance[t] * tilt;
      double[] x = new double[ROWS];
      Lab.seed(1).noise(Purpose.PROPOSAL, t).normals(ROWS, x);
      for (int i = 0; i < ROWS; i++) {
        x[i] = center[t] + Math.sqrt(chain.variance[t]) * x[i];
      }
      states[t] = new Batch.Reals(x, ITEM);
      int[] level = new int[ROWS];
      Arrays.fill(level, t);
      predictions[t] = t == 0 ? null : lab.denoiser().denoise(states[t], level, null);
    }
    assertEquals(0.833244, center[0], 1e-6);
    Ladders ladders =
        Ladders.at(
            rule,
            problem,
            lab.session(problem, new Meter(Budget.UNLIMITED), 1),
            states,
            predictions);
    for (int i = 0; i < 20; i++) {
      ladders.iterate(i);
      for (int t = 0; t <= 10 && (i == 0 || i == 1 || i == 19); t++) {
        String what = "level " + t + " after " + (i + 1) + " iterations";
        assertNormal(ladders.rung(t).state(), center[t], chain.variance[t], what);
      }
    }
    assertTrue(ladders.accepted() < 0.99, "something was refused");
    double[] now = ((Batch.Reals) ladders.rung(10).state()).data();
    double[] first = ((Batch.Reals) states[10]).data();
    for (int i = 0; i < ROWS; i++) {
      assertNotEquals(first[i], now[i], "level T is drawn anew");
    }
  }

  /** Without a reward all is taken, and level 0 has the law of the model, noised how it may. */
  @Test
  void withoutRewardLevelZeroIsTheModel() {
    Gaussian model = model(10, 1);
    Lab lab = lab(model, model.reverse(), 0);
    Samples samples =
        lab.run(new Crepe(25, 0.5, ROWS, Value.ESTIMATE, 1, 1), ROWS, Budget.UNLIMITED, 2);
    assertEquals(1, samples.scalars().get("accepted"), 0);
    assertEquals(1, samples.scalars().get("descended"), 0);
    assertNormal(samples.states(), 0.499987, 0.333257, "level 0");
  }

  /** How far the mean of level 0 is off, where states are noised by the forward process. */
  private static double off(int steps, int rows) {
    Gaussian model = model(steps, 1);
    Reversed chain = new Reversed(model);
    Crepe rule = new Crepe(4 * steps, 0.5, rows, Value.ESTIMATE, 1, 1);
    Samples samples = lab(model, model.reverse(), 1).run(rule, rows, Budget.UNLIMITED, 4);
    double mean = Arrays.stream(((Batch.Reals) samples.states()).data()).average().orElseThrow();
    return mean - chain.mean[0] - chain.variance[0];
  }

  /** The mean is 0.049 too high at ten steps, which is some of the standard errors here. */
  @Test
  void noisingIsNotQuiteTheReversal() {
    assertEquals(0.049, off(10, 4000), 4 * 0.58 / Math.sqrt(4000));
  }

  /** Where noising is the reversal of steps only as they shrink, or not even then. */
  @Test
  void warnsOfOtherNoise() {
    for (double eta : new double[] {1, 0.5}) {
      Gaussian model = model(10, eta);
      Problem problem = lab(model, model.reverse(), 1).problem(1, Budget.UNLIMITED);
      String warnings = new Crepe(90, 0.5, 1, Value.ESTIMATE, 1, 1).warnings(problem).toString();
      assertTrue(warnings.contains(eta == 1 ? "only as they shrink" : "other noise"), warnings);
    }
  }

  @Test
  void stepsWithoutNoiseAreSkipped() {
    Gaussian model = model(10, 0);
    Support support =
        Crepe.DEFAULT.supports(lab(model, model.reverse(), 1).problem(1, Budget.UNLIMITED));
    assertTrue(assertInstanceOf(Support.No.class, support).reason().contains("eta 0"));
    Gaussian other = model(10, 1);
    Crepe soft = new Crepe(0, 0.5, 1, Value.SOFT, 2, 1);
    assertInstanceOf(
        Support.No.class,
        soft.supports(lab(other, other.reverse(), 1).problem(1, Budget.UNLIMITED)));
  }
}
