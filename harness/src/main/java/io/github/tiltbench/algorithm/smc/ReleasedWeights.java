package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A chain whose weights are kept as the released code of FK steering keeps them: at most 1e10, and
 * forgotten where a resampling was tested and left out.
 *
 * <p>Neither leaves the target as it is. It is here to show what they do.
 *
 * @param chain whose particles these are
 * @param tested levels at which resampling is tested
 */
record ReleasedWeights(FeynmanKac chain, IntPredicate tested) implements FeynmanKac {
  private static final double MOST = Math.log(1e10);

  @Override
  public int steps() {
    return chain.steps();
  }

  @Override
  public Population start(int n) {
    return bounded(chain.start(n));
  }

  @Override
  public Population move(Population p, int level) {
    int[] all = IntStream.range(0, p.size()).toArray();
    return bounded(chain.move(tested.test(level) ? p.resample(all) : p, level));
  }

  private static Population bounded(Population p) {
    double[] log = p.weights().log();
    return p.weigh(Arrays.stream(log).map(l -> Math.min(0, MOST - l)).toArray());
  }
}
