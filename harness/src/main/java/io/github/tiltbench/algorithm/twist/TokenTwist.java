package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.smc.Move;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.engine.learning.LearnedNumbers;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;
import java.util.Map;

/**
 * The twist of a {@link TokenFamily} at some numbers.
 *
 * @param features what a tilt depends on
 * @param space where states live
 * @param steps T
 * @param bins stretches of the chain, from level 1 up
 * @param theta one row a part, one column a token
 */
record TokenTwist(
    TokenFeatures features, StateSpace.Sequence space, int steps, int bins, double[] theta)
    implements Twist {
  @Override
  public Move start(StepLaw prior, Noise noise) {
    return Move.own(prior, noise);
  }

  @Override
  public Move move(StepLaw law, Batch x, Prediction prediction, int level, Noise noise) {
    return Move.pushed(law, tilt((Batch.Tokens) x, level), noise);
  }

  /** What each symbol at each position of each row is tilted by, the mask last and 0. */
  Batch.Reals tilt(Batch.Tokens x, int level) {
    int symbols = space.tokens() + 1;
    double[] f = Arena.doubles(x.data().length * symbols);
    Arrays.fill(f, 0);
    for (int row = 0; row < x.size(); row++) {
      int[] tokens = x.row(row);
      for (int position = 0; position < tokens.length; position++) {
        if (tokens[position] == space.mask()) {
          int at = (row * tokens.length + position) * symbols;
          add(parts(tokens, position, level), f, at);
        }
      }
    }
    return new Batch.Reals(f, new int[] {space.length(), symbols});
  }

  /** The parts of the tilt of a masked position. */
  int[] parts(int[] tokens, int position, int level) {
    return features.of(space, tokens, position, (level - 1) * bins / steps);
  }

  /** Adds the tilt that some parts make to as many numbers as there are tokens. */
  void add(int[] parts, double[] f, int at) {
    for (int part : parts) {
      for (int v = 0; v < space.tokens(); v++) {
        f[at + v] += theta[part * space.tokens() + v];
      }
    }
  }

  @Override
  public double parametersPerStep() {
    return (double) theta.length / steps;
  }

  /** What {@link #with} makes the same twist of. */
  LearnedNumbers numbers() {
    return LearnedNumbers.of(Map.of("theta", theta));
  }

  /** The twist of the same family and problem at other numbers; refuses more or fewer of them. */
  TokenTwist with(LearnedNumbers numbers) {
    return with(numbers.get("theta", theta.length));
  }

  @Override
  public Gathered gather(int trajectories) {
    return new TokenFit(this, trajectories);
  }

  TokenTwist with(double[] other) {
    return new TokenTwist(features, space, steps, bins, other);
  }
}
