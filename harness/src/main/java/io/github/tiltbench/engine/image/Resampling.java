package io.github.tiltbench.engine.image;

import java.util.Arrays;

/**
 * How one axis of an image becomes one of another length: each output a weighted sum of inputs.
 *
 * @param in number of inputs
 * @param first the first input of each output
 * @param weights of that input and those after it
 */
public record Resampling(int in, int[] first, double[][] weights) {
  /** As Pillow resizes, and torch with {@code antialias=True}. */
  public static Resampling antialiased(Kernel kernel, int in, int out) {
    double scale = (double) in / out;
    double stretch = Math.max(scale, 1);
    double support = kernel.support() * stretch;
    int[] first = new int[out];
    double[][] weights = new double[out][];
    for (int i = 0; i < out; i++) {
      double centre = (i + 0.5) * scale;
      first[i] = Math.max((int) (centre - support + 0.5), 0);
      double[] w = new double[Math.min((int) (centre + support + 0.5), in) - first[i]];
      for (int j = 0; j < w.length; j++) {
        w[j] = kernel.at((first[i] + j - centre + 0.5) / stretch, true);
      }
      double sum = Arrays.stream(w).sum();
      Arrays.setAll(w, j -> w[j] / sum);
      weights[i] = w;
    }
    return new Resampling(in, first, weights);
  }

  /** As torch resizes with {@code antialias=False}. */
  public static Resampling interpolated(Kernel kernel, int in, int out) {
    return interpolated(kernel, in, out, (double) in / out);
  }

  /**
   * The same with a scale of its own, as where torch is given a {@code scale_factor}.
   *
   * @param scale distance of two outputs in inputs
   */
  public static Resampling interpolated(Kernel kernel, int in, int out, double scale) {
    int[] first = new int[out];
    double[][] weights = new double[out][];
    for (int i = 0; i < out; i++) {
      double centre = (i + 0.5) * scale - 0.5;
      int from = (int) Math.floor(centre) - kernel.support() + 1;
      int to = from + 2 * kernel.support() - 1;
      first[i] = end(from, in);
      weights[i] = new double[end(to, in) - first[i] + 1];
      for (int j = from; j <= to; j++) {
        weights[i][end(j, in) - first[i]] += kernel.at(j - centre, false);
      }
    }
    return new Resampling(in, first, weights);
  }

  /** The nearest input there is. */
  private static int end(int index, int in) {
    return Math.max(0, Math.min(in - 1, index));
  }

  /** Number of outputs. */
  public int out() {
    return first.length;
  }

  /** Only some of the outputs. */
  public Resampling crop(int from, int count) {
    return new Resampling(
        in,
        Arrays.copyOfRange(first, from, from + count),
        Arrays.copyOfRange(weights, from, from + count));
  }

  /** One output, of inputs that lie {@code stride} apart from {@code from} on. */
  double at(int output, double[] data, int from, int stride) {
    double[] w = weights[output];
    double sum = 0;
    for (int j = 0, at = from + first[output] * stride; j < w.length; j++, at += stride) {
      sum += w[j] * data[at];
    }
    return sum;
  }

  /** Adds to the inputs what they owe to an output: the transpose of {@link #at}. */
  void spread(int output, double value, double[] data, int from, int stride) {
    double[] w = weights[output];
    for (int j = 0, at = from + first[output] * stride; j < w.length; j++, at += stride) {
      data[at] += w[j] * value;
    }
  }

  /** The weights as a row-major table, one row an output. */
  public double[] matrix() {
    double[] matrix = new double[out() * in];
    for (int i = 0; i < out(); i++) {
      System.arraycopy(weights[i], 0, matrix, i * in + first[i], weights[i].length);
    }
    return matrix;
  }
}
