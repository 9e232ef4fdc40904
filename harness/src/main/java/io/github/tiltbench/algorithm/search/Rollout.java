package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ObjIntConsumer;
import java.util.function.UnaryOperator;

/** Independent chains of the model as it is, down to clean states. */
public final class Rollout {
  private Rollout() {}

  /**
   * {@code particles * width} chains; chain m of particle i is row {@code i * width + m}, and chain
   * 0 of a particle is the same whatever the width.
   */
  public static Batch run(Problem problem, Session session, int particles, int width) {
    return solved(problem, session, particles, width).states();
  }

  /** The same with the estimates that the verifier asks for. */
  static Solved solved(Problem problem, Session session, int particles, int width) {
    ReverseProcess process = problem.process();
    int steps = process.steps();
    Noise prior = session.noise(Purpose.PRIOR, steps).branched(width);
    Batch x = process.prior(particles * width, prior);
    return solved(problem, session, x, steps, noise -> noise.branched(width));
  }

  /**
   * Chains that start from given states; T NFE a state less the steps that lie behind it.
   *
   * @param level of the states, T..0; 0 leaves them as they are
   * @param address where among the noise of a step these chains stand
   */
  public static Batch from(
      Problem problem, Session session, Batch states, int level, UnaryOperator<Noise> address) {
    return solved(problem, session, states, level, address).states();
  }

  /** The same with the estimates that the verifier asks for, as far as the chains come by them. */
  static Solved solved(
      Problem problem, Session session, Batch states, int level, UnaryOperator<Noise> address) {
    ReverseProcess process = problem.process();
    OptionalInt wanted = EstimateLevel.among(problem, EstimateLevel.all(problem));
    Optional<Batch.Reals> estimate = Optional.empty();
    Batch x = states;
    try (Arena.Steps arena = Arena.steps()) {
      for (int at = level; at >= 1; at--) {
        arena.next();
        Noise noise = address.apply(session.noise(Purpose.STEP, at));
        Prediction prediction = session.denoise(x, at);
        if (wanted.isPresent() && wanted.getAsInt() == at) {
          estimate = Optional.of(EstimateLevel.of(session, prediction, at));
        }
        x = process.law(x, at, prediction).sample(noise);
      }
    }
    return new Solved(x, estimate);
  }

  /**
   * Chains to learn from, whose noise no sample meets; T NFE each.
   *
   * @param from address of the first
   * @param met is told each state under level T and its level, before the next step
   */
  static Batch learnedFrom(
      Problem problem, Session session, int from, int count, ObjIntConsumer<Batch> met) {
    ReverseProcess process = problem.process();
    int steps = process.steps();
    Batch x = process.prior(count, session.noise(Purpose.FIT, steps + 1).from(from));
    for (int level = steps; level >= 1; level--) {
      Noise noise = session.noise(Purpose.FIT, level).from(from);
      x = process.law(x, level, session.denoise(x, level)).sample(noise);
      met.accept(x, level - 1);
    }
    return x;
  }
}
