package io.github.tiltbench.run;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Learning;
import io.github.tiltbench.study.Plan;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** How long a plan's networks will take, from a few timed forwards of each. */
public final class Probe {
  private static final int ROWS = 32;
  private static final int TIMED = 3;

  private Probe() {}

  /** Seconds of bare forwards for all trials and learning of a plan on one worker. */
  public static double seconds(Plan plan) {
    Map<String, Double> perNfe = new HashMap<>();
    double seconds = 0;
    Set<Learning> learned = new HashSet<>();
    for (Cell cell : plan.cells()) {
      long learning = cell.learning().filter(learned::add).map(plan::nfe).orElse(0L);
      seconds +=
          (plan.nfe(cell) + learning)
              * perNfe.computeIfAbsent(
                  cell.model().label(), label -> perNfe(cell, plan.study().prompts().get(0)));
    }
    return seconds;
  }

  private static double perNfe(Cell cell, String prompt) {
    ReverseProcess process = cell.problem().process();
    int level = process.steps();
    Batch x = process.prior(ROWS, new Seed(0).noise(Purpose.PRIOR, level));
    int[] levels = new int[ROWS];
    Arrays.fill(levels, level);
    Condition[] conditions = new Condition[ROWS];
    Arrays.fill(conditions, new Condition(prompt));
    try (Denoiser denoiser = cell.model().spec().open()) {
      double best = Double.POSITIVE_INFINITY;
      for (int i = 0; i <= TIMED; i++) { // the first, cold one is never the best
        long start = System.nanoTime();
        denoiser.denoise(x, levels, conditions);
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      return best / ROWS;
    }
  }
}
