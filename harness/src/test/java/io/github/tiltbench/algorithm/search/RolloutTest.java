package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import org.junit.jupiter.api.Test;

/** Chains from noise, and chains that go on from states that others have reached. */
class RolloutTest {
  private static final int STEPS = 12;
  private static final Gaussian MODEL =
      new Gaussian(
          new double[] {0.5, -1},
          new double[] {0.64, 0.3},
          new Ddim(STEPS, 1, SchedulerConfig.DEFAULT));

  private final Lab lab =
      new Lab(
          MODEL.open(), MODEL.reverse(), new Linear(new double[] {1, 0}, 0).open(MODEL.space()), 1);
  private final Problem problem = lab.problem(1, Budget.UNLIMITED);
  private final Meter meter = new Meter(Budget.UNLIMITED);
  private final Session session = lab.session(problem, meter, 0);

  private static double[] data(Batch x) {
    return ((Batch.Reals) x).data();
  }

  /** Three particles of two branches, as far as a level. */
  private Batch reached(int level) {
    ReverseProcess process = problem.process();
    Batch x = process.prior(6, session.noise(Purpose.PRIOR, STEPS).branched(2));
    for (int at = STEPS; at > level; at--) {
      x =
          process
              .law(x, at, session.denoise(x, at))
              .sample(session.noise(Purpose.STEP, at).branched(2));
    }
    return x;
  }

  @Test
  void goesOnFromAnyLevelAsItWouldHave() {
    double[] whole = data(Rollout.run(problem, session, 3, 2));
    assertEquals(6 * STEPS, meter.spent().nfe());
    for (int level : new int[] {STEPS, 7, 1, 0}) {
      Batch states = reached(level);
      long before = meter.spent().nfe();
      Batch clean = Rollout.from(problem, session, states, level, noise -> noise.branched(2));
      assertEquals(6L * level, meter.spent().nfe() - before);
      assertArrayEquals(whole, data(clean), "from level " + level);
    }
    Batch clean = reached(0);
    assertSame(clean, Rollout.from(problem, session, clean, 0, noise -> noise));
  }

  /** What another round draws is another end from the same state. */
  @Test
  void anotherRoundEndsElsewhere() {
    Batch states = reached(7);
    double[] first = data(Rollout.from(problem, session, states, 7, noise -> noise.branched(2)));
    double[] again =
        data(Rollout.from(problem, session, states, 7, noise -> noise.branched(2).round(1)));
    for (int i = 0; i < first.length; i++) {
      assertNotEquals(first[i], again[i]);
    }
  }
}
