package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.model.GaussianMixture;
import io.github.tiltbench.model.NetworkModel;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.verifier.Classifier;
import io.github.tiltbench.verifier.Quadratic;
import io.github.tiltbench.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradient of the value of the clean estimate, through clip and denoiser. */
class GuideTest {
  private static final GaussianMixture MODEL =
      new GaussianMixture(
          new double[] {0.4, 0.6},
          new double[][] {{-0.8, 0.3}, {0.7, 1.6}},
          new double[][] {{0.2, 0.1}, {0.3, 0.2}},
          new Ddim(10, 1, SchedulerConfig.DEFAULT));
  private static final SchedulerConfig UNCLIPPED =
      SchedulerFile.of("scheduler", "{\"clip_sample\": false}");
  private static final Quadratic REWARD = new Quadratic(new double[] {0.5, -0.5}, 3);
  private static final DirectEvaluator EVALUATOR =
      new DirectEvaluator(MODEL.open(), MODEL.reverse(), REWARD);

  private static Evaluation guide(double... x) {
    return guide(EVALUATOR, 4, x);
  }

  private static Evaluation guide(DirectEvaluator at, int level, double... x) {
    Batch row = new Batch.Reals(x, new int[] {x.length});
    return at.evaluate(
        new Query(Query.Kind.GRADIENT, row, level), new Condition[] {Condition.NONE});
  }

  /** One Gaussian, unclipped: the slope of the clean estimate is s^2 sqrt(a) / (1 - a + a s^2). */
  @Test
  void gradientOfAGaussianHasItsClosedForm() {
    Gaussian model =
        new Gaussian(new double[] {0.5, -1}, new double[] {0.64, 0.09}, new Ddim(10, 1, UNCLIPPED));
    DirectEvaluator at = new DirectEvaluator(model.open(), model.reverse(), REWARD);
    double a = model.reverse().alphaBar(3);
    double[] x = {0.7, -0.4};
    Evaluation guided = guide(at, 3, x);
    for (int i = 0; i < 2; i++) {
      double s2 = model.variance()[i];
      double spread = 1 - a + a * s2;
      double clean = (model.mean()[i] * (1 - a) + s2 * Math.sqrt(a) * x[i]) / spread;
      double slope = -3 * (clean - REWARD.center()[i]);
      assertEquals(slope, guided.estimateGradient().data()[i], 1e-12);
      assertEquals(slope * s2 * Math.sqrt(a) / spread, guided.gradient().data()[i], 1e-12);
    }
  }

  /** The gradient in the estimate is that of the reward, none where the clip holds. */
  @Test
  void slopeIsTheRewardsOwnGradient() {
    Batch.Reals x = new Batch.Reals(new double[] {0.1, 0.2, 0.6, 2.5}, new int[] {2});
    Condition[] none = {Condition.NONE, Condition.NONE};
    Evaluation sloped = EVALUATOR.evaluate(new Query(Query.Kind.ESTIMATE_GRADIENT, x, 4), none);
    Evaluation guided = EVALUATOR.evaluate(new Query(Query.Kind.GRADIENT, x, 4), none);
    assertArrayEquals(guided.estimateGradient().data(), sloped.estimateGradient().data());
    assertArrayEquals(guided.value().values(), sloped.value().values());
    double[] mean = ((Prediction.Mean) sloped.prediction()).clean().data();
    for (int i = 0; i < 4; i++) {
      double slope = Math.abs(mean[i]) > 1 ? 0 : -3 * (mean[i] - REWARD.center()[i % 2]);
      assertEquals(slope, sloped.estimateGradient().data()[i], 1e-12);
    }
    assertTrue(Math.abs(mean[3]) > 1, "the clip holds one coordinate");
  }

  /** The shipped image model and classifier; along the gradient, since networks are in floats. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 2})
  void gradientOfNetworksAgreesWithDifferences(double guidance) throws IOException {
    Path models = Path.of("..", "datasets", "models");
    Path images = models.resolve("fashion-ddpm");
    SchedulerConfig scheduler = SchedulerFile.read(images.resolve("scheduler_config.json"));
    NetworkModel model =
        new NetworkModel(
            NetworkWeights.of(images), new Ddim(10, 1, scheduler), guidance, Optional.empty());
    Classifier reward =
        Classifier.of(
            NetworkWeights.of(models.resolve("fashion-classifier")),
            Classifier.Output.LOG_PROBABILITY);
    int[] level = {9, 6, 3};
    Condition[] asked = {new Condition("bag"), new Condition("coat"), new Condition("bag")};
    Batch.Reals x = (Batch.Reals) model.reverse().prior(3, new Seed(4).noise(Purpose.PRIOR, 10));
    try (Denoiser denoiser = model.open();
        Verifier verifier = reward.open(model.space())) {
      DirectEvaluator at = new DirectEvaluator(denoiser, model.reverse(), verifier);
      Evaluation guided = at.evaluate(new Query(Query.Kind.GRADIENT, x, level), asked);
      for (int row = 0; row < 3; row++) {
        double[] gradient = guided.gradient().row(row);
        double norm = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
        double step = 1e-2;
        double[] moved = x.data().clone();
        double[] slope = new double[1];
        for (int sign = -1; sign <= 1; sign += 2) {
          for (int i = 0; i < gradient.length; i++) {
            int k = row * gradient.length + i;
            moved[k] = x.data()[k] + sign * step * gradient[i] / norm;
          }
          Batch.Reals aside = new Batch.Reals(moved, x.item());
          Evaluation there = at.evaluate(new Query(Query.Kind.GRADIENT, aside, level), asked);
          slope[0] += sign * there.value().values()[row] / (2 * step);
        }
        assertEquals(norm, slope[0], 0.02 * norm, "row " + row);
      }
    }
  }

  /** Central differences; at the second point the clip of [-1, 1] holds one coordinate. */
  @Test
  void gradientAgreesWithDifferences() {
    double h = 1e-5;
    for (double[] x : new double[][] {{0.1, 0.2}, {0.6, 2.5}}) {
      double[] gradient = guide(x).gradient().data();
      for (int i = 0; i < 2; i++) {
        double[] up = x.clone();
        double[] down = x.clone();
        up[i] += h;
        down[i] -= h;
        double slope = (guide(up).value().values()[0] - guide(down).value().values()[0]) / (2 * h);
        assertEquals(slope, gradient[i], 1e-6 * Math.max(1, Math.abs(slope)));
      }
    }
  }
}
