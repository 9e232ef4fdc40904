package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.random.Purpose;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Where on a solve the clean estimate is taken that a verifier asks for: at that level, of those
 * where the network is asked anyway, whose ratio of noise to signal is nearest to the one meant.
 *
 * <p>Ratios and not times: the times of two chains mean different noise.
 */
final class EstimateLevel {
  /** How far, as a factor, the nearest ratio may be from the one meant. */
  private static final double NEAR = 1.25;

  private EstimateLevel() {}

  /** The levels that a solve begins its steps from, all of a chain's. */
  static int[] all(Problem problem) {
    int steps = problem.process().steps();
    int[] levels = new int[steps];
    for (int i = 0; i < steps; i++) {
      levels[i] = steps - i;
    }
    return levels;
  }

  /** The level among some; empty if the verifier asks for no estimate. */
  static OptionalInt among(Problem problem, int[] levels) {
    if (problem.estimate().isEmpty()) {
      return OptionalInt.empty();
    }
    int nearest = levels[0];
    for (int level : levels) {
      nearest = distance(problem, level) < distance(problem, nearest) ? level : nearest;
    }
    return OptionalInt.of(nearest);
  }

  /** Whether one of some levels is near enough to where the verifier wants its estimate. */
  static Support supports(Problem problem, int[] levels) {
    OptionalInt nearest = among(problem, levels);
    if (nearest.isEmpty()) {
      return Support.YES;
    }
    if (!(problem.process() instanceof GaussianProcess)) {
      return new Support.No("the verifier needs a clean estimate, and tokens have none");
    }
    if (Support.estimates(problem) instanceof Support.No no) {
      return no;
    }
    return distance(problem, nearest.getAsInt()) <= Math.log(NEAR)
        ? Support.YES
        : new Support.No(
            String.format(
                Locale.ROOT,
                "the verifier needs a clean estimate at noise/signal %.2f, and the nearest of a"
                    + " solve is at %.2f",
                problem.estimate().getAsDouble(),
                ratio(problem, nearest.getAsInt())));
  }

  private static double distance(Problem problem, int level) {
    return problem.process() instanceof GaussianProcess
        ? Math.abs(Math.log(ratio(problem, level) / problem.estimate().getAsDouble()))
        : 0;
  }

  private static double ratio(Problem problem, int level) {
    GaussianProcess process = (GaussianProcess) problem.process();
    return process.noise(level) / process.signal(level);
  }

  /** The estimate of a prediction, in arrays that outlive the solve. */
  static Batch.Reals of(Session session, Prediction prediction, int level) {
    Batch.Reals clean =
        (Batch.Reals)
            session.clean(
                prediction, Decoding.POSTERIOR_MEAN, session.noise(Purpose.DECODE, level));
    return new Batch.Reals(clean.data().clone(), clean.item());
  }
}
