package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.diffusion.QuadraticPotential;
import io.github.tiltbench.diffusion.StateSpace;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code kind: quadratic}: at each level a potential psi(x) = exp(sum_i q_i x_i - Q_i x_i^2 / 2),
 * by which the step down to the level, or the starting draw, is reweighted.
 *
 * <p>Its mean under a step is in closed form, so that it also weighs states on their way: it holds
 * the optimal twist of a Gaussian chain with a reward of that shape. Two numbers a coordinate and
 * level: for few dimensions. A step's variance shrinks or grows by at most a factor of 4.
 *
 * <p>A step of variance v tells q to about 1 / sqrt(v ESS) and Q to 1 / (v sqrt(ESS)). That is
 * little in its own units, so that moving by psi needs few trajectories; but weighing states by psi
 * needs many, hundreds a round in the tests here, or the weights on the way are noise. With fewer,
 * weigh by a look-ahead.
 */
public record QuadraticFamily() implements TwistFamily {
  @Override
  public Optional<FitFormat<Twist>> format(Problem problem) {
    return Optional.of(
        new FitFormat<>(
            twist -> ((QuadraticTwist) twist).numbers(),
            numbers -> ((QuadraticTwist) one(problem)).with(numbers)));
  }

  @Override
  public Twist one(Problem problem) {
    int width = ((StateSpace.Euclidean) problem.space()).dimension();
    QuadraticPotential[] psi = new QuadraticPotential[problem.process().steps() + 1];
    Arrays.fill(psi, QuadraticPotential.one(width));
    return new QuadraticTwist(psi);
  }
}
