package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Guided;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Sloped;
import io.github.tiltbench.algorithm.VerifierFailure;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Contrast;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.util.Arrays;

/** The session of one trial: charges its meter, then asks the evaluator. */
final class MeteredSession implements Session {
  private final Problem problem;
  private final Condition condition;
  private final Seed seed;
  private final Meter meter;
  private final Evaluator evaluator;
  private Condition[] conditions = {};

  MeteredSession(
      Problem problem, Condition condition, Seed seed, Meter meter, Evaluator evaluator) {
    this.problem = problem;
    this.condition = condition;
    this.seed = seed;
    this.meter = meter;
    this.evaluator = evaluator;
  }

  @Override
  public Prediction denoise(Batch x, int level) {
    chargeForward(x);
    return evaluator.denoise(x, levels(x, level), conditions(x));
  }

  @Override
  public Contrast contrast(Batch x, int level) {
    chargeForward(x);
    return evaluator.contrast(x, levels(x, level), conditions(x));
  }

  private void chargeForward(Batch x) {
    long n = x.size();
    meter.charge(Cost.of(n, n * problem.rowsPerParticle(), 0));
  }

  @Override
  public double[] score(Batch clean) {
    meter.charge(Cost.of(0, 0, clean.size()));
    return finite(evaluator.score(clean, conditions(clean)));
  }

  @Override
  public Guided guide(Batch x, int level) {
    long n = x.size();
    meter.charge(new Cost(n, n * problem.rowsPerParticle(), n, n, 0));
    Guided guided = evaluator.guide(x, levels(x, level), conditions(x));
    finite(guided.value().values());
    finite(guided.slope());
    finite(guided.gradient());
    return guided;
  }

  @Override
  public Sloped slope(Batch x, int level) {
    long n = x.size();
    meter.charge(Cost.of(n, n * problem.rowsPerParticle(), n));
    Sloped sloped = evaluator.slope(x, levels(x, level), conditions(x));
    finite(sloped.value().values());
    finite(sloped.slope());
    return sloped;
  }

  private static void finite(Batch.Reals gradient) {
    for (double slope : gradient.data()) {
      if (!Double.isFinite(slope)) {
        throw new VerifierFailure("the gradient of the reward is not finite");
      }
    }
  }

  static double[] finite(double[] score) {
    for (int i = 0; i < score.length; i++) {
      if (!Double.isFinite(score[i])) {
        throw new VerifierFailure("the verifier scored sample " + i + " as " + score[i]);
      }
    }
    return score;
  }

  @Override
  public Batch clean(Prediction prediction, Decoding how, Noise noise) {
    return problem.process().clean(prediction, how, noise);
  }

  @Override
  public Noise noise(Purpose purpose, int level) {
    return seed.noise(purpose, level);
  }

  @Override
  public long left(Unit unit) {
    return meter.left(unit);
  }

  private int[] levels(Batch x, int level) {
    if (level < 1 || level > problem.process().steps()) {
      throw new IllegalArgumentException(
          "level " + level + " is outside 1.." + problem.process().steps());
    }
    int[] levels = new int[x.size()];
    Arrays.fill(levels, level);
    return levels;
  }

  /** Nobody writes into them, so the next call of as many rows has the same. */
  private Condition[] conditions(Batch x) {
    if (conditions.length != x.size()) {
      conditions = new Condition[x.size()];
      Arrays.fill(conditions, condition);
    }
    return conditions;
  }
}
