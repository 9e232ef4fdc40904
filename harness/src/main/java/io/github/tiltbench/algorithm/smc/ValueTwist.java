package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.Scalars;
import java.util.Arrays;

/** The log-twist that is a share of the value: {@code h = share * value / beta}. */
record ValueTwist(Problem problem, Ramp ramp) {
  /** The share at a level; where it is 0 nobody needs the value. */
  double share(int level) {
    return ramp.share(level, problem.process().steps());
  }

  /** The twist of a value at a level. */
  double of(double value, int level) {
    return share(level) * value / problem.beta();
  }

  /** The particles of a level with their values as twists. */
  Population set(Population p, int level) {
    double[] value = p.get(TwistedChain.VALUE).values();
    double[] twist = new double[value.length];
    Arrays.setAll(twist, i -> of(value[i], level));
    return p.with(TwistedChain.TWIST, new Scalars(twist));
  }

  /** The gradient of the twist in the state, of the particles of a guided level. */
  Batch.Reals gradient(Population p, int level) {
    return ((Batch.Reals) p.get(TwistedChain.GRADIENT)).times(share(level) / problem.beta());
  }
}
