package io.github.tiltbench.inspect;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How fast a denoiser is on this machine.
 *
 * @param particles of a call
 * @param nfePerSecond by the median call
 * @param calls that were timed; of a slow network the first, with what it costs to start
 */
public record Speed(int particles, double nfePerSecond, int calls) {
  private static final int[] PARTICLES = {1, 8};
  private static final int CALLS = 5;

  /** Seconds of a call after which no other is made. */
  private static final double SLOW = 2;

  /** Seconds that a row of Stable Diffusion 1.5 takes with one thread of a recent core. */
  private static final double SECONDS = 13;

  private static final double WORK = 860e6 * 64 * 64;

  /**
   * About how long one forward of a particle takes.
   *
   * @param parameters of the network
   * @param positions of a state
   * @param rows a particle takes
   */
  public static double guess(long parameters, long positions, int rows) {
    return SECONDS * rows * parameters * positions / WORK;
  }

  /** Measures; of a slow network one call. */
  public static List<Speed> of(ModelSpec model) {
    List<Speed> all = new ArrayList<>();
    try (Denoiser denoiser = model.open()) {
      for (int particles : PARTICLES) {
        Speed speed = of(denoiser, model, particles);
        all.add(speed);
        if (speed.calls == 1) {
          return all;
        }
      }
    }
    return all;
  }

  private static Speed of(Denoiser denoiser, ModelSpec model, int particles) {
    Batch x = model.reverse().prior(particles, new Noise(0, Purpose.PRIOR, 0, 0, particles));
    int[] level = new int[particles];
    Arrays.fill(level, model.reverse().steps());
    Condition[] none = new Condition[particles];
    Arrays.fill(none, Condition.NONE);
    double[] seconds = new double[CALLS];
    for (int i = -1; i < CALLS; i++) { // the first is cold and does not count
      long start = System.nanoTime();
      denoiser.denoise(x, level, none);
      double last = (System.nanoTime() - start) / 1e9;
      if (last > SLOW && i < 0) {
        return new Speed(particles, particles / last, 1);
      }
      seconds[Math.max(0, i)] = last;
    }
    Arrays.sort(seconds);
    return new Speed(particles, particles / seconds[CALLS / 2], CALLS);
  }
}
