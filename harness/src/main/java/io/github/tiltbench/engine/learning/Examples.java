package io.github.tiltbench.engine.learning;

import io.github.tiltbench.engine.Tensor;
import java.util.Arrays;

/**
 * What a regression learns from: rows of an input, the level it is at, a target and a weight.
 *
 * @param item shape of an input: one number for vectors, {channels, height, width} for images
 * @param inputs row-major
 * @param levels one a row, in [0, 1]
 * @param targets one number a row, or one shaped like the input
 * @param weights one a row, at least 0 and not all 0
 */
public record Examples(
    int[] item, float[] inputs, float[] levels, double[] targets, double[] weights) {
  /** Refuses no rows, lengths that do not fit, and numbers that cannot be learned from. */
  public Examples {
    int volume = Tensor.size(Arrays.stream(item).asLongStream().toArray());
    int rows = levels.length;
    if (rows == 0) {
      throw new IllegalArgumentException("there are no examples");
    }
    if (inputs.length != (long) rows * volume
        || weights.length != rows
        || (targets.length != rows && targets.length != inputs.length)) {
      throw new IllegalArgumentException(
          rows
              + " levels, "
              + inputs.length
              + " inputs, "
              + targets.length
              + " targets and "
              + weights.length
              + " weights of items "
              + Arrays.toString(item));
    }
    if (!Arrays.stream(targets).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("a target is not finite");
    }
    if (!Arrays.stream(weights).allMatch(w -> w >= 0 && w < Double.POSITIVE_INFINITY)
        || Arrays.stream(weights).allMatch(w -> w == 0)) {
      throw new IllegalArgumentException("weights must be at least 0, finite and not all 0");
    }
  }

  /** Rows of equal weight. */
  public static Examples of(int[] item, float[] inputs, float[] levels, double[] targets) {
    double[] weights = new double[levels.length];
    Arrays.fill(weights, 1);
    return new Examples(item, inputs, levels, targets, weights);
  }

  int rows() {
    return levels.length;
  }

  int outputs() {
    return targets.length / rows();
  }
}
