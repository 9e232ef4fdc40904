package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.List;

/** One trial of {@link EpsilonGreedy}: chains whose noise is searched step by step. */
record NoiseBandit(EpsilonGreedy rules, EpsilonGreedy.Size size, Problem problem, Session session) {
  /**
   * Noises with what they lead to, one row a sample.
   *
   * @param noise standardised
   * @param x the next states
   * @param prediction at them; null at level 0
   * @param value of each
   */
  private record Pivots(double[] noise, Batch.Reals x, Prediction prediction, Scalars value) {
    /** At some rows, of noises of a width. */
    Pivots select(int[] index, int width) {
      double[] selected = new double[index.length * width];
      for (int i = 0; i < index.length; i++) {
        System.arraycopy(noise, index[i] * width, selected, i * width, width);
      }
      return new Pivots(
          selected,
          x.select(index),
          prediction == null ? null : prediction.select(index),
          value.select(index));
    }

    /** These and others, one after the other. */
    Pivots and(Pivots other) {
      return new Pivots(
          Scalars.joined(noise, other.noise),
          (Batch.Reals) Batch.concat(List.of(x, other.x)),
          prediction == null ? null : Prediction.joined(List.of(prediction, other.prediction)),
          Scalars.joined(List.of(value, other.value)));
    }
  }

  /** The clean states. */
  Batch run() {
    GaussianProcess process = (GaussianProcess) problem.process();
    int steps = process.steps();
    Batch x = process.prior(problem.count(), session.noise(Purpose.PRIOR, steps));
    Prediction prediction = session.denoise(x, steps);
    try (Arena.Steps arena = Arena.steps()) {
      for (int level = steps; level >= 1; level--) {
        arena.next();
        GaussianStep law = process.law(x, level, prediction);
        if (process.stochasticAt(level)) {
          Pivots found = search(law, level);
          x = found.x;
          prediction = found.prediction;
        } else {
          x = law.mean();
          prediction = level > 1 ? session.denoise(x, level - 1) : null;
        }
      }
    }
    return x;
  }

  private Pivots search(GaussianStep law, int level) {
    int width = law.mean().width();
    double[] first = new double[law.mean().data().length];
    session.noise(Purpose.PROPOSAL, level).normals(law.size(), first);
    Pivots pivots = round(law, first, level, 0);
    for (int k = 1; k < size.rounds(); k++) {
      Pivots candidates = round(law, pivots.noise, level, k);
      pivots = rules.keepPivot() ? better(pivots, candidates, width) : candidates;
    }
    return pivots;
  }

  /** For each sample the candidate if it is better, else the pivot. */
  private static Pivots better(Pivots pivots, Pivots candidates, int width) {
    int[] index = new int[pivots.value.size()];
    for (int i = 0; i < index.length; i++) {
      boolean beaten = candidates.value.values()[i] > pivots.value.values()[i];
      index[i] = beaten ? index.length + i : i;
    }
    return pivots.and(candidates).select(index, width);
  }

  /** The best candidate of a round for each sample. */
  private Pivots round(GaussianStep law, double[] pivot, int level, int k) {
    int n = size.candidates();
    int[] parents = Branching.repeat(law.size(), n);
    Batch.Reals means = law.mean().select(parents);
    int width = means.width();
    double[] z = candidates(pivot, width, level, k);
    double[] next = Arena.doubles(z.length);
    for (int i = 0; i < z.length; i++) {
      next[i] = means.data()[i] + law.std(parents[i / width]) * z[i];
    }
    Batch.Reals x = new Batch.Reals(next, means.item());
    Prediction prediction = level > 1 ? session.denoise(x, level - 1) : null;
    double[] value = level > 1 ? value(prediction, level) : session.score(x);
    int[] best = Branching.keep(value, n, 0, family -> 0);
    return new Pivots(z, x, prediction, new Scalars(value)).select(best, width);
  }

  private double[] value(Prediction prediction, int level) {
    return ValueEstimate.MEAN.value(prediction, level, session, Addressing.WHOLE, problem.beta());
  }

  /** Standardised noises: of each sample's pivot some neighbours, and some that are new. */
  private double[] candidates(double[] pivot, int width, int level, int k) {
    int n = size.candidates();
    Noise noise = session.noise(Purpose.STEP, level).round(k).branched(n);
    Noise choice = session.noise(Purpose.SELECT, level).round(k).branched(n);
    int rows = pivot.length / width * n;
    double[] z = new double[rows * width];
    noise.normals(rows, z);
    double[] u = new double[rows * 2];
    choice.uniforms(rows, u);
    double[] own = new double[width];
    double[] near = new double[width];
    for (int row = 0; row < rows; row++) {
      if (u[2 * row] >= rules.epsilon()) {
        double share = u[2 * row + 1] * rules.radius();
        System.arraycopy(pivot, row / n * width, near, 0, width);
        System.arraycopy(z, row * width, own, 0, width);
        rules.neighbourhood().neighbour(near, 1 - share * share / 2, own);
        System.arraycopy(own, 0, z, row * width, width);
      }
    }
    return z;
  }
}
