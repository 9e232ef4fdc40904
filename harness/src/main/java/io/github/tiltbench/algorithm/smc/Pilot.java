package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Column;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A chain that takes down the weights of its particles, from which follows what each level adds to
 * the variance of Z^.
 *
 * <p>Of N particles at a level, V / N is added to the relative variance, to first order, with V =
 * E[(G m)^2] / E[G m]^2 - 1, where G is what a particle's weight is multiplied by there and m the
 * mean of the product of all that is still to come. That mean is taken to be exp(b H), H being the
 * log of the product so far: b is the least-squares slope, over the lines that reach level 0, of
 * the log of what came on H, shrunk by what chance alone would explain. The estimates are rough,
 * and the optimum is flat.
 */
final class Pilot implements FeynmanKac {
  /** What is known of the particles of a level. */
  private record Level(double[] weight, double[] gained, double[] product) {}

  private final FeynmanKac chain;
  private final List<Column<Scalars>> product = new ArrayList<>();
  private final Level[] levels;

  Pilot(FeynmanKac chain) {
    this.chain = chain;
    this.levels = new Level[chain.steps() + 1];
    for (int level = 0; level < levels.length; level++) {
      product.add(new Column<>("product at " + level));
    }
  }

  @Override
  public int steps() {
    return chain.steps();
  }

  @Override
  public Population start(int particles) {
    return taken(Population.of(particles), chain.start(particles), steps());
  }

  @Override
  public Population move(Population p, int level) {
    return taken(p, chain.move(p, level), level - 1);
  }

  private Population taken(Population before, Population now, int level) {
    double[] weight =
        before.weights().extinct() ? new double[before.size()] : before.weights().normalised();
    double[] old = before.weights().log();
    double[] log = now.weights().log();
    double[] sum =
        level == steps() ? new double[old.length] : before.get(product.get(level + 1)).values();
    double[] gained = new double[old.length];
    double[] all = new double[old.length];
    for (int i = 0; i < gained.length; i++) {
      gained[i] = old[i] == Double.NEGATIVE_INFINITY ? old[i] : log[i] - old[i];
      all[i] = sum[i] + gained[i];
    }
    levels[level] = new Level(weight, gained, all);
    return now.with(product.get(level), new Scalars(all));
  }

  /**
   * Estimates of V at levels T..1; level 0, whose particles are level 1's, adds to that one's.
   *
   * @param p the particles at level 0
   */
  double[] variances(Population p) {
    double[] variance = new double[steps()];
    for (int level = 0; level <= steps(); level++) {
      variance[steps() - Math.max(1, level)] += variance(levels[level], slope(p, level));
    }
    return variance;
  }

  private static double variance(Level level, double slope) {
    double[] log = level.gained.clone();
    Arrays.setAll(log, i -> log[i] + (slope == 0 ? 0 : slope * level.product[i]));
    double max = Arrays.stream(log).max().orElseThrow();
    double mean = 0;
    double squares = 0;
    for (int i = 0; i < log.length && max > Double.NEGATIVE_INFINITY; i++) {
      double g = Math.exp(log[i] - max);
      mean += level.weight[i] * g;
      squares += level.weight[i] * g * g;
    }
    return mean > 0 ? Math.max(0, squares / (mean * mean) - 1) : 0;
  }

  /** Of what came after a level on what came before, over the lines that count in the end. */
  private double slope(Population p, int level) {
    double[] so = p.get(product.get(level)).values();
    double[] end = p.get(product.get(0)).values();
    int[] lines =
        IntStream.range(0, so.length).filter(i -> end[i] > Double.NEGATIVE_INFINITY).toArray();
    double x = Arrays.stream(lines).mapToDouble(i -> so[i]).average().orElse(0);
    double y = Arrays.stream(lines).mapToDouble(i -> end[i] - so[i]).average().orElse(0);
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (int i : lines) {
      double after = end[i] - so[i] - y;
      xx += (so[i] - x) * (so[i] - x);
      xy += (so[i] - x) * after;
      yy += after * after;
    }
    double different = Arrays.stream(lines).mapToDouble(i -> so[i]).distinct().count();
    if (different < 3 || !(xx > 0 && yy > 0)) {
      return 0;
    }
    double explained = xy * xy / (xx * yy);
    double beyondChance = 1 - (1 - explained) * (different - 1) / (different - 2);
    return beyondChance > 0 ? xy / xx * Math.sqrt(beyondChance / explained) : 0;
  }

  /** A session whose noise is independent of the one it asks. */
  record Apart(Session session) implements Session {
    @Override
    public Evaluation ask(Query query) {
      return session.ask(query);
    }

    @Override
    public Batch clean(Prediction prediction, Decoding how, Noise noise) {
      return session.clean(prediction, how, noise);
    }

    @Override
    public Noise noise(Purpose purpose, int level) {
      return session.noise(purpose, level).round(1);
    }
  }
}
