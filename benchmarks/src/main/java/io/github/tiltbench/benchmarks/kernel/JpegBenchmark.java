package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.verifier.Jpeg;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The reward of compressibility, of images in gray. */
@State(Scope.Thread)
public class JpegBenchmark {
  /** Images and pixels in one. */
  @Param({"16x784", "1000x784", "16x16384"})
  public String shape;

  private final Verifier verifier =
      Jpeg.DEFAULT.open(new StateSpace.Euclidean(new int[] {1, 28, 28}));
  private Batch.Reals images;
  private Condition[] conditions;

  /** Draws soft images: neighbours of a row differ little, as in a photograph. */
  @Setup
  public void setUp() {
    Shape size = Shape.of(shape);
    int side = (int) Math.sqrt(size.width());
    double[] data = size.normals(1).data();
    for (int i = 1; i < data.length; i++) {
      data[i] = 0.9 * data[i - 1] + 0.2 * data[i];
    }
    images = new Batch.Reals(data, new int[] {1, side, side});
    conditions = new Condition[size.particles()];
    Arrays.fill(conditions, Condition.NONE);
  }

  /** The size of every image as a file. */
  @Benchmark
  public double[] score() {
    return verifier.score(images, conditions);
  }
}
