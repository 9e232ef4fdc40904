package io.github.tiltbench.particle;

import io.github.tiltbench.random.Uniforms;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Sequential Monte Carlo on a Feynman-Kac model: weigh, resample when the weights are uneven, move.
 *
 * <p>Weights that are not resampled are carried on, never dropped. Resampling is tested at the
 * given levels above 0 and not after the last potential.
 *
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS is under this fraction of N; 0 never, above 1 always
 * @param levels the levels at which resampling is tested
 */
public record Smc(Resampler resampler, double threshold, IntPredicate levels) {
  /** The index of each particle's ancestor at level T. */
  public static final Column<Scalars> ORIGIN = new Column<>("origin");

  /**
   * What a run leaves.
   *
   * @param population the particles at level 0 with their weights
   * @param logEvidence the log of an estimate of the normalising constant, unbiased where the
   *     resampler keeps means
   * @param ess effective sample size after weighing at each level T..0, in that order
   * @param resampled whether ancestors were drawn at each level T..0, in that order
   * @param sizes particles that were weighed at each level T..0, in that order
   */
  public record Outcome(
      Population population, double logEvidence, double[] ess, boolean[] resampled, int[] sizes) {
    /** How often ancestors were drawn. */
    public int resamplings() {
      int count = 0;
      for (boolean r : resampled) {
        count += r ? 1 : 0;
      }
      return count;
    }

    /** How many particles of level T have descendants at level 0. */
    public int distinctOrigins() {
      return (int) Arrays.stream(population.get(ORIGIN).values()).distinct().count();
    }
  }

  /** Tests resampling at every level. */
  public Smc(Resampler resampler, double threshold) {
    this(resampler, threshold, level -> true);
  }

  /** Refuses a threshold that is not a number of at least zero. */
  public Smc {
    if (!(threshold >= 0)) {
      throw new IllegalArgumentException("threshold must be at least 0");
    }
  }

  /**
   * Runs the model with as many particles at every level.
   *
   * @param uniforms the uniforms of a resampling at a level
   */
  public Outcome run(FeynmanKac model, int particles, IntFunction<Uniforms> uniforms) {
    return run(model, level -> particles, uniforms);
  }

  /**
   * Runs the model.
   *
   * <p>Where the next level is to have more or fewer particles than this one, ancestors are drawn
   * whatever the weights are; particles that a resampler lost are not made up for. A population
   * whose weights are all zero runs on unresampled with evidence zero, which is the unbiased
   * estimate.
   *
   * <p>Rows that a move takes from the {@link Arena} must be replaced by the next move.
   *
   * @param particles of a level T..1, fixed before the run; level 0 has those of level 1
   * @param uniforms the uniforms of a resampling at a level
   */
  public Outcome run(FeynmanKac model, IntUnaryOperator particles, IntFunction<Uniforms> uniforms) {
    int steps = model.steps();
    int first = particles.applyAsInt(steps);
    Population p = model.start(first).with(ORIGIN, indices(first));
    double logEvidence = 0;
    double[] ess = new double[steps + 1];
    boolean[] resampled = new boolean[steps + 1];
    int[] sizes = new int[steps + 1];
    try (Arena.Steps arena = Arena.steps()) {
      for (int level = steps; ; level--) {
        arena.next();
        Weights w = p.weights();
        double effective = w.extinct() ? 0 : w.ess();
        ess[steps - level] = effective;
        sizes[steps - level] = p.size();
        if (level == 0) {
          return new Outcome(p, logEvidence + w.logMean(), ess, resampled, sizes);
        }
        int next = level == 1 ? p.size() : particles.applyAsInt(level - 1);
        boolean changes = level > 1 && next != particles.applyAsInt(level);
        boolean uneven = effective < threshold * p.size() && levels.test(level);
        if (effective > 0 && (uneven || changes)) {
          logEvidence += w.logMean();
          p = p.resample(resampler.ancestors(w.normalised(), next, uniforms.apply(level)));
          resampled[steps - level] = true;
        } else if (changes) {
          int dead = p.size();
          p = p.select(IntStream.range(0, next).map(i -> i % dead).toArray());
        }
        p = model.move(p, level);
      }
    }
  }

  private static Scalars indices(int count) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> i);
    return new Scalars(values);
  }
}
