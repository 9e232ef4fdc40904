package io.github.tiltbench.engine.learning;

import io.github.tiltbench.engine.Tensor;

/** Shift and scale of each element of an input. */
record Standardisation(float[] mean, float[] scale) {
  static Standardisation of(Examples examples) {
    int rows = examples.rows();
    int volume = examples.inputs().length / rows;
    double[] mean = new double[volume];
    double[] square = new double[volume];
    for (int i = 0; i < examples.inputs().length; i++) {
      mean[i % volume] += examples.inputs()[i] / (double) rows;
    }
    for (int i = 0; i < examples.inputs().length; i++) {
      double off = examples.inputs()[i] - mean[i % volume];
      square[i % volume] += off * off / rows;
    }
    float[] shift = new float[volume];
    float[] scale = new float[volume];
    for (int i = 0; i < volume; i++) {
      shift[i] = (float) mean[i];
      scale[i] = square[i] > 1e-12 ? (float) (1 / Math.sqrt(square[i])) : 1;
    }
    return new Standardisation(shift, scale);
  }

  /** The tensor of raw inputs, which it overwrites. */
  Tensor tensor(float[] x, int[] item) {
    int volume = mean.length;
    for (int i = 0; i < x.length; i++) {
      x[i] = (x[i] - mean[i % volume]) * scale[i % volume];
    }
    long[] shape = new long[1 + item.length];
    shape[0] = x.length / volume;
    for (int i = 0; i < item.length; i++) {
      shape[1 + i] = item[i];
    }
    return item.length == 3
        ? new Tensor.Floats(x, shape)
        : new Tensor.Floats(x, x.length / volume, volume);
  }
}
