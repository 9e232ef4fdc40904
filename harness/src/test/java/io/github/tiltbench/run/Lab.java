package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Learner;
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
import java.util.function.Function;

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
    return problem(count, budget, Optional.empty());
  }

  private Problem problem(int count, Budget budget, Optional<Budget> fit) {
    return new Problem(
        denoiser.space(),
        process,
        count,
        beta,
        budget,
        fit,
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
    Cost price = algorithm.cost(problem);
    Samples samples =
        metered(
            problem,
            budget,
            price,
            algorithm.costIsUpperBound(),
            repetition,
            s -> algorithm.sample(problem, s));
    assertEquals(count, samples.states().size(), "samples returned");
    return samples;
  }

  /** Learns on a budget of its own, with the same checks. */
  public <F> F fit(Learner<F> learner, Budget budget) {
    Problem problem = problem(1, Budget.UNLIMITED, Optional.of(budget));
    return metered(
        problem, budget, learner.fitCost(problem), false, -1, s -> learner.fit(problem, s));
  }

  /** One trial of an algorithm that has learned, with the same checks. */
  public <F> Samples run(Learner<F> learner, F learned, int count, int repetition) {
    Problem problem = problem(count, Budget.UNLIMITED, Optional.of(Budget.UNLIMITED));
    Cost price = learner.sampleCost(problem);
    Samples samples =
        metered(
            problem,
            Budget.UNLIMITED,
            price,
            false,
            repetition,
            s -> learner.sample(problem, s, learned));
    assertEquals(count, samples.states().size(), "samples returned");
    return samples;
  }

  private <T> T metered(
      Problem problem,
      Budget budget,
      Cost price,
      boolean atMost,
      int repetition,
      Function<Session, T> work) {
    Meter meter = new Meter(budget);
    Cost before = denoiser.odometer();
    T result = work.apply(session(problem, meter, repetition));
    if (atMost) {
      assertTrue(meter.spent().within(price), "cost formula against meter");
    } else {
      assertEquals(price, meter.spent(), "cost formula against meter");
    }
    Cost worked = denoiser.odometer().minus(before);
    assertEquals(meter.spent().nfe(), worked.nfe(), "meter against odometer, NFE");
    assertEquals(meter.spent().rows(), worked.rows(), "meter against odometer, rows");
    assertEquals(meter.spent().backward(), worked.backward(), "meter against odometer, backward");
    return result;
  }
}
