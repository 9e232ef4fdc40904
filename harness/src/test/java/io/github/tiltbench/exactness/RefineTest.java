package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.search.Refine;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.run.Lab;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Moves by Metropolis' rule, held against the tilted law. */
class RefineTest {
  private static final Lab T43 = TokenLabs.t43(FirstHittingProcess::new);

  private static Refine refine(double at, int moves, int pool) {
    return new Refine(new double[] {at}, 0.5, moves, pool);
  }

  /** From the model's own samples to the tilted law, with candidates one by one or in pools. */
  @ParameterizedTest
  @CsvSource({"1, 80", "4, 80"})
  void movesOfCleanStatesReachTheTiltedLaw(int pool, int moves) {
    ExactPaths exact = new ExactPaths(T43);
    long[] count = new long[exact.states()];
    double accepted = 0;
    for (int trial = 0; trial < 50; trial++) {
      Samples samples = T43.run(refine(0, moves, pool), 100, Budget.UNLIMITED, trial);
      accepted += samples.scalars().get("accepted") / 50;
      for (int row = 0; row < 100; row++) {
        count[exact.index(((Batch.Tokens) samples.states()).row(row))]++;
      }
    }
    double off = ExactPaths.chiSquare(count, exact.tilted());
    assertTrue(off < 4, "chi-square lies " + off + " deviations off");
    assertTrue(accepted > 0.2 && accepted < 0.8, "accepted " + accepted);
  }

  /** At level t of T = 4, half of the chain up: the price in full, and the meter agrees. */
  @ParameterizedTest
  @CsvSource({"0, 5, 1, 14, 6", "0, 5, 3, 28, 13", "0.5, 5, 1, 20, 6", "0.75, 2, 1, 9, 3"})
  void pricesAreInClosedForm(double at, int moves, int pool, int nfe, int rewards) {
    Refine refine = refine(at, moves, pool);
    Cost cost = refine.cost(T43.problem(1, Budget.UNLIMITED));
    assertEquals(Cost.of(nfe, nfe, rewards), cost);
    T43.run(refine, 7, Budget.UNLIMITED, 1);
  }

  /** The most moves that a budget pays for. */
  @ParameterizedTest
  @CsvSource({"4, 1", "7, 1", "8, 2", "29, 12", "100, 48"})
  void aBudgetBuysMoves(int nfe, int moves) {
    Budget budget = new Budget(Map.of(Unit.NFE, 3L * nfe));
    Problem problem = T43.problem(3, budget);
    assertEquals(refine(0, moves, 1).cost(problem), Refine.DEFAULT.cost(problem));
    if (nfe > 4) {
      T43.run(Refine.DEFAULT, 3, budget, 0);
    }
  }

  @Test
  void warnsWhereMovesAreNoMonteCarloOfTheTiltedLaw() {
    assertEquals(List.of(), Refine.DEFAULT.warnings(T43.problem(1, Budget.UNLIMITED)));
    assertTrue(
        refine(0.5, 3, 1)
            .warnings(T43.problem(1, Budget.UNLIMITED))
            .get(0)
            .startsWith("above level 0"));
    Problem ancestral =
        TokenLabs.t43(space -> new MaskedProcess(space, 4)).problem(1, Budget.UNLIMITED);
    assertTrue(refine(0, 3, 1).warnings(ancestral).get(0).contains("first-hitting"));
  }
}
