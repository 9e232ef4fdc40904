package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.diffusion.StateSpace;
import java.util.Optional;

/**
 * {@code kind: tokens}: at each masked position the probability of token v is multiplied by
 * exp(f(v)), f being a sum of numbers that {@code features} select, and normalised.
 *
 * <p>A step that may leave a mask has the mask among the outcomes, with f 0, so that promising
 * positions are revealed sooner; a step that reveals one mask draws the position as before and the
 * token by the tilted law. No number is over 8 in size.
 *
 * <p>With exact conditionals and one reveal a step the best twist has this form: it tilts the token
 * given the position by the value of the state that it leads to, and leaves the position uniform.
 * {@code table} holds it; the others are what a handful of trajectories can tell. A round keeps the
 * predictions of a step at the positions that it may reveal, a number a token each.
 *
 * @param features what f depends on
 * @param bins stretches of equally many steps, each with numbers of its own; 0 gives every step its
 *     own
 */
public record TokenFamily(TokenFeatures features, int bins) implements TwistFamily {
  /** One number a token in each of five stretches. */
  public static final TokenFamily DEFAULT = new TokenFamily(TokenFeatures.SHARED, 5);

  private static final int MOST = 1 << 20;

  /** Refuses a negative number of bins. */
  public TokenFamily {
    if (bins < 0) {
      throw new IllegalArgumentException("bins must be at least 0");
    }
  }

  @Override
  public Support supports(Problem problem) {
    if (!(problem.space() instanceof StateSpace.Sequence space)) {
      return new Support.No("its twist is of tokens, not of real states");
    }
    long parts = features.count(space, stretches(problem));
    return parts > MOST || parts * (space.tokens() + 1L) > MOST
        ? new Support.No(
            "such a twist of " + space + " has more than 2^20 numbers; name fewer features")
        : Support.YES;
  }

  private int stretches(Problem problem) {
    int steps = problem.process().steps();
    return bins == 0 ? steps : Math.min(bins, steps);
  }

  @Override
  public Optional<FitFormat<Twist>> format(Problem problem) {
    return Optional.of(
        new FitFormat<>(
            twist -> ((TokenTwist) twist).numbers(),
            numbers -> ((TokenTwist) one(problem)).with(numbers)));
  }

  @Override
  public Twist one(Problem problem) {
    StateSpace.Sequence space = (StateSpace.Sequence) problem.space();
    int stretches = stretches(problem);
    double[] theta = new double[(int) features.count(space, stretches) * space.tokens()];
    return new TokenTwist(features, space, problem.process().steps(), stretches, theta);
  }
}
