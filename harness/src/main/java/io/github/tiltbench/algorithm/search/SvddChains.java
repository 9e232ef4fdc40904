package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;
import java.util.List;

/** The chains of one trial of {@link Svdd}, with all their candidates. */
final class SvddChains {
  private final Svdd rules;
  private final Problem problem;
  private final Session session;
  private final StateValue learned;
  private final int width;
  private final int chains;
  private final boolean reuse;

  /** The round of all noise. */
  private int round;

  /** What the candidates branched from: states, what was predicted there, their values. */
  private Batch parents;

  private Prediction predicted;
  private double[] known;

  /** The log-weight of each chain, less its last value over alpha. */
  private double[] weight;

  SvddChains(
      Svdd rules, Problem problem, Session session, StateValue learned, SvddPrice.Size size) {
    this(rules, problem, session, learned, size, true);
  }

  /**
   * The same.
   *
   * @param reuse whether a survivor's prediction serves its next step; if not every state that is
   *     valued or goes on is asked about anew, also where it is clean
   */
  SvddChains(
      Svdd rules,
      Problem problem,
      Session session,
      StateValue learned,
      SvddPrice.Size size,
      boolean reuse) {
    this.reuse = reuse;
    this.rules = rules;
    this.problem = problem;
    this.session = session;
    this.learned = learned;
    this.width = size.width();
    this.chains = size.chains();
  }

  /**
   * Where the chains end.
   *
   * @param rewards of each; null where the last step was not selected by them
   * @param weight of each but for the end, where weights are kept
   */
  record End(Batch states, double[] rewards, double[] weight) {
    /** The log-weights, by which the reward at the end is met whatever the values were. */
    double[] logWeights(Session session, double beta) {
      double[] reward = rewards == null ? session.score(states) : rewards;
      double[] log = new double[reward.length];
      Arrays.setAll(log, i -> weight[i] + reward[i] / beta);
      return log;
    }
  }

  End run() {
    int steps = problem.process().steps();
    Noise prior = session.noise(Purpose.PRIOR, steps).branched(chains);
    return run(problem.process().prior(problem.count() * chains, prior), steps, 0);
  }

  /** The same from states of a level on, with the noise of a round of its own. */
  End run(Batch start, int from, int round) {
    this.round = round;
    ReverseProcess process = problem.process();
    int steps = process.steps();
    Batch x = start;
    weight = new double[x.size()];
    Prediction prediction = session.denoise(x, from);
    boolean branched = false;
    double[] rewards = null;
    known = null;
    try (Arena.Steps arena = Arena.steps()) {
      for (int level = from; level >= 1; level--) {
        arena.next();
        StepLaw law = process.law(x, level, prediction);
        Prediction before = prediction;
        if (!branched && process.stochasticAt(level)) {
          branched = true;
          parents = x;
          predicted = prediction;
          int[] families = Branching.repeat(x.size(), width);
          law = law.select(families);
          before = rules.byParent() ? prediction.select(families) : null;
        }
        int rows = branched ? chains * width : chains;
        x = law.sample(noise(Purpose.STEP, level).branched(rows));
        boolean last = rules.lastOfBlock(steps, level);
        boolean denoised = level > 1 && !(branched && last && rules.denoisesSurvivors());
        Repeats repeats = rules.once() && branched ? repeats(x) : null;
        prediction = denoised ? denoise(x, level - 1, repeats) : null;
        boolean asked = denoised && (reuse || !branched);
        if (!reuse && branched && level == 1) {
          session.denoise(x, level);
        }
        if (last && branched) {
          double[] values = values(x, rules.byParent() ? before : prediction, level, rows, repeats);
          if (rules.weighs() && level > 1) {
            values = new Scalars(values).floored().values();
          }
          int[] kept = keep(values, level);
          weigh(values, kept);
          x = x.select(kept);
          prediction = prediction == null ? null : prediction.select(kept);
          known = new Scalars(values).select(kept).values();
          rewards = level == 1 ? known : null;
        }
        branched &= !last;
        if (level > 1 && !asked) {
          prediction = session.denoise(x, level - 1);
        }
      }
    }
    return new End(x, rewards, weight);
  }

