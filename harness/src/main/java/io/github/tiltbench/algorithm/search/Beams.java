package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * States that branch at each step that draws noise, of whose children some go on: one trial of
 * {@link Beam} or {@link DSearch}.
 *
 * @param byParent whether children are valued by the prediction that they were drawn from
 */
record Beams(Problem problem, Session session, boolean byParent) {
  /** How wide a step is, and which children go on. */
  interface Rule {
    /** Children of each of some states. */
    int width(int level, int states);

    /** Rows of the children that go on, families of consecutive rows. */
    int[] keep(double[] values, int width, int level);
  }

  /**
   * Where the states end.
   *
   * @param rewards of each; null where the last step was not selected by them
   */
  record End(Batch states, double[] rewards) {
    /** The highest of each group of consecutive states, scored now if they were not before. */
    Batch best(Session session, int group, int kept) {
      if (group == kept) {
        return states;
      }
      double[] known = rewards == null ? session.score(states) : rewards;
      return states.select(highest(known, group, kept));
    }
  }

  /** Whether the steps branch and their children can be valued. */
  static Support supports(Problem problem, boolean byParent) {
    if (!problem.process().stochastic()) {
      return new Support.No("children never differ in a deterministic chain (eta 0)");
    }
    if (byParent && Support.parents(problem) instanceof Support.No no) {
      return no;
    }
    return Support.decodes(problem, Decoding.POSTERIOR_MEAN);
  }

  /**
   * Rows of the highest values of each group, in the order of rows; the first among equals.
   *
   * @param values of groups of consecutive rows
   */
  static int[] highest(double[] values, int group, int kept) {
    return IntStream.range(0, values.length / group)
        .flatMap(
            g ->
                IntStream.range(g * group, (g + 1) * group)
                    .boxed()
                    .sorted(Comparator.comparingDouble(row -> -values[row]))
                    .mapToInt(row -> row)
                    .limit(kept)
                    .sorted())
        .toArray();
  }

  /**
   * Runs from level T to clean states.
   *
   * @param starts states of level T
   * @param branches of them that share a particle's address in the prior
   * @param each states of a later level that share one
   */
  End run(int starts, int branches, int each, Rule rule) {
    ReverseProcess process = problem.process();
    int steps = process.steps();
    Batch x = process.prior(starts, session.noise(Purpose.PRIOR, steps).branched(branches));
    Prediction prediction = session.denoise(x, steps);
    double[] rewards = null;
    try (Arena.Steps arena = Arena.steps()) {
      for (int level = steps; level >= 1; level--) {
        arena.next();
        StepLaw law = process.law(x, level, prediction);
        boolean noisy = process.stochasticAt(level);
        int width = noisy ? rule.width(level, x.size()) : 1;
        int[] parents = Branching.repeat(x.size(), width);
        x = law.select(parents).sample(session.noise(Purpose.STEP, level).branched(each * width));
        boolean own = level > 1 && !(noisy && byParent);
        Prediction children = own ? session.denoise(x, level - 1) : null;
        if (noisy) {
          double[] values =
              level == 1
                  ? session.score(x)
                  : values(own ? children : filling(x, prediction.select(parents)), level);
          int[] kept = rule.keep(values, width, level);
          x = x.select(kept);
          children = own ? children.select(kept) : null;
          rewards = level == 1 ? new Scalars(values).select(kept).values() : null;
        }
        prediction = own || level == 1 ? children : session.denoise(x, level - 1);
      }
    }
    return new End(x, rewards);
  }

  /** What the prediction of their parents says of children. */
  private static Prediction filling(Batch children, Prediction prediction) {
    return ((Prediction.Logits) prediction).at((Batch.Tokens) children);
  }

  private double[] values(Prediction prediction, int level) {
    return ValueEstimate.MEAN.value(prediction, level, session, Addressing.WHOLE, problem.beta());
  }

  /**
   * The same rows with the lowest replaced by copies of others, which are drawn by exp(value /
   * temperature).
   *
   * @param kept rows
   * @param values by row
   * @param out how many give way
   */
  static int[] replace(int[] kept, double[] values, int out, double temperature, double[] u) {
    int[] worstFirst =
        IntStream.range(0, kept.length)
            .boxed()
            .sorted(Comparator.comparingDouble(stream -> values[kept[stream]]))
            .mapToInt(stream -> stream)
            .toArray();
    int[] better = Arrays.copyOfRange(worstFirst, out, kept.length);
    Arrays.sort(better);
    double[] value = Arrays.stream(better).mapToDouble(stream -> values[kept[stream]]).toArray();
    int[] replaced = kept.clone();
    for (int i = 0; i < out; i++) {
      double drawn = u[i];
      int copied = Branching.keep(value, value.length, temperature, family -> drawn)[0];
      replaced[worstFirst[i]] = kept[better[copied]];
    }
    return replaced;
  }
}
