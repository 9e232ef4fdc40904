package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Arena;

/**
 * The probability-flow ODE from one level of a chain down to another, on all levels between them or
 * on some: one NFE a state for each but the last.
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
   */
  record End(Batch.Reals states, Prediction prediction) {}

  /** A solve of so many evaluations, at most one a level, on levels as even as can be. */
  static Solve of(GaussianProcess process, int from, int to, int evaluations) {
    if (evaluations < 1 || evaluations > from - to) {
      throw new IllegalArgumentException(
          evaluations + " evaluations from level " + from + " to " + to);
    }
    int[] levels = new int[evaluations + 1];
    for (int i = 0; i <= evaluations; i++) {
      levels[i] = from - Math.toIntExact(Math.round((double) i * (from - to) / evaluations));
    }
    return new Solve(process, levels);
  }

  int evaluations() {
    return levels.length - 1;
  }

  End run(Session session, Batch start) {
    return run(session, start, session.denoise(start, levels[0]));
  }

  /** The same where the prediction at the start is known already. */
  End run(Session session, Batch start, Prediction known) {
    Batch.Reals x = (Batch.Reals) start;
    Prediction prediction = known;
    try (Arena.Steps arena = Arena.steps()) {
      for (int i = 0; ; i++) {
        x = process.jump(x, levels[i], levels[i + 1], prediction);
        if (i + 1 == evaluations()) {
          return new End(x, prediction);
        }
        arena.next();
        prediction = session.denoise(x, levels[i + 1]);
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
    Prediction[] predictions = new Prediction[evaluations()];
    states[0] = (Batch.Reals) start;
    for (int i = 0; i < evaluations(); i++) {
      predictions[i] = session.denoise(states[i], levels[i]);
      states[i + 1] = process.jump(states[i], levels[i], levels[i + 1], predictions[i]);
    }
    return new Path(states, predictions);
  }

  /**
   * The gradient of {@code <cotangent, result>} in the start, by the chain rule from the last step
   * to the first; one NFE and one BACKWARD a state and step, since every prediction is made once
   * more to be differentiated.
   *
   * @param cotangent one row a state
   */
  Batch.Reals pullback(Session session, Path path, Batch.Reals cotangent) {
    Batch.Reals gradient = cotangent;
    for (int i = evaluations() - 1; i >= 0; i--) {
      GaussianProcess.JumpGradient step =
          process.jumpGradient(levels[i], levels[i + 1], path.predictions[i], gradient);
      Query query = Query.pullback(path.states[i], levels[i], step.mean());
      gradient = session.ask(query).gradient().plus(step.state());
    }
    return gradient;
  }
}
