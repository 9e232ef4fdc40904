package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.BestOfN;
import io.github.tiltbench.algorithm.search.Rollout;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.particle.Scope;
import io.github.tiltbench.run.Lab;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Best of N with early rejection, where its means are known. */
class EarlyRejectionTest {
  private static BestOfN rejecting(int n, List<Double> at, List<Double> kept) {
    return new BestOfN(n, Optional.empty(), Optional.of(at), Optional.of(kept));
  }

  /**
   * Eight chains of which two are left: means of 400,000 simulated trials, to 0.0008. Whole chains
   * at 56 NFE have 1.21: to reject halfway costs more than it spares.
   */
  @ParameterizedTest
  @CsvSource({"0.8, 0.8523, 38", "0.5, 1.0195, 56", "0.2, 1.2997, 74"})
  void howLateChainsAreRejectedDecides(double at, double mean, int nfe) {
    BestOfN halved = rejecting(8, List.of(at), List.of(0.25));
    Lab lab = G10.lab();
    SampleMoments x = new SampleMoments();
    for (int trial = 0; trial < 20; trial++) {
      Batch states = lab.run(halved, 500, Budget.UNLIMITED, trial).states();
      Arrays.stream(((Batch.Reals) states).data()).forEach(x::add);
    }
    assertEquals(mean, x.mean(), 0.0032 + 4 * x.standardError());
    assertEquals(Cost.of(nfe, nfe, 10), halved.cost(lab.problem(1, Budget.UNLIMITED)));
  }

  /** Exact: of some chains on tokens the one whose masks, filled by their modes, are worth most. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 2, 1.247772",
    "0.5, 4, 1.729722",
    "0.5, 8, 2.191290",
    "0.75, 4, 1.459617",
    "0.25, 4, 1.992488"
  })
  void tokensAreRejectedByTheModesOfTheirMasks(double at, int n, double mean) {
    assertTokens(rejecting(n, List.of(at), List.of(1.0 / n)), mean);
  }

  private static void assertTokens(BestOfN halved, double mean) {
    Lab lab = TokenLabs.t43(FirstHittingProcess::new);
    TokenLabs.rewards(lab, halved, 500, 40).assertMean(mean, 4, "mean reward");
  }

  /**
   * A chain that is left is the chain that it would have been, so no more than the best is lost.
   */
  @Test
  void theResultIsOneOfTheDraws() {
    Lab lab = G10.lab();
    Problem problem = lab.problem(50, Budget.UNLIMITED);
    BestOfN twice =
        new BestOfN(6, Optional.empty(), Optional.empty(), Optional.of(List.of(.5, .2)));
    double[] found = ((Batch.Reals) lab.run(twice, 50, Budget.UNLIMITED, 3).states()).data();
    Batch draws = Rollout.run(problem, lab.session(problem, new Meter(Budget.UNLIMITED), 3), 50, 6);
    double[] all = ((Batch.Reals) draws).data();
    int best = 0;
    for (int i = 0; i < 50; i++) {
      double x = found[i];
      double[] own = Arrays.copyOfRange(all, 6 * i, 6 * i + 6);
      assertTrue(Arrays.stream(own).anyMatch(draw -> draw == x), "sample " + i);
      best += Arrays.stream(own).max().orElseThrow() == x ? 1 : 0;
    }
    assertTrue(best > 25 && best < 50, best + " of 50 are the best of their draws");
  }

  /** 8, 4 and 2 chains at levels 10 to 3, 2, and 1. */
  @Test
  void schedulesAreHalvesUnlessGiven() {
    Problem problem = G10.lab().problem(1, Budget.UNLIMITED);
    BestOfN given = rejecting(8, List.of(0.3, 0.15), List.of(0.5, 0.25));
    assertEquals(Cost.of(70, 70, 14), given.cost(problem));
    for (BestOfN halves :
        List.of(
            new BestOfN(8, Optional.empty(), Optional.of(List.of(0.3, 0.15)), Optional.empty()),
            new BestOfN(8, Optional.empty(), Optional.empty(), Optional.of(List.of(0.5, 0.25))))) {
      assertEquals(given.cost(problem), halves.cost(problem));
    }
    // three tenths of ten are three, though 0.3 * 10 is a little more in doubles
    assertEquals(
        Cost.of(10 * 9 + 3, 93, 13), rejecting(10, List.of(0.2), List.of(0.1 + 0.2)).cost(problem));
  }

  @ParameterizedTest
  @ValueSource(ints = {97, 331})
  void anOddBudgetIsFilled(int budget) {
    Lab lab = G10.lab();
    BestOfN filling = rejecting(0, List.of(0.2), List.of(0.5));
    Cost cost = filling.cost(lab.problem(1, Budget.of(Unit.NFE, budget)));
    assertTrue(cost.nfe() <= budget && cost.nfe() > budget - 10, cost.toString());
    lab.run(filling, 1, Budget.of(Unit.NFE, budget), 0);
  }

  @Test
  void whatCannotBeRejectedIsRefused() {
    List<Double> half = List.of(0.5);
    Optional<List<Double>> none = Optional.empty();
    assertThrows(
        IllegalArgumentException.class,
        () -> rejecting(4, List.of(0.2, 0.5), List.of(0.5, 0.25)),
        "rising");
    assertThrows(
        IllegalArgumentException.class, () -> rejecting(4, half, List.of(0.5, 0.25)), "lengths");
    assertThrows(IllegalArgumentException.class, () -> rejecting(4, List.of(), half), "nothing");
    assertThrows(
        IllegalArgumentException.class,
        () -> new BestOfN(4, Optional.of(BestOfN.Returns.WEIGHTED), none, Optional.of(half)),
        "weighted");
    BestOfN close = rejecting(4, List.of(0.3, 0.25), List.of(0.5, 0.25));
    Support.No no =
        assertInstanceOf(Support.No.class, close.supports(G10.lab().problem(1, Budget.UNLIMITED)));
    assertTrue(no.reason().contains("no level for each share of reject"), no.reason());
    assertEquals(Set.of(Scope.POINT), close.scopes());
    assertFalse(close.estimates());
  }
}
