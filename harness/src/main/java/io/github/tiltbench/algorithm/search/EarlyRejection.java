package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Share;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chains in families of which the worst are given up on their way, by the reward of their clean
 * estimates.
 *
 * <p>The prediction that values a chain is the one its next step needs. A chain keeps its address
 * among the noise whatever becomes of the others, so that what is left are some of the chains that
 * would have run without rejection.
 *
 * @param problem whose chains they are
 * @param levels falling, where chains are given up
 * @param widths chains of a family at the start and after each of the levels, falling
 */
record EarlyRejection(Problem problem, int[] levels, int[] widths) {
  /**
   * The schedule of some shares.
   *
   * @param at shares of the chain that lie ahead where chains are given up
   * @param kept shares of the first width that each of them leaves; one chain at least
   */
  static EarlyRejection of(Problem problem, List<Double> at, List<Double> kept, int width) {
    int steps = problem.process().steps();
    int[] levels = at.stream().mapToInt(share -> (int) Math.round(share * steps)).toArray();
    int[] widths = new int[kept.size() + 1];
    widths[0] = width;
    for (int i = 1; i < widths.length; i++) {
      widths[i] = Math.max(1, Share.ceiling(kept.get(i - 1) * width));
    }
    return new EarlyRejection(problem, levels, widths);
  }

  Support supports() {
    ReverseProcess process = problem.process();
    if (!process.decodes(Decoding.POSTERIOR_MEAN)) {
      return new Support.No("the process cannot decode by " + Decoding.POSTERIOR_MEAN);
    }
    if (Support.estimates(problem) instanceof Support.No no) {
      return no;
    }
    for (int i = 0; i < levels.length; i++) {
      if (levels[i] < 1 || levels[i] > (i == 0 ? process.steps() : levels[i - 1] - 1)) {
        return new Support.No(
            "a chain of " + process.steps() + " steps has no level for each share of reject");
      }
    }
    return Support.YES;
  }

  /** Chains of a family that are left at the end. */
  int last() {
    return widths[levels.length];
  }

  /** What is left of each family at the end, families one after the other. */
  Batch run(Session session) {
    ReverseProcess process = problem.process();
    int steps = process.steps();
    int width = widths[0];
    int[] row = IntStream.range(0, problem.count() * width).toArray();
    Batch x = process.prior(row.length, session.noise(Purpose.PRIOR, steps).branched(width));
    int next = 0;
    try (Arena.Steps arena = Arena.steps()) {
      for (int level = steps; level >= 1; level--) {
        arena.next();
        Prediction prediction = session.denoise(x, level);
        if (next < levels.length && levels[next] == level) {
          int[] kept =
              Beams.highest(values(session, prediction, level), widths[next], widths[next + 1]);
          row = selected(row, kept);
          x = x.select(kept);
          prediction = prediction.select(kept);
          next++;
        }
        StepLaw law = process.law(x, level, prediction);
        x = drawn(law, row, session.noise(Purpose.STEP, level).branched(width));
      }
    }
    return x;
  }

  private static int[] selected(int[] row, int[] index) {
    return IntStream.of(index).map(i -> row[i]).toArray();
  }

  private static double[] values(Session session, Prediction prediction, int level) {
    Noise noise = session.noise(Purpose.DECODE, level);
    return session.score(session.clean(prediction, Decoding.POSTERIOR_MEAN, noise));
  }

  /** One draw a chain, each by the noise of the row where it stood among all. */
  private static Batch drawn(StepLaw law, int[] row, Noise noise) {
    if (row[row.length - 1] == row.length - 1) {
      return law.sample(noise); // all of them are left
    }
    List<Batch> drawn = new ArrayList<>();
    for (int i = 0; i < row.length; i++) {
      drawn.add(law.select(new int[] {i}).sample(noise.skip(row[i])));
    }
    return Batch.concat(drawn);
  }

  /** NFE N_0 (T - l_1 + 1) + N_1 (l_1 - l_2) + ... + N_k (l_k - 1), REWARD N_0 + ... + N_k. */
  Cost cost() {
    long nfe = 0;
    long rewards = 0;
    for (int i = 0; i < widths.length; i++) {
      int from = i == 0 ? problem.process().steps() : levels[i - 1] - 1;
      int to = i == levels.length ? 0 : levels[i] - 1;
      nfe += (long) widths[i] * (from - to);
      rewards += widths[i];
    }
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards).times(problem.count());
  }
}