  /** Weights after a selection: the mean of exp(value / alpha) of a family, less what is kept. */
  private void weigh(double[] values, int[] kept) {
    for (int i = 0; i < weight.length && rules.weighs(); i++) {
      double[] own = new double[width];
      for (int m = 0; m < width; m++) {
        own[m] = values[i * width + m] / rules.alpha();
      }
      double mean = new Weights(own).logMean();
      double survivor = values[kept[i]] / rules.alpha();
      weight[i] += mean == Double.NEGATIVE_INFINITY ? mean : mean - survivor;
    }
  }

  private Noise noise(Purpose purpose, int level) {
    return session.noise(purpose, level).round(round);
  }

  /** Only what neither is its parent nor came before: what depends on the parent's step is new. */
  private Repeats repeats(Batch x) {
    boolean valued = known != null && !rules.byParent();
    return Repeats.of((Batch.Tokens) x, (Batch.Tokens) parents, valued);
  }

  private Prediction denoise(Batch x, int level, Repeats repeats) {
    if (repeats == null) {
      return session.denoise(x, level);
    }
    if (repeats.asked().length == 0) {
      return predicted.select(repeats.source());
    }
    Prediction asked = session.denoise(x.select(repeats.asked()), level);
    return Prediction.joined(List.of(predicted, asked)).select(repeats.source());
  }

  private double[] values(Batch x, Prediction prediction, int level, int rows, Repeats repeats) {
    if (repeats == null) {
      return values(x, prediction, level, rows);
    }
    int[] asked = repeats.asked();
    double[] answers =
        asked.length == 0
            ? new double[0]
            : values(
                x.select(asked), prediction == null ? null : prediction.select(asked), level, rows);
    return repeats.spread(known, answers);
  }

  /** Values of candidates that a step from {@code level} led to. */
  private double[] values(Batch x, Prediction prediction, int level, int rows) {
    if (level == 1) {
      return session.score(x);
    }
    return switch (rules.value()) {
      case MONTE_CARLO -> learned.value(x, level - 1);
      case ROLLOUT -> rolledOut(x, level - 1, rows);
      case POSTERIOR_MEAN, SAMPLE ->
          new ValueEstimate(rules.decoding(), rules.draws())
              .value(
                  rules.byParent()
                      ? ((Prediction.Logits) prediction).at((Batch.Tokens) x)
                      : prediction,
                  level,
                  session,
                  new Addressing(0, rows),
                  valueTemperature());
    };
  }

  /** The soft value over chains of the model from each candidate on, by noise of their own. */
  private double[] rolledOut(Batch x, int level, int rows) {
    int draws = rules.draws();
    Batch clean =
        Rollout.from(
            problem,
            session,
            x.select(Branching.repeat(x.size(), draws)),
            level,
            noise -> noise.round(level).branched(rows * draws));
    return ValueEstimate.Combination.SOFT.of(session.score(clean), draws, valueTemperature());
  }

  /** Of soft values: that of the choice, and where it has none the target's. */
  private double valueTemperature() {
    return rules.alpha() > 0 ? rules.alpha() : problem.beta();
  }

  /** The survivor of each family; the worst of them give way to copies of others. */
  private int[] keep(double[] values, int level) {
    Noise choice = noise(Purpose.SELECT, level).branched(chains);
    int[] kept =
        Branching.keep(
            values, width, rules.selectionTemperature(), row -> choice.uniforms(row).at(0));
    int out = rules.replaces(kept.length);
    if (out == 0) {
      return kept;
    }
    double[] u = session.noise(Purpose.RESAMPLE, level).uniforms(0).first(out);
    return Beams.replace(kept, values, out, rules.selectionTemperature(), u);
  }
}
