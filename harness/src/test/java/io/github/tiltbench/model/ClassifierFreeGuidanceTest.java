package io.github.tiltbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.diffusion.PredictionType;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guidance is a line through two outputs, and all meanings of an output are affine in it. */
class ClassifierFreeGuidanceTest {
  private static final double[] STATES = {-2.3, -0.1, 0.7, 3.1};
  private static final float[] OUTPUTS = {0.4f, -1.2f, 2.5f, 0.03f, -0.9f, 0.8f, 1.1f, -2.2f};
  private static final int COUNT = STATES.length;

  /** The clean means of an output, guided or read from the rows {@code from} on. */
  private static double[] clean(PredictionType type, double alphaBar, double[] output) {
    double[] clean = new double[COUNT];
    type.clean(alphaBar, STATES, 0, COUNT, i -> output[i], clean);
    return clean;
  }

  /** What a network of another type would have put out for the same clean means. */
  private static double[] output(PredictionType type, double alphaBar, double[] clean) {
    double[] output = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      output[i] = (clean[i] - type.stateFactor(alphaBar) * STATES[i]) / type.outputFactor(alphaBar);
    }
    return output;
  }

  private static double[] doubles(int from) {
    double[] part = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      part[i] = OUTPUTS[from + i];
    }
    return part;
  }

  @ParameterizedTest
  @EnumSource(PredictionType.class)
  void guidingAnyOutputGuidesThemAll(PredictionType own) {
    for (double alphaBar : new double[] {1e-4, 0.01, 0.3, 0.5, 0.9, 0.999}) {
      double[] asked = clean(own, alphaBar, doubles(0));
      double[] free = clean(own, alphaBar, doubles(COUNT));
      for (double weight : new double[] {0.5, 2, 7.5}) {
        ClassifierFreeGuidance guidance = ClassifierFreeGuidance.of(weight);
        double[] guided = new double[COUNT];
        FloatBuffer rows = FloatBuffer.wrap(OUTPUTS);
        own.clean(alphaBar, STATES, 0, COUNT, i -> guidance.output(rows, i, COUNT), guided);
        for (PredictionType other : PredictionType.values()) {
          double[] theirs = output(other, alphaBar, free);
          double[] towards = output(other, alphaBar, asked);
          for (int i = 0; i < COUNT; i++) {
            theirs[i] += weight * (towards[i] - theirs[i]);
          }
          double[] converted = clean(other, alphaBar, theirs);
          for (int i = 0; i < COUNT; i++) {
            String where = own + " as " + other + " at " + alphaBar + ", weight " + weight;
            assertEquals(guided[i], converted[i], 1e-12 * (1 + Math.abs(guided[i])), where);
          }
        }
      }
    }
  }

  /** Weights 1 and 0 are the two rows themselves, and take no second one. */
  @Test
  void theEndsOfTheLineAreTheOutputs() {
    assertEquals(1, ClassifierFreeGuidance.of(1).rows());
    assertEquals(1, ClassifierFreeGuidance.of(0).rows());
    ClassifierFreeGuidance two = ClassifierFreeGuidance.of(3);
    FloatBuffer rows = FloatBuffer.wrap(OUTPUTS);
    assertEquals(OUTPUTS[1], two.asLearnt().output(rows, 1, COUNT), 0);
    double[] cotangents = new double[2 * COUNT];
    two.pullback(5, 1, COUNT, cotangents);
    assertArrayEquals(new double[] {0, 15, 0, 0, 0, -10, 0, 0}, cotangents);
  }
}
