package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.diffusion.StateSpace;
import java.util.Optional;

/**
 * {@code kind: control}: each step's mean is shifted by its variance times u, a vector linear in
 * features of the state; that is, the step is tilted by exp(&lt;u, next&gt;).
 *
 * <p>In the limit of small steps the best twist acts in this way alone. A step of standard
 * deviation s moves a particle by at most 3 s beyond the model's own, in Euclidean length: further
 * out the model has not been trained. The weights hold the move as made, so the limit costs
 * variance only.
 *
 * @param features what u depends on
 * @param bins stretches of equally many steps, each with its own numbers; 0 gives every step its
 *     own
 * @param initial whether the starting draw is shifted as well, by a vector of its own
 */
public record ControlFamily(ControlFeatures features, int bins, boolean initial)
    implements TwistFamily {
  /** Three numbers for each of five stretches; the starting draw as it is. */
  public static final ControlFamily DEFAULT = new ControlFamily(ControlFeatures.SHARED, 5, false);

  private static final int FEW = 64;

  /** Refuses a negative number of bins. */
  public ControlFamily {
    if (bins < 0) {
      throw new IllegalArgumentException("bins must be at least 0");
    }
  }

  @Override
  public Support supports(Problem problem) {
    if (TwistFamily.super.supports(problem) instanceof Support.No no) {
      return no;
    }
    int dimension = dimension(problem);
    return features == ControlFeatures.LINEAR && dimension > FEW
        ? new Support.No("linear features are for at most 64 dimensions, not " + dimension)
        : Support.YES;
  }

  private static int dimension(Problem problem) {
    return ((StateSpace.Euclidean) problem.space()).dimension();
  }

  @Override
  public Optional<FitFormat<Twist>> format(Problem problem) {
    return Optional.of(
        new FitFormat<>(
            twist -> ((ControlTwist) twist).numbers(),
            numbers -> ((ControlTwist) one(problem)).with(numbers)));
  }

  @Override
  public Twist one(Problem problem) {
    int steps = problem.process().steps();
    int width = dimension(problem);
    int outputs = features.outputs(width);
    double[][] theta = new double[1 + (bins == 0 ? steps : Math.min(bins, steps))][];
    theta[0] = new double[initial ? outputs : 0];
    for (int bin = 1; bin < theta.length; bin++) {
      theta[bin] = new double[features.count(width) * outputs];
    }
    return new ControlTwist(features, width, steps, theta);
  }
}
