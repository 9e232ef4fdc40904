package io.github.tiltbench.verifier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.Readings;
import io.github.tiltbench.particle.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EnsembleTest {
  private static final StateSpace PLANE = new StateSpace.Euclidean(new int[] {2});
  private static final VerifierSpec ACROSS = new Linear(new double[] {1, 0}, 0);
  private static final VerifierSpec UP = new Linear(new double[] {0, 1}, 0);
  private static final Ensemble BOTH = new Ensemble(List.of(ACROSS, UP));

  private static Readings read(double... xy) {
    Condition[] none = new Condition[xy.length / 2];
    Arrays.fill(none, Condition.NONE);
    return BOTH.open(PLANE).read(new Batch.Reals(xy, new int[] {2}), Optional.empty(), none);
  }

  @Test
  void aScoreIsTheMeanRankAndEqualsShareTheirs() {
    Readings readings = read(0, 5, 1, 5, 3, 0, 3, 7);
    assertArrayEquals(new double[] {1.75, 2.25, 2.25, 3.75}, readings.scores());
    assertArrayEquals(new int[] {3}, readings.keep(4));
    assertArrayEquals(new int[] {1, 3}, readings.keep(2));
  }

  /** What is kept of a candidate are its scores, not its rank. */
  @Test
  void whoElseStandsThereDecides() {
    Readings here = read(1, 0, 0, 1);
    assertArrayEquals(new double[] {1.5, 1.5}, here.scores());
    Readings beside = here.and(read(0.5, -1));
    assertArrayEquals(new double[] {2.5, 2, 1.5}, beside.scores());
    assertArrayEquals(new double[] {1.5, 1.5}, beside.part(0, 2).scores());
    assertArrayEquals(new double[] {1, 2}, beside.select(new int[] {2, 0}).scores());
  }

  @Test
  void risingTransformsOfAMemberChangeNothing() {
    SplittableRandom random = new SplittableRandom(5);
    double[][] rows = new double[50][3];
    double[][] bent = new double[50][3];
    for (int i = 0; i < 50; i++) {
      int row = i;
      Arrays.setAll(rows[i], k -> random.nextInt(20) - 10);
      Arrays.setAll(bent[i], k -> k == 0 ? Math.exp(rows[row][k]) : Math.cbrt(rows[row][k]) + k);
    }
    assertArrayEquals(Ensemble.meanRanks(rows), Ensemble.meanRanks(bent), 1e-12);
    assertEquals(25.5, Arrays.stream(Ensemble.meanRanks(rows)).average().orElseThrow(), 1e-12);
  }

  /** A candidate that is worst in everything may change ranks, but not who is best in all. */
  @Test
  void aDominatedCandidateLeavesADominatingOneTheWinner() {
    Readings three = read(1, 1, 4, 4, 0, 3);
    Readings four = three.and(read(-1, -1));
    assertArrayEquals(new int[] {1}, three.keep(3));
    assertArrayEquals(new int[] {1}, four.keep(4));
  }

  @Test
  void membersScoreSamplesOneByOne() {
    assertEquals(Scope.SET, BOTH.scope());
    assertEquals(ScoreRange.RANKS, BOTH.range());
    VerifierSpec jpeg = Jpeg.DEFAULT;
    assertEquals(Set.of("Jpeg", "Linear"), new Ensemble(List.of(ACROSS, UP, jpeg)).families());
    assertThrows(IllegalArgumentException.class, () -> new Ensemble(List.of(UP)));
    assertThrows(IllegalArgumentException.class, () -> new Ensemble(List.of(UP, BOTH)));
    assertEquals(
        ACROSS.mismatch(new StateSpace.Euclidean(new int[] {3})),
        BOTH.mismatch(new StateSpace.Euclidean(new int[] {3})));
  }
}
