package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.learning.Examples;
import io.github.tiltbench.engine.learning.FittedFunction;
import io.github.tiltbench.engine.learning.Regression;
import java.util.Optional;

/**
 * {@code kind: network}: each step's mean is shifted by its standard deviation s times a field g(x,
 * t) that a small network holds; that is, the step is tilted by exp(&lt;g / s, next&gt;).
 *
 * <p>The field may bend with the state where {@link ControlFamily} is linear in features. A
 * particle moves by at most 3 s, as there. The starting draw stays as it is.
 *
 * <p>What the paper's networks are and how they are trained is not known. Here each round fits a
 * new one to what the present one says and what the round has learned beyond it. Few steps and the
 * ridge are all that holds a network back from the luck of a handful of trajectories: with 24 a
 * round a linear-Gaussian chain was left an ESS of 0.86 by 50 steps, of 0.59 by 100. In ten
 * dimensions 96 a round were too few for it to beat the model's own steps, 0.78 against 0.88.
 *
 * @param steps of the optimiser, a fit
 * @param rate its largest learning rate
 */
public record NetworkFamily(int steps, double rate) implements TwistFamily {
  /** Fifty steps: a fraction of a second on points, some 10 to 25 s a fit on 28 x 28 images. */
  public static final NetworkFamily DEFAULT = new NetworkFamily(50, 5e-3);

  private static final int VECTORS = 256;
  private static final int IMAGES = 64;

  /** Every fit starts from the same weights, so that it depends on its trajectories alone. */
  private static final long KEY = 1;

  /** Refuses no steps and a rate that is not positive. */
  public NetworkFamily {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1");
    }
    if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("rate must be above 0 and finite");
    }
  }

  @Override
  public Optional<FitFormat<Twist>> format(Problem problem) {
    return Optional.of(
        new FitFormat<>(
            twist -> ((NetworkTwist) twist).numbers(),
            numbers -> ((NetworkTwist) one(problem)).with(numbers)));
  }

  @Override
  public Twist one(Problem problem) {
    int[] item = ((StateSpace.Euclidean) problem.space()).item();
    return new NetworkTwist(this, item, problem.process().steps(), Optional.empty());
  }

  FittedFunction fit(Examples examples) {
    int batch = NetworkTwist.image(examples.item()) ? IMAGES : VECTORS;
    return Regression.fit(
        examples, new Regression.Settings(KEY, steps, batch, rate, Regression.Link.IDENTITY));
  }
}
