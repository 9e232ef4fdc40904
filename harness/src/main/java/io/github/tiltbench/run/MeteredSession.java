package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.VerifierFailure;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
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
  public Evaluation ask(Query query) {
    checkLevels(query);
    meter.charge(query.price(problem));
    Evaluation answer = evaluator.evaluate(query, conditions(query.x()));
    if (query.kind().denoises()) {
      finite(answer.prediction());
    }
    try {
      check(query.kind(), answer);
      return answer;
    } catch (VerifierFailure e) {
      throw blamed(e, query.x());
    }
  }

  private static void check(Query.Kind kind, Evaluation answer) {
    switch (kind) {
      case PREDICTION -> {}
      case GUIDANCE -> finite(answer.guided());
      case REWARD -> answer.read().forEach(MeteredSession::admissible);
      case GRADIENT -> {
        admissible(answer.value().values());
        finite(answer.estimateGradient());
        finite(answer.gradient());
      }
      case PULLBACK -> finite(answer.gradient());
      case REWARD_GRADIENT -> {
        admissible(answer.value().values());
        finite(answer.gradient());
      }
      case ESTIMATE_GRADIENT -> {
        admissible(answer.value().values());
        finite(answer.estimateGradient());
      }
    }
  }

  /** The failure of whoever gave a number that is none: the model, if the verifier was given it. */
  static RuntimeException blamed(VerifierFailure failure, Batch states) {
    return sound(states)
        ? failure
        : new ModelFailure(
            "the states to be scored are not finite; the chain of the model diverged");
  }

  private static boolean sound(Batch states) {
    if (states instanceof Batch.Reals reals) {
      for (double value : reals.data()) {
        if (!Double.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }

  /** A verifier might make a score of what is no number. */
  private static void finite(Prediction prediction) {
    if (prediction instanceof Prediction.Mean mean && !sound(mean.clean())) {
      throw new ModelFailure("the model's predictions are not finite");
    }
  }

  private static void finite(Batch.Reals gradient) {
    for (double slope : gradient.data()) {
      if (!Double.isFinite(slope)) {
        throw new VerifierFailure("the gradient of the reward is not finite");
      }
    }
  }

  /** Scores as they are, unless one is NaN or plus infinity; minus infinity is a score. */
  static double[] admissible(double[] score) {
    for (int i = 0; i < score.length; i++) {
      if (!(score[i] < Double.POSITIVE_INFINITY)) {
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

  private void checkLevels(Query query) {
    int steps = problem.process().steps();
    for (int i = 0; i < query.level().length; i++) {
      int level = query.level()[i];
      int to = query.to()[i];
      boolean known = query.kind().denoises() ? level >= 1 && level <= steps : level == 0;
      if (!known) {
        throw new IllegalArgumentException("level " + level + " is outside 1.." + steps);
      }
      if (query.kind().denoises() && (to < 0 || to >= level)) {
        throw new IllegalArgumentException("no step from level " + level + " to " + to);
      }
    }
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
