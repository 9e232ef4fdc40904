package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Condition;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Classifier-free guidance: the output {@code free + weight (asked - free)}, of rows with the
 * condition and, behind all of them, the same rows without.
 *
 * <p>Sources: Ho and Salimans 2022, arXiv:2207.12598, whose own weight is one less; the rescaling
 * is that of Lin et al. 2023, arXiv:2305.08891, section 3.4.
 *
 * @param weight 1 is the condition as learnt, 0 ignores it, more exaggerates it
 * @param rescale how far the output goes back to the spread of that with the condition: 0 not at
 *     all, 1 wholly
 * @param rows network rows of a particle: 1 where one of the two drops out, else 2
 */
record ClassifierFreeGuidance(double weight, double rescale, int rows) {
  /**
   * Guidance of a weight.
   *
   * @throws IllegalArgumentException for a weight that is negative or no number
   */
  static ClassifierFreeGuidance of(double weight) {
    return of(weight, 0);
  }

  /**
   * Guidance of a weight, rescaled.
   *
   * @throws IllegalArgumentException for a weight that is negative or no number, and a rescaling
   *     outside of [0, 1] or without anything to rescale
   */
  static ClassifierFreeGuidance of(double weight, double rescale) {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("guidance must be finite and at least 0");
    }
    int rows = weight == 1 || weight == 0 ? 1 : 2;
    if (!(rescale >= 0 && rescale <= 1)) {
      throw new IllegalArgumentException("guidance_rescale must be in [0, 1] but is " + rescale);
    }
    if (rescale > 0 && rows == 1) {
      throw new IllegalArgumentException("guidance_rescale has no effect at guidance " + weight);
    }
    return new ClassifierFreeGuidance(weight, rescale, rows);
  }

  /** The condition as learnt, from the same rows. */
  ClassifierFreeGuidance asLearnt() {
    return new ClassifierFreeGuidance(1, 0, rows);
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
   * The guided output of one particle, before {@link #scale}.
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

  /**
   * What rescaling multiplies the guided output of one particle by.
   *
   * @param at where its row with the condition begins
   * @param width of a row
   */
  double scale(FloatBuffer output, int at, int stride, int width) {
    if (rescale == 0) {
      return 1;
    }
    Spread asked = Spread.of(k -> output.get(at + k), width);
    Spread guided = Spread.of(k -> output(output, at + k, stride), width);
    return rescale * asked.deviation / guided.deviation + 1 - rescale;
  }

  /** Mean and standard deviation, with n - 1, of a row. */
  private record Spread(double mean, double deviation) {
    static Spread of(IntToDoubleFunction row, int width) {
      double mean = 0;
      for (int k = 0; k < width; k++) {
        mean += row.applyAsDouble(k) / width;
      }
      double squares = 0;
      for (int k = 0; k < width; k++) {
        double d = row.applyAsDouble(k) - mean;
        squares += d * d;
      }
      return new Spread(mean, Math.sqrt(squares / (width - 1)));
    }

    /** The derivative of the deviation in one number of the row. */
    double slope(double value, int width) {
      return (value - mean) / ((width - 1) * deviation);
    }
  }

  /**
   * Writes what the cotangent of one particle's guided and scaled output is to the rows it is made
   * of.
   *
   * @param cotangent by place in the row
   * @param output of all network rows; not read without rescaling
   * @param at where its row with the condition begins
   */
  void pullback(
      IntToDoubleFunction cotangent,
      FloatBuffer output,
      int at,
      int stride,
      int width,
      double[] result) {
    if (rescale == 0) {
      for (int k = 0; k < width; k++) {
        pullback(cotangent.applyAsDouble(k), at + k, stride, result);
      }
      return;
    }
    Spread asked = Spread.of(k -> output.get(at + k), width);
    Spread guided = Spread.of(k -> output(output, at + k, stride), width);
    double ratio = asked.deviation / guided.deviation;
    double along = 0; // how the product with the cotangent grows with the ratio
    for (int k = 0; k < width; k++) {
      along += rescale * cotangent.applyAsDouble(k) * output(output, at + k, stride);
    }
    for (int k = 0; k < width; k++) {
      double out = output(output, at + k, stride);
      double ofGuided =
          (rescale * ratio + 1 - rescale) * cotangent.applyAsDouble(k)
              - along * ratio / guided.deviation * guided.slope(out, width);
      pullback(ofGuided, at + k, stride, result);
      result[at + k] += along / guided.deviation * asked.slope(output.get(at + k), width);
    }
  }

  /** The same for one number of a row, without rescaling. */
  void pullback(double cotangent, int at, int stride, double[] result) {
    if (rows == 1) {
      result[at] = cotangent;
    } else {
      result[at] = weight * cotangent;
      result[stride + at] = (1 - weight) * cotangent;
    }
  }
}
