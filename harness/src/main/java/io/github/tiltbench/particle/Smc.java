package io.github.tiltbench.particle;

import io.github.tiltbench.random.Uniforms;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

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
   * @param logEvidence the log of an unbiased estimate of the normalising constant
   * @param ess effective sample size after weighing at each level T..0, in that order
   * @param resampled whether ancestors were drawn at each level T..0, in that order
   */
  public record Outcome(
      Population population, double logEvidence, double[] ess, boolean[] resampled) {
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
   * Runs the model.
   *
   * <p>A population whose weights are all zero runs on unresampled with evidence zero, which is the
   * unbiased estimate.
   *
   * <p>Rows that a move takes from the {@link Arena} must be replaced by the next move.
   *
   * @param uniforms the uniforms of a resampling at a level
   */
  public Outcome run(FeynmanKac model, int particles, IntFunction<Uniforms> uniforms) {
    Population p = model.start(particles).with(ORIGIN, indices(particles));
    double logEvidence = 0;
    double[] ess = new double[model.steps() + 1];
    boolean[] resampled = new boolean[model.steps() + 1];
    try (Arena.Steps arena = Arena.steps()) {
      for (int level = model.steps(); ; level--) {
        arena.next();
        Weights w = p.weights();
        double effective = w.extinct() ? 0 : w.ess();
        ess[model.steps() - level] = effective;
        if (level == 0) {
          return new Outcome(p, logEvidence + w.logMean(), ess, resampled);
        }
        if (effective > 0 && effective < threshold * particles && levels.test(level)) {
          logEvidence += w.logMean();
          p = p.resample(resampler.ancestors(w.normalised(), particles, uniforms.apply(level)));
          resampled[model.steps() - level] = true;
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
