package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.algorithm.Guided;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.model.Mixture;
import io.github.tiltbench.verifier.Quadratic;
import org.junit.jupiter.api.Test;

/** The gradient of the value of the clean estimate, through clip and denoiser. */
class GuideTest {
  private static final Mixture MODEL =
      new Mixture(
          new double[] {0.4, 0.6},
          new double[][] {{-0.8, 0.3}, {0.7, 1.6}},
          new double[][] {{0.2, 0.1}, {0.3, 0.2}},
          new Ddim(10, 1, SchedulerConfig.DEFAULT));
  private static final Quadratic REWARD = new Quadratic(new double[] {0.5, -0.5}, 3);
  private static final DirectEvaluator EVALUATOR =
      new DirectEvaluator(MODEL.open(), MODEL.reverse(), REWARD.open());

  private static Guided guide(double... x) {
    return EVALUATOR.guide(
        new Batch.Reals(x, new int[] {2}), new int[] {4}, new Condition[] {Condition.NONE});
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
