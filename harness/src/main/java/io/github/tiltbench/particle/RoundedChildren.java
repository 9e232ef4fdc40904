package io.github.tiltbench.particle;

import io.github.tiltbench.random.Uniforms;
import java.util.stream.IntStream;

/**
 * Ancestors by rounding, as the released code of breadth-first search has them: of N particles one
 * of weight w has the whole number of children nearest to N w, the even one of two.
 *
 * <p>Not a resampling scheme: nothing is drawn and means are not kept. Where weights are not far
 * apart it does nothing at all; where they are, particles are lost for good or, since the first
 * ones are served first, the last ones are.
 */
public enum RoundedChildren implements Resampler {
  /** That many children, in order, until there are {@code count}; there may be fewer. */
  ROUNDED {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      return IntStream.range(0, weights.length)
          .flatMap(i -> IntStream.generate(() -> i).limit(children(weights, i)))
          .limit(count)
          .toArray();
    }
  },
  /** One child for whoever has any. */
  PRUNED {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      return IntStream.range(0, weights.length).filter(i -> children(weights, i) > 0).toArray();
    }
  };

  private static long children(double[] weights, int i) {
    return (long) Math.rint(weights.length * weights[i]);
  }
}
