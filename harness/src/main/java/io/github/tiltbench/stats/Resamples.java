package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Ways to resample trials: how often each trial counts in one resample, prompt after prompt. */
final class Resamples {
  private Resamples() {}

  /** Prompts drawn with replacement; all trials of a prompt count alike. */
  static double[] prompts(Trials trials, SplittableRandom random) {
    double[] counts = draw(trials.prompts().size(), trials.prompts().size(), random);
    double[] of = new double[trials.count()];
    int from = 0;
    for (int i = 0; i < counts.length; i++) {
      int to = from + trials.prompts().get(i).trials().size();
      Arrays.fill(of, from, to, counts[i]);
      from = to;
    }
    return of;
  }

  /**
   * Prompts kept; of the T trials of each, T - 1 drawn with replacement, each T / (T - 1) times.
   */
  static double[] withinPrompts(Trials trials, SplittableRandom random) {
    double[] of = new double[trials.count()];
    int from = 0;
    for (Trials.Prompt prompt : trials.prompts()) {
      int size = prompt.trials().size();
      double[] counts = draw(size, size - 1, random);
      for (int i = 0; i < size; i++) {
        of[from + i] = counts[i] * size / (size - 1);
      }
      from += size;
    }
    return of;
  }

  private static double[] draw(int size, int times, SplittableRandom random) {
    double[] counts = new double[size];
    for (int i = 0; i < times; i++) {
      counts[random.nextInt(size)]++;
    }
    return counts;
  }
}
