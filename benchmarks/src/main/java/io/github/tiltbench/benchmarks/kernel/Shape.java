package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;

/**
 * How large a batch is; as a parameter {@code particles}x{@code width}.
 *
 * @param particles rows
 * @param width numbers in a row
 */
record Shape(int particles, int width) {
  static Shape of(String text) {
    int cross = text.indexOf('x');
    return new Shape(
        Integer.parseInt(text.substring(0, cross)), Integer.parseInt(text.substring(cross + 1)));
  }

  /** States that are standard normal. */
  Batch.Reals normals(long seed) {
    double[] data = new double[particles * width];
    new Seed(seed).noise(Purpose.PRIOR, 0).normals(particles, data);
    return new Batch.Reals(data, new int[] {width});
  }
}
