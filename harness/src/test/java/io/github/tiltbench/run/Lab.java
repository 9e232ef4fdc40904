package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.verifier.Verifier;
import java.util.Optional;

/**
 * Runs algorithms on one problem without files; every run also checks the cost.
 *
 * @param denoiser the model
 * @param process its chain
 * @param verifier the reward
 * @param beta reward temperature
 */
public record Lab(Denoiser denoiser, ReverseProcess process, Verifier verifier, double beta) {

  /** The problem of returning {@code count} samples within a budget. */
  public Problem problem(int count, Budget budget) {
    return new Problem(
        denoiser.space(),
        process,
        count,
        beta,
        budget,
        Optional.empty(),
        denoiser.rowsPerParticle(),
        denoiser.differentiable() && verifier.differentiable());
  }

  /** The noise of one trial. */
  public static Seed seed(int repetition) {
    return Seed.of(7, Condition.NONE.text(), repetition);
  }

  /** A session of one trial. */
  public Session session(Problem problem, Meter meter, int repetition) {
    return new MeteredSession(
        problem,
        Condition.NONE,
        seed(repetition),
        meter,
        new DirectEvaluator(denoiser, process, verifier));
  }

  /** One trial; fails unless the meter, the cost formula and the odometer agree. */
  public Samples run(Algorithm algorithm, int count, Budget budget, int repetition) {
    Problem problem = problem(count, budget);
    Meter meter = new Meter(budget);
    Cost before = denoiser.odometer();
    Samples samples = algorithm.sample(problem, session(problem, meter, repetition));
    assertEquals(algorithm.cost(problem), meter.spent(), "cost formula against meter");
    Cost work = denoiser.odometer().minus(before);
    assertEquals(meter.spent().nfe(), work.nfe(), "meter against odometer, NFE");
    assertEquals(meter.spent().rows(), work.rows(), "meter against odometer, rows");
    assertEquals(meter.spent().backward(), work.backward(), "meter against odometer, backward");
    assertEquals(count, samples.states().size(), "samples returned");
    return samples;
  }
}
