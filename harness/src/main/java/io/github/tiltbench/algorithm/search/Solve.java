package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Arena;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The probability-flow ODE from one level of a chain down to another, on all levels between them or
 * on some, each by the rule of the chain: one NFE a state for each but the last, or as many as a
 * step of the chain takes.
 *
 * @param process the chain
 * @param levels falling, the first that of the states it starts from, the last that of its result
 */
record Solve(GaussianProcess process, int[] levels) {
  /**
   * What a solve ends with.
   *
   * @param states at the last level
   * @param prediction at the level before it
   * @param estimate the clean estimate at the level where it was wanted
   */
  record End(Batch.Reals states, Prediction prediction, Optional<Batch.Reals> estimate) {}

  /** A solve of so many steps, at most one a level, on levels as even as can be. */
  static Solve of(GaussianProcess process, int from, int to, int steps) {
    if (steps < 1 || steps > from - to) {
      throw new IllegalArgumentException(steps + " steps from level " + from + " to " + to);
    }
    int[] levels = new int[steps + 1];
    for (int i = 0; i <= steps; i++) {
      levels[i] = from - Math.toIntExact(Math.round((double) i * (from - to) / steps));
    }
    return new Solve(process, levels);
  }

  int steps() {
    return levels.length - 1;
  }

  /** NFE of a state. */
  int evaluations() {
    return IntStream.range(0, steps())
        .map(i -> process.evaluations(levels[i], levels[i + 1]))
        .sum();
  }

  /** The levels where the network is asked. */
  int[] asked() {
    return Arrays.copyOf(levels, steps());
  }

  End run(Session session, Batch start) {
    return run(session, start, session.denoise(start, levels[0], levels[1]));
  }

  /** The same with the clean estimate that the verifier asks for. */
  End run(Session session, Batch start, Problem problem) {
    Prediction known = session.denoise(start, levels[0], levels[1]);
    return run(session, start, known, EstimateLevel.among(problem, asked()));
  }

  /** The same where the prediction at the start is known already. */
  End run(Session session, Batch start, Prediction known) {
    return run(session, start, known, OptionalInt.empty());
  }

  private End run(Session session, Batch start, Prediction known, OptionalInt wanted) {
    Batch.Reals x = (Batch.Reals) start;
    Prediction prediction = known;
    Optional<Batch.Reals> estimate = Optional.empty();
    try (Arena.Steps arena = Arena.steps()) {
      for (int i = 0; ; i++) {
        if (wanted.isPresent() && wanted.getAsInt() == levels[i]) {
          estimate = Optional.of(EstimateLevel.of(session, prediction, levels[i]));
        }
        x = process.jump(x, levels[i], levels[i + 1], prediction);
        if (i + 1 == steps()) {
          return new End(x, prediction, estimate);
        }
        arena.next();
        prediction = session.denoise(x, levels[i + 1], levels[i + 2]);
      }
    }
  }

  /**
   * A solve that can be differentiated.
   *
   * @param states of all levels, the start first and the result last
   * @param predictions at all levels but the last
   */
  record Path(Batch.Reals[] states, Prediction[] predictions) {
    Batch.Reals end() {
      return states[states.length - 1];
    }
  }

  /** The same solve with all that it meets on its way. */
  Path path(Session session, Batch start) {
    Batch.Reals[] states = new Batch.Reals[levels.length];
    Prediction[] predictions = new Prediction[steps()];
    states[0] = (Batch.Reals) start;
    for (int i = 0; i < steps(); i++) {
      predictions[i] = session.denoise(states[i], levels[i], levels[i + 1]);
      states[i + 1] = process.jump(states[i], levels[i], levels[i + 1], predictions[i]);
    }
    return new Path(states, predictions);
  }

  /**
   * The gradient of {@code <cotangent, result>} in the start, by the chain rule from the last step
   * to the first; as many BACKWARD as NFE, and as many of both as the solve has, since every
   * prediction is made once more to be differentiated.
   *
   * @param cotangent one row a state
   */
  Batch.Reals pullback(Session session, Path path, Batch.Reals cotangent) {
    Batch.Reals gradient = cotangent;
    for (int i = steps() - 1; i >= 0; i--) {
      GaussianProcess.JumpGradient step =
          process.jumpGradient(levels[i], levels[i + 1], path.predictions[i], gradient);
      Query query = Query.pullback(path.states[i], levels[i], levels[i + 1], step.mean());
      gradient = session.ask(query).gradient().plus(step.state());
    }
    return gradient;
  }
}
