package io.github.tiltbench.run;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.TrialId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reruns one cohort of each cell and holds it against what is stored; what it learned is learned
 * anew as well.
 *
 * @param same trials that agree in every digit
 * @param close trials that agree within {@link #TOLERANCE}; networks round differently on other
 *     machines and in other cohorts
 * @param differing a line on each trial that does not agree
 */
public record Verification(int same, int close, List<String> differing) {
  /** Largest relative difference (absolute below 1) that still counts as rounding. */
  public static final double TOLERANCE = 1e-3;

  /** Reruns and compares; of each cell the first cohort that has a finished trial. */
  public static Verification of(Plan plan, Results results, Cohorts cohorts)
      throws InterruptedException {
    int same = 0;
    int close = 0;
    List<String> differing = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try (FitCache fits = new FitCache();
        Worker worker = new Worker(plan.study().seed(), fits)) {
      for (Runner.Task task : new Runner(1, cohorts, Shard.ALL).tasks(plan, Set.of())) {
        boolean any = task.trials().stream().anyMatch(results.trials()::containsKey);
        if (!any || !seen.add(task.cell().key().brief())) {
          continue;
        }
        for (Worker.Outcome outcome : worker.run(task.cell(), task.trials())) {
          TrialId id = outcome.trial() == null ? outcome.failure().id() : outcome.trial().id();
          Trial stored = results.trials().get(id);
          if (stored == null) {
            continue;
          }
          if (outcome.trial() == null) {
            differing.add(id + ": failed now, " + outcome.failure().message());
            continue;
          }
          double off = difference(results, stored, outcome.trial());
          same += off == 0 ? 1 : 0;
          close += off > 0 && off <= TOLERANCE ? 1 : 0;
          if (!(off <= TOLERANCE)) {
            differing.add(id + ": differs by " + off);
          }
        }
      }
    }
    return new Verification(same, close, differing);
  }

  /** The largest difference between two runs of a trial; NaN if they are not alike at all. */
  private static double difference(Results results, Trial stored, Trial now) {
    if (!stored.cost().equals(now.cost())
        || stored.independent() != now.independent()
        || !stored.crossRewards().keySet().equals(now.crossRewards().keySet())
        || !stored.scalars().keySet().equals(now.scalars().keySet())) {
      return Double.NaN;
    }
    double off =
        Math.max(
            largest(stored.rewards(), now.rewards()),
            largest(stored.logWeights(), now.logWeights()));
    for (String judge : stored.crossRewards().keySet()) {
      off = Math.max(off, largest(stored.crossRewards().get(judge), now.crossRewards().get(judge)));
    }
    for (String name : stored.scalars().keySet()) {
      double[] a = {stored.scalars().get(name)};
      double[] b = {now.scalars().get(name)};
      off = Math.max(off, largest(a, b));
    }
    return Math.max(off, largest(results.samples(stored), results.samples(now)));
  }

  private static double largest(Batch a, Batch b) {
    if (a instanceof Batch.Tokens x && b instanceof Batch.Tokens y) {
      return Arrays.equals(x.data(), y.data()) ? 0 : Double.NaN;
    }
    double[] x = ((Batch.Reals) a).data();
    double[] y = ((Batch.Reals) b).data();
    boolean rounded = IntStream.range(0, x.length).allMatch(i -> x[i] == (float) x[i]);
    return largest(x, rounded ? Arrays.stream(y).map(v -> (float) v).toArray() : y);
  }

  private static double largest(double[] a, double[] b) {
    if (a.length != b.length) {
      return Double.NaN;
    }
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      double off = a[i] == b[i] ? 0 : Math.abs(a[i] - b[i]) / Math.max(1, Math.abs(a[i]));
      largest = Math.max(largest, off);
    }
    return largest;
  }
}
