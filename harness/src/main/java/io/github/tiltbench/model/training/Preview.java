package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Pictures from a velocity network, to look at: DDIM with eta 1, trailing spacing, clipped clean
 * estimates and classifier-free guidance.
 */
public final class Preview {
  private static final int ZOOM = 2;

  private final double[] alphaBars;
  private final int side;
  private final int emptyClass;
  private final double guidance;

  /** A sampler for a network that knows classes below {@code emptyClass}. */
  public Preview(double[] alphaBars, int side, int emptyClass, double guidance) {
    this.alphaBars = alphaBars.clone();
    this.side = side;
    this.emptyClass = emptyClass;
    this.guidance = guidance;
  }

  /** One image for each class asked for, values in [-1, 1]. */
  public float[] sample(TorchModule network, int[] classes, int steps, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int rows = classes.length;
    float[] x = new float[rows * side * side];
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

  private float[] velocity(TorchModule network, float[] x, int time, int[] classes) {
    int rows = classes.length;
    boolean guided = guidance != 1;
    int total = guided ? 2 * rows : rows;
    float[] inputs = java.util.Arrays.copyOf(x, total * side * side);
    float[] t = new float[total];
    long[] y = new long[total];
    java.util.Arrays.fill(t, time);
    for (int row = 0; row < rows; row++) {
      y[row] = classes[row];
      if (guided) {
        y[rows + row] = emptyClass;
      }
    }
    if (guided) {
      System.arraycopy(x, 0, inputs, x.length, x.length);
    }
    float[] out =
        network
            .forward(
                new Tensor.Floats(inputs, total, 1, side, side),
                new Tensor.Floats(t, total),
                new Tensor.Longs(y, total))
            .get(0)
            .data();
    float[] v = new float[x.length];
    for (int i = 0; i < v.length; i++) {
      v[i] =
          guided ? (float) (out[v.length + i] + guidance * (out[i] - out[v.length + i])) : out[i];
    }
    return v;
  }

  private static void move(
      float[] x, float[] v, double bar, double nextBar, SplittableRandom random) {
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

  /** Writes a picture with one row a class. */
  public void grid(TorchModule network, int perClass, int steps, long seed, Path png)
      throws IOException {
    BufferedImage image =
        new BufferedImage(
            perClass * side * ZOOM, emptyClass * side * ZOOM, BufferedImage.TYPE_BYTE_GRAY);
    for (int label = 0; label < emptyClass; label++) {
      int[] classes = new int[perClass];
      java.util.Arrays.fill(classes, label);
      float[] x = sample(network, classes, steps, seed + label);
      for (int i = 0; i < x.length; i++) {
        int column = i / (side * side) * side + i % side;
        int row = label * side + i / side % side;
        int grey = Math.round((Math.max(-1, Math.min(1, x[i])) + 1) * 127.5f);
        for (int dy = 0; dy < ZOOM; dy++) {
          for (int dx = 0; dx < ZOOM; dx++) {
            image.getRaster().setSample(column * ZOOM + dx, row * ZOOM + dy, 0, grey);
          }
        }
      }
    }
    ImageIO.write(image, "png", png.toFile());
  }
}
