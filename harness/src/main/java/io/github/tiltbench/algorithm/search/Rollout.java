package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Purpose;

/** Independent chains of the model as it is, from noise to clean. */
final class Rollout {
  private Rollout() {}

  /**
   * {@code particles * width} chains; chain m of particle i is row {@code i * width + m}, and chain
   * 0 of a particle is the same whatever the width.
   */
  static Batch run(Problem problem, Session session, int particles, int width) {
    ReverseProcess process = problem.process();
    int steps = process.steps();
    Batch x = process.prior(particles * width, session.noise(Purpose.PRIOR, steps).branched(width));
    try (Arena.Steps arena = Arena.steps()) {
      for (int level = steps; level >= 1; level--) {
        arena.next();
        x =
            process
                .law(x, level, session.denoise(x, level))
                .sample(session.noise(Purpose.STEP, level).branched(width));
      }
    }
    return x;
  }
}
