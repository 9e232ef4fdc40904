package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Toys;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A longer chain takes more time, not more memory. */
class AllocationTest {
  private static final int ROWS = 64;
  private static final int WIDTH = 784;
  private static final double BATCH = (double) ROWS * WIDTH * Double.BYTES;

  /**
   * Bytes that a chain of so many steps allocates, without an engine: all of them are the harness'.
   */
  private static long bytes(String algorithm, int steps) {
    String numbers = String.join(", ", Collections.nCopies(WIDTH, "0.5"));
    Cell cell =
        Toys.plan(
                """
                study: memory
                seed: 1
                repetitions: 1
                count: %d
                prompts: [a]
                models:
                  m:
                    kind: gaussian
                    mean: [%s]
                    variance: [%s]
                    process: {kind: ddim, steps: %d, eta: 1.0}
                verifiers:
                  v: {kind: linear, coefficients: [%s]}
                beta: 100
                algorithms: [%s]
                budgets: {unit: nfe, per: trial, at: [%d]}
                """
                    .formatted(
                        algorithm.startsWith("svdd") ? 1 : ROWS,
                        numbers,
                        numbers,
                        steps,
                        numbers,
                        algorithm,
                        ROWS * steps))
            .cells()
            .get(0);
    DirectEvaluator evaluator =
        new DirectEvaluator(
            cell.model().spec().open(),
            cell.problem().process(),
            cell.verifier().spec().open(cell.model().spec().space()));
    Meter meter = new Meter(cell.problem().budget());
    MeteredSession session =
        new MeteredSession(cell.problem(), Condition.NONE, Seed.of(1, "a", 0), meter, evaluator);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    cell.method().part().spec().sample(cell.problem(), session);
    return threads.getThreadAllocatedBytes(thread) - before;
  }

  /**
   * Half the batch: one array of its size left over a step is twice as much, while what code
   * allocates that is not compiled yet, or counted by a coverage agent, is about a tenth.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "pretrained",
        "{smc: {returns: all}}",
        "{fk: {returns: all}}",
        "{tds: {returns: all}}",
        "{das: {returns: all}}",
        "{urge: {returns: all}}",
        "svdd",
        "dps",
        "classifier-guidance"
      })
  void aStepAllocatesNothingLarge(String algorithm) {
    bytes(algorithm, 40);
    double perStep = (bytes(algorithm, 120) - bytes(algorithm, 20)) / 100.0;
    assertTrue(perStep < 0.5 * BATCH, perStep / BATCH + " of the batch a step");
  }
}
