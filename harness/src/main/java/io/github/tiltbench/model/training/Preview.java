package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;

/**
 * Samples of a velocity network to look at and to judge: DDIM with eta 1, trailing spacing, clipped
 * clean estimates and classifier-free guidance.
 *
 * <p>It exists beside the reverse processes of studies so that a training run depends on nothing
 * that studies may change.
 */
final class Preview {
  private static final int ZOOM = 2;
  private static final int ROWS = 50;

  private final double[] alphaBars;
  private final int side;
  private final int emptyClass;
  private final double guidance;

  /** A sampler for a network that knows classes below {@code emptyClass}. */
  Preview(double[] alphaBars, int side, int emptyClass, double guidance) {
    this.alphaBars = alphaBars.clone();
    this.side = side;
    this.emptyClass = emptyClass;
    this.guidance = guidance;
  }

  /** So many samples of each class, class after class, values in [-1, 1]. */
  float[] balanced(TorchModule network, int perClass, int steps, long seed) {
    int area = side * side;
    float[] all = new float[emptyClass * perClass * area];
    int total = emptyClass * perClass;
    for (int from = 0; from < total; from += ROWS) {
      int[] classes = new int[Math.min(ROWS, total - from)];
      for (int row = 0; row < classes.length; row++) {
        classes[row] = (from + row) / perClass;
      }
      float[] x = sample(network, classes, steps, new SplitMix(seed + from));
      System.arraycopy(x, 0, all, from * area, x.length);
    }
    return all;
  }

  private float[] sample(TorchModule network, int[] classes, int steps, RandomGenerator random) {
    float[] x = new float[classes.length * side * side];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    for (int k = steps; k > 0; k--) {
      int time = (int) Math.round((double) alphaBars.length * k / steps) - 1;
      int next = (int) Math.round((double) alphaBars.length * (k - 1) / steps) - 1;
      float[] v = velocity(network, x, time, classes);
      move(x, v, alphaBars[time], next < 0 ? 1 : alphaBars[next], random);
    }
    return x;
  }

  /** Conditional and unconditional rows in one forward, then extrapolated. */
  private float[] velocity(TorchModule network, float[] x, int time, int[] classes) {
    int rows = classes.length;
    float[] inputs = Arrays.copyOf(x, 2 * x.length);
    System.arraycopy(x, 0, inputs, x.length, x.length);
    float[] t = new float[2 * rows];
    Arrays.fill(t, time);
    long[] y = new long[2 * rows];
    Arrays.fill(y, emptyClass);
    for (int row = 0; row < rows; row++) {
      y[row] = classes[row];
    }
    int used = guidance == 1 ? rows : 2 * rows;
    float[] out =
        network
            .forward(
                new Tensor.Floats(Arrays.copyOf(inputs, used * side * side), used, 1, side, side),
                new Tensor.Floats(Arrays.copyOf(t, used), used),
                new Tensor.Longs(Arrays.copyOf(y, used), used))
            .get(0)
            .data();
    if (guidance == 1) {
      return out;
    }
    float[] v = new float[x.length];
    for (int i = 0; i < v.length; i++) {
      float free = out[v.length + i];
      v[i] = (float) (free + guidance * (out[i] - free));
    }
    return v;
  }

  private static void move(
      float[] x, float[] v, double bar, double nextBar, RandomGenerator random) {
    double variance = (1 - nextBar) / (1 - bar) * (1 - bar / nextBar);
    for (int i = 0; i < x.length; i++) {
      double clean = Math.sqrt(bar) * x[i] - Math.sqrt(1 - bar) * v[i];
      clean = Math.max(-1, Math.min(1, clean));
      double noise = (x[i] - Math.sqrt(bar) * clean) / Math.sqrt(1 - bar);
      x[i] =
          (float)
              (Math.sqrt(nextBar) * clean
                  + Math.sqrt(Math.max(0, 1 - nextBar - variance)) * noise
                  + Math.sqrt(variance) * random.nextGaussian());
    }
  }

  /** Writes the first {@code columns} samples of each class, one row a class. */
  static void write(float[] samples, int side, int classes, int columns, Path png)
      throws IOException {
    int perClass = samples.length / (side * side) / classes;
    BufferedImage image =
        new BufferedImage(
            columns * side * ZOOM, classes * side * ZOOM, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int sample = y / ZOOM / side * perClass + x / ZOOM / side;
        float value = samples[(sample * side + y / ZOOM % side) * side + x / ZOOM % side];
        int grey = Math.round((Math.max(-1, Math.min(1, value)) + 1) * 127.5f);
        image.getRaster().setSample(x, y, 0, grey);
      }
    }
    ImageIO.write(image, "png", png.toFile());
  }
}
