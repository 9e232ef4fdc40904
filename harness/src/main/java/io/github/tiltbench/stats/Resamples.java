package io.github.tiltbench.stats;

import java.util.SplittableRandom;

/** Ways to resample trials: how often each trial counts in one resample, prompt after prompt. */
final class Resamples {
  private Resamples() {}

  /** Prompts drawn with replacement, each of which is a single trial. */
  static double[] prompts(int prompts, SplittableRandom random) {
    return draw(prompts, prompts, random);
  }

  /**
   * Prompts kept; of the T trials of each, T - 1 drawn with replacement, each T / (T - 1) times.
   */
  static double[] withinPrompts(TrialNumbers trials, SplittableRandom random) {
    double[] of = new double[trials.count()];
    int from = 0;
    for (TrialNumbers.Prompt prompt : trials.prompts()) {
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
