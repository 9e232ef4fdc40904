package io.github.tiltbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.program.ProgramFailure;
import io.github.tiltbench.engine.program.Scripts;
import io.github.tiltbench.verifier.ProgramReward;
import io.github.tiltbench.verifier.ScoreRange;
import io.github.tiltbench.verifier.Verifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Denoisers and rewards that are programs against what they ought to compute. */
class ProgramModelTest {
  private static final int[] PLANE = {2};
  private static final String VELOCITY = "{\"prediction_type\": \"v_prediction\"%s}";

  @TempDir Path folder;

  private static Ddim ddim(String scheduler) {
    return new Ddim(20, 1, SchedulerFile.of("scheduler", scheduler));
  }

  private ProgramModel conditioned(double guidance, String said) {
    return new ProgramModel(
        new Scripts(folder).with("conditioned.py").program("conditioned.py", said),
        PLANE,
        ddim(VELOCITY.formatted("")),
        guidance,
        true);
  }

  private static Condition[] all(int count, String text) {
    Condition[] conditions = new Condition[count];
    Arrays.fill(conditions, new Condition(text));
    return conditions;
  }

  /** By the definition of guidance and of a velocity, over several messages. */
  @Test
  void outputsBecomeCleanMeansUnderGuidance() {
    double w = 3;
    ProgramModel model = conditioned(w, VELOCITY.formatted(", \"rows\": 5"));
    GaussianProcess process = model.reverse();
    int rows = 7; // at two network rows each, four messages of at most two
    double[] x = new double[2 * rows];
    Arrays.setAll(x, i -> Math.sin(i));
    int[] level = new int[rows];
    Arrays.setAll(level, i -> 1 + 3 * i % 20);
    try (Denoiser denoiser = model.open()) {
      Batch.Reals states = new Batch.Reals(x, PLANE);
      double[] guided = mean(denoiser.denoise(states, level, all(rows, "cat")));
      List<Prediction> contrast = denoiser.contrast(states, level, all(rows, "cat"));
      assertArrayEquals(guided, mean(contrast.get(1)), 0);
      double[] shift = {1, 2};
      double[] freeShift = {0.5, 0};
      for (int i = 0; i < rows; i++) {
        double a = process.alphaBar(level[i]);
        for (int k = 0; k < 2; k++) {
          double value = x[2 * i + k];
          double rest = value / 2 - process.time(level[i]) / 1000;
          double asked = rest + shift[k];
          double free = rest + freeShift[k];
          double velocity = free + w * (asked - free);
          double where = Math.sqrt(a) * value;
          assertEquals(where - Math.sqrt(1 - a) * velocity, guided[2 * i + k], 1e-6);
          assertEquals(where - Math.sqrt(1 - a) * asked, mean(contrast.get(0))[2 * i + k], 1e-6);
        }
      }
      assertEquals(Cost.of(2L * rows, 4L * rows, 0), denoiser.odometer());
      try (Denoiser.Linearised line = denoiser.linearise(states, level, all(rows, "cat"))) {
        double[] u = new double[2 * rows];
        Arrays.setAll(u, i -> Math.cos(i));
        double[] gradient = line.pullback(new Batch.Reals(u, PLANE)).data();
        for (int i = 0; i < u.length; i++) {
          double a = process.alphaBar(level[i / 2]);
          assertEquals((Math.sqrt(a) - Math.sqrt(1 - a) / 2) * u[i], gradient[i], 1e-6);
        }
      }
      assertEquals(new Cost(3L * rows, 6L * rows, rows, 0, 0), denoiser.odometer());
    }
  }

  private static double[] mean(Prediction prediction) {
    return ((Prediction.Mean) prediction).clean().data();
  }

