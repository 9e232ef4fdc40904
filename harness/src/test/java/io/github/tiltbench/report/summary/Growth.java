package io.github.tiltbench.report.summary;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Stored;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.TrialId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * Results whose mean rewards are functions of the budget: 40 trials of one sample on one prompt,
 * which share a part of their luck. A plain sample takes 10 NFE and has the mean of budget 10.
 */
public final class Growth {
  static final int TRIALS = 40;
  static final String MODEL = "m";

  private Growth() {}

  /** One contest on {@link #MODEL} for every verifier, each with the same algorithms. */
  public static Results results(
      List<String> verifiers, long[] budgets, Map<String, DoubleUnaryOperator> means) {
    List<PlanFile.Row> cells = new ArrayList<>();
    Map<TrialId, Trial> trials = new HashMap<>();
    for (String verifier : verifiers) {
      for (Map.Entry<String, DoubleUnaryOperator> e : means.entrySet()) {
        boolean plain = e.getKey().equals(Task.BASE);
        for (long at : plain ? new long[] {10} : budgets) {
          String key = Integer.toHexString((verifier + e.getKey() + at).hashCode());
          PlanFile.Row cell =
              new PlanFile.Row(
                  (key + "0".repeat(64)).substring(0, 64),
                  MODEL,
                  verifier,
                  e.getKey(),
                  "",
                  1,
                  plain ? null : at,
                  Cost.of(at, at, 1),
                  Optional.empty());
          cells.add(cell);
          for (int k = 0; k < TRIALS; k++) {
            TrialId id = new TrialId(cell.brief(), "p", k);
            trials.put(id, trial(id, e.getValue().applyAsDouble((double) at), cell));
          }
        }
      }
    }
    PlanFile plan =
        new PlanFile(
            "growth",
            5,
            TRIALS,
            1,
            List.of("p"),
            "nfe",
            "sample",
            List.of("reward"),
            List.of("judge"),
            0,
            cells,
            List.of(),
            List.of(),
            List.of(),
            null);
    return new Results(Path.of("nowhere"), plan, trials, List.of(), List.of());
  }

  private static Trial trial(TrialId id, double mean, PlanFile.Row cell) {
    double shared = 0.2 * new SplittableRandom(id.repetition()).nextGaussian();
    double own = 0.05 * new SplittableRandom(id.hashCode()).nextGaussian();
    double reward = mean + shared + own;
    return new Trial(
        id,
        new Stored.Inline(new Batch.Tokens(new int[] {0}, 1)),
        true,
        new double[1],
        new double[] {reward},
        Map.of("judge", new double[] {-reward / 2}),
        cell.cost(),
        Map.of(),
        Map.of(),
        0.1);
  }

  /** The first contest of some results. */
  public static Task contest(Results results) {
    return Rows.task(results);
  }
}
