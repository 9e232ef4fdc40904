package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Smc;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The populations of one trial: running them, and what is returned of each. */
public final class Populations {
  /** The threshold of ESS over size that resamples at every level. */
  static final double ALWAYS = 2;

  private Populations() {}

  /** How many populations a trial has. */
  public static int count(OutputRule returns, Problem problem) {
    return returns == OutputRule.ALL ? 1 : problem.count();
  }

  /** Whether populations of a size can return what is asked for. */
  public static Support support(OutputRule returns, int size, Problem problem) {
    return returns == OutputRule.ALL && size < problem.count()
        ? new Support.No(
            "one population of " + size + " cannot return " + problem.count() + " samples")
        : Support.YES;
  }

  /** What keeps a population of a size from being resampled, or from being spared. */
  public static List<String> warnings(int size, double threshold) {
    if (size == 1) {
      return List.of("a population of one particle has no weights to resample by");
    }
    if (threshold == 0) {
      return List.of("threshold 0 never resamples");
    }
    return threshold > 1 && threshold < ALWAYS
        ? List.of("threshold " + threshold + " is above 1: it resamples whatever the weights, as 2")
        : List.of();
  }

  /**
   * Runs the populations and returns samples of them with their diagnostics.
   *
   * @param chain the model of a population of particles at these addresses; it must set the columns
   *     {@link TwistedChain#STATE} and {@link TwistedChain#VALUE}
   */
  public static Samples run(
      Problem problem,
      Session session,
      OutputRule returns,
      int size,
      Smc smc,
      Function<Addressing, FeynmanKac> chain) {
    Headcount all = Headcount.of(size, problem.process().steps());
    return run(problem, session, returns, all, smc, chain);
  }

  /** The same with particles that differ in number from level to level. */
  static Samples run(
      Problem problem,
      Session session,
      OutputRule returns,
      Headcount size,
      Smc smc,
      Function<Addressing, FeynmanKac> chain) {
    List<Smc.Outcome> outcomes = new ArrayList<>();
    for (int p = 0; p < count(returns, problem); p++) {
      Addressing at =
          returns == OutputRule.ALL ? Addressing.WHOLE : Addressing.member(p, size.largest());
      outcomes.add(
          smc.run(
              chain.apply(at),
              size::at,
              level -> at.of(session.noise(Purpose.RESAMPLE, level)).uniforms(0)));
    }
    return returns == OutputRule.ALL
        ? members(problem, session, outcomes)
        : oneOfEach(problem, session, returns, outcomes);
  }

  private static Samples oneOfEach(
      Problem problem, Session session, OutputRule returns, List<Smc.Outcome> outcomes) {
    List<Batch> states = new ArrayList<>();
    for (int p = 0; p < outcomes.size(); p++) {
      Population population = outcomes.get(p).population();
      Noise noise = session.noise(Purpose.RETURN, 0).from(p);
      states.add(
          population
              .get(TwistedChain.STATE)
              .select(new int[] {chosen(population, returns, noise)}));
    }
    return new Samples(
        Batch.concat(states),
        new double[problem.count()],
        true,
        Diagnostics.scalars(outcomes),
        Diagnostics.traces(outcomes));
  }

  private static int chosen(Population population, OutputRule returns, Noise noise) {
    return switch (returns) {
      case ONE -> draw(population, 1, noise)[0];
      case HEAVIEST -> largest(population.weights().log());
      case BEST -> largest(population.get(TwistedChain.VALUE).values());
      case ALL -> throw new IllegalArgumentException("ALL returns many");
    };
  }

  static int largest(double[] values) {
    return IntStream.range(0, values.length)
        .reduce(0, (best, i) -> values[i] > values[best] ? i : best);
  }

  private static Samples members(Problem problem, Session session, List<Smc.Outcome> outcomes) {
    Population population = outcomes.get(0).population();
    Batch states = population.get(TwistedChain.STATE);
    double[] log = population.weights().log();
    if (population.size() != problem.count()) {
      states = states.select(draw(population, problem.count(), session.noise(Purpose.RETURN, 0)));
      log = new double[problem.count()];
    }
    return new Samples(
        states, log, false, Diagnostics.scalars(outcomes), Diagnostics.traces(outcomes));
  }

  /** Members drawn by weight; by equal weights if all are zero, which the evidence then says. */
  static int[] draw(Population population, int count, Noise noise) {
    Weights w =
        population.weights().extinct() ? Weights.equal(population.size()) : population.weights();
    return ResamplingScheme.SYSTEMATIC.ancestors(w.normalised(), count, noise.uniforms(0));
  }
}
