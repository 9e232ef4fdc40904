package %room%;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.search.Rollout;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;

/**
 * Each returned sample is the best of its own n chains of the model.
 *
 * <p>Cost of a trial: NFE count * n * T, REWARD count * n.
 *
 * @param n chains a sample; a component of the record is a key in a study
 */
public record %type%(int n) implements Algorithm {
  /** What stands where a study says nothing. */
  public static final %type% DEFAULT = new %type%(4);

  /** Refuses fewer than one chain; the message begins with the key at fault. */
  public %type% {
    if (n < 1) {
      throw new IllegalArgumentException("n must be at least 1");
    }
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    Batch all = Rollout.run(problem, session, problem.count(), n);
    double[] score = session.score(all);
    int[] best = new int[problem.count()];
    for (int i = 0; i < best.length; i++) {
      best[i] = i * n;
      for (int m = 1; m < n; m++) {
        if (score[i * n + m] > score[best[i]]) {
          best[i] = i * n + m;
        }
      }
    }
    return Samples.independent(all.select(best));
  }

  @Override
  public Cost cost(Problem problem) {
    long chains = (long) problem.count() * n;
    long nfe = chains * problem.process().steps();
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), chains);
  }

  @Override
  public boolean usesBudget() {
    return false; // a larger budget leaves n as it is
  }
}