  @Test
  void aCopyOfTheMixtureHasItsDerivative() {
    Ddim chain = ddim("{\"prediction_type\": \"sample\", \"clip_sample\": false}");
    ProgramModel model =
        new ProgramModel(
            new Scripts(folder).with("mixture.py").program("mixture.py"), PLANE, chain, 1, true);
    GaussianMixture mixture =
        new GaussianMixture(
            new double[] {0.3, 0.7},
            new double[][] {{-2, 0}, {1.5, 1}},
            new double[][] {{0.2, 0.2}, {0.5, 0.1}},
            chain);
    int rows = 10; // two messages
    double[] x = new double[2 * rows];
    double[] u = new double[2 * rows];
    int[] level = new int[rows];
    Arrays.setAll(x, i -> 2 * Math.sin(i));
    Arrays.setAll(u, i -> Math.cos(3 * i));
    Arrays.setAll(level, i -> 1 + 2 * i);
    Batch.Reals states = new Batch.Reals(x, PLANE);
    try (Denoiser python = model.open();
        Denoiser java = mixture.open();
        Denoiser.Linearised found = python.linearise(states, level, all(rows, "-"));
        Denoiser.Linearised expected = java.linearise(states, level, all(rows, "-"))) {
      assertArrayEquals(mean(expected.prediction()), mean(found.prediction()), 1e-12);
      Batch.Reals cotangent = new Batch.Reals(u, PLANE);
      assertArrayEquals(
          expected.pullback(cotangent).data(), found.pullback(cotangent).data(), 1e-12);
      assertEquals(java.odometer(), python.odometer());
    }
  }

  @Test
  void theGradientOfARewardIsThatOfItsScores() {
    int[] item = {3, 1};
    ProgramReward reward =
        new ProgramReward(
            new Scripts(folder).with("cubic.py").program("cubic.py"), item, true, ScoreRange.REALS);
    int rows = 9; // three messages
    double[] x = new double[3 * rows];
    Arrays.setAll(x, i -> Math.sin(i));
    try (Verifier verifier = reward.open(new StateSpace.Euclidean(item))) {
      assertTrue(verifier.batched());
      Batch.Reals states = new Batch.Reals(x, item);
      Verifier.Gradient gradient = verifier.gradient(states, all(rows, "-"));
      assertArrayEquals(verifier.score(states, all(rows, "-")), gradient.score(), 0);
      double h = 1e-5;
      for (int k = 0; k < 3; k++) {
        double[] slope = new double[rows];
        for (int side = -1; side <= 1; side += 2) {
          double[] moved = x.clone();
          for (int i = k; i < x.length; i += 3) {
            moved[i] += side * h;
          }
          double[] score = verifier.score(new Batch.Reals(moved, item), all(rows, "-"));
          for (int i = 0; i < rows; i++) {
            slope[i] += side * score[i] / (2 * h);
          }
        }
        for (int i = 0; i < rows; i++) {
          assertEquals(slope[i], gradient.gradient().data()[3 * i + k], 1e-8);
        }
      }
    }
  }

  private String refusal(double guidance, String said) {
    return assertThrows(ProgramFailure.class, () -> conditioned(guidance, said).open())
        .getMessage()
        .replaceAll("^.*?: it ", "it ");
  }

  @Test
  void aProgramIsHeldToTheChainOfTheStudy() {
    assertEquals(
        "it predicts epsilon; the scheduler of the study has prediction_type: v_prediction",
        refusal(1, "{\"prediction_type\": \"epsilon\"}"));
    assertEquals(
        "it was trained with another schedule than that of the study's process; write scheduler:"
            + " {\"beta_schedule\":\"scaled_linear\",\"prediction_type\":\"v_prediction\"}",
        refusal(
            1,
            VELOCITY.formatted(
                ", \"scheduler\": {\"beta_schedule\": \"scaled_linear\", \"prediction_type\":"
                    + " \"v_prediction\"}")));
    assertEquals(
        "it takes one row a message, and guidance needs two",
        refusal(2, VELOCITY.formatted(", \"rows\": 1")));
    assertTrue(
        refusal(1, VELOCITY.formatted(", \"row\": 1"))
            .endsWith("unknown key 'row' in denoiser; did you mean 'rows'?"));
    String sound = ", \"scheduler\": " + VELOCITY.formatted("");
    conditioned(2, VELOCITY.formatted(sound + ", \"rows\": 2")).open().close();
  }
}
