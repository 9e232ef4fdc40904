package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Condition;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Classifier-free guidance: the output {@code free + weight (asked - free)}, of rows with the
 * condition and, behind all of them, the same rows without.
 *
 * <p>Source: Ho and Salimans 2022, arXiv:2207.12598, whose own weight is one less.
 *
 * @param weight 1 is the condition as learnt, 0 ignores it, more exaggerates it
 * @param rows network rows of a particle: 1 where one of the two drops out, else 2
 */
record ClassifierFreeGuidance(double weight, int rows) {
  /**
   * Guidance of a weight.
   *
   * @throws IllegalArgumentException for a weight that is negative or no number
   */
  static ClassifierFreeGuidance of(double weight) {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("guidance must be finite and at least 0");
    }
    return new ClassifierFreeGuidance(weight, weight == 1 || weight == 0 ? 1 : 2);
  }

  /** The condition as learnt, from the same rows. */
  ClassifierFreeGuidance asLearnt() {
    return new ClassifierFreeGuidance(1, rows);
  }

  /** The condition of each network row of some particles. */
  Condition[] conditions(Condition[] asked, int from, int count) {
    Condition[] conditions = new Condition[rows * count];
    Arrays.fill(conditions, Condition.NONE);
    if (weight != 0) {
      System.arraycopy(asked, from, conditions, 0, count);
    }
    return conditions;
  }

  /**
   * The guided output.
   *
   * @param output of all network rows
   * @param at a number of a row with the condition
   * @param stride how far behind it the number without stands
   */
  double output(FloatBuffer output, int at, int stride) {
    return rows == 1 ? output.get(at) : guided(output.get(at), output.get(stride + at));
  }

  /** The same of doubles. */
  double output(double[] output, int at, int stride) {
    return rows == 1 ? output[at] : guided(output[at], output[stride + at]);
  }

  private double guided(double asked, double free) {
    return free + weight * (asked - free);
  }

  /** Writes what the cotangent of the guided output is to the rows it is made of. */
  void pullback(double cotangent, int at, int stride, double[] result) {
    if (rows == 1) {
      result[at] = cotangent;
    } else {
      result[at] = weight * cotangent;
      result[stride + at] = (1 - weight) * cotangent;
    }
  }
}
