package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.DiffusionTree.Backup;
import io.github.tiltbench.algorithm.search.DiffusionTree.Returns;
import io.github.tiltbench.algorithm.search.DiffusionTree.Select;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.exactness.TokenLabs;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How trees grow, what their values are, what they cost and return. */
class DiffusionTreeTest {
  private static final List<Double> LEVELS = List.of(0.8, 0.6, 0.4, 0.2);
  private static final Lab T43 = TokenLabs.t43(FirstHittingProcess::new);
  private static final Lab GAUSSIAN = GrownTree.gaussian(1);

  private static DiffusionTree rules(
      int iterations, Select select, Backup backup, Returns returns, int batch, boolean stored) {
    return new DiffusionTree(
        iterations, LEVELS, 2, 0.8, Optional.of(select), 1, backup, returns, batch, stored);
  }

  private static DiffusionTree search(int iterations, Returns returns) {
    return GrownTree.rules(iterations, Select.UCT, returns, 1);
  }

  private static DiffusionTree of(double width, double growth) {
    return growing(0, width, growth);
  }

  /** Best-of-n to begin with: 36 roll-outs by the default, 13 by the setting for text. */
  @ParameterizedTest
  @CsvSource({"2, 0.8, 36", "2, 0.7, 13", "2, 1, 1000", "1, 0.5, 2"})
  void theRootHasRoomForTheFirst(double width, double growth, int first) {
    assertEquals(first, of(width, growth).roomAtRoot(1000).nextClearBit(0));
  }

  /** Iterations, NFE, and of them the roll-outs of the root; all levels branch. */
  @ParameterizedTest
  @CsvSource({"1, 4, 1", "10, 31, 10", "36, 109, 36", "100, 281, 80", "400, 1043, 242"})
  void costsOfTreesOfTokens(int iterations, long nfe, int fromRoot) {
    for (Select select : List.of(Select.UNIFORM, Select.LEAST_VISITED, Select.BOLTZMANN)) {
      TreeGrowth growth =
          GrownTree.of(GrownTree.rules(iterations, select, Returns.DRAW, 1), T43, 0).growth();
      assertEquals(nfe, growth.spent().nfe());
      assertEquals(growth.leaves().size(), growth.spent().reward());
      assertEquals(fromRoot, growth.expansions()[0]);
    }
  }

  /** A roll-out from level t costs t - 1 NFE, t if predictions are not kept, T from the root. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRolloutCostsWhatIsBelowIt(boolean stored) {
    for (Lab lab : List.of(T43, GAUSSIAN)) {
      boolean tokens = lab.process() instanceof MaskedChain;
      DiffusionTree rules = rules(150, Select.UNIFORM, Backup.SOFT, Returns.DRAW, 1, stored);
      TreeGrowth growth = GrownTree.of(rules, lab, 1).growth();
      double[] expansions = growth.expansions();
      int steps = lab.process().steps();
      double nfe = expansions[0] * (tokens && stored ? steps - 1 : steps);
      for (int level = steps - 1; level >= 1; level--) {
        nfe += expansions[steps - level] * (stored ? level - 1 : level);
      }
      assertEquals(nfe + (tokens && stored ? 1 : 0), (double) growth.spent().nfe());
      assertEquals(growth.leaves().size(), Arrays.stream(expansions).sum());
    }
  }

  /** What is kept of predictions changes costs and nothing else. */
  @Test
  void keepingPredictionsChangesNothing() {
    for (Lab lab : List.of(T43, GAUSSIAN)) {
      Samples kept = draws(lab, true);
      Samples asked = draws(lab, false);
      assertEquals(kept.scalars().get("log_evidence"), asked.scalars().get("log_evidence"), 1e-12);
      assertArrayEquals(kept.traces().get("expansions"), asked.traces().get("expansions"));
    }
  }

  private static Samples draws(Lab lab, boolean stored) {
    DiffusionTree rules = rules(80, Select.BOLTZMANN, Backup.SOFT, Returns.DRAW, 1, stored);
    Samples samples = lab.run(rules, 3, Budget.UNLIMITED, 2);
    DiffusionTree blind = rules(80, Select.UNIFORM, Backup.SOFT, Returns.DRAW, 1, stored);
    assertFalse(samples.scalars().containsKey("log_evidence"), "biased, and so not given");
    return lab.run(blind, 3, Budget.UNLIMITED, 2);
  }

  /** Until the root is full a search is best-of-n, draw for draw. */
  @ParameterizedTest
  @EnumSource(names = {"BEST", "GREEDY"})
  void searchBeginsAsBestOfN(Returns returns) {
    for (Lab lab : List.of(T43, GAUSSIAN)) {
      for (int n : new int[] {1, 7, 36}) {
        Samples one = lab.run(search(n, returns), 1, Budget.UNLIMITED, n);
        Samples other = lab.run(new BestOfN(n), 1, Budget.UNLIMITED, n);
        double found = lab.verifier().score(one.states(), null)[0];
        assertEquals(lab.verifier().score(other.states(), null)[0], found);
        assertEquals(1, one.scalars().get("from_root"));
      }
    }
  }

  /** Of several samples the pool is that of best-of-n with all its groups. */
  @Test
  void samplesShareTheCandidatesOfBestOfN() {
    Problem problem = GAUSSIAN.problem(3, Budget.UNLIMITED);
    double[] best = data(GAUSSIAN.run(search(12, Returns.BEST), 3, Budget.UNLIMITED, 4));
    double[] all =
        ((Batch.Reals)
                Rollout.run(
                    problem, GAUSSIAN.session(problem, new Meter(Budget.UNLIMITED), 4), 3, 4))
            .data()
            .clone();
    Arrays.sort(all);
    assertArrayEquals(new double[] {all[11], all[10], all[9]}, best);
  }

  private static double[] data(Samples samples) {
    return ((Batch.Reals) samples.states()).data();
  }

  /** Odd budgets are spent to the last NFE, and nothing is left behind unfinished. */
  @ParameterizedTest
  @CsvSource({"97, 1", "331, 1", "97, 5", "331, 64", "12, 1", "11, 2"})
  void budgetsAreSpent(int nfe, int batch) {
    for (Lab lab : List.of(T43, GAUSSIAN)) {
      for (Select select : Select.values()) {
        DiffusionTree rules = GrownTree.rules(0, select, Returns.DRAW, batch);
        Budget budget = Budget.of(Unit.NFE, nfe);
        GrownTree grown = GrownTree.of(rules, lab, budget, nfe);
        assertEquals(nfe, grown.growth().spent().nfe());
        assertWhole(grown.root(), grown.growth());
        assertTrue(grown.growth().spent().within(rules.cost(lab.problem(1, budget))));
      }
    }
  }

  /** Every node has leaves, the value of its children and a visit more than they have walks. */
  private static void assertWhole(TreeNode root, TreeGrowth growth) {
    List<TreeNode> leaves = new ArrayList<>();
    root.leaves(leaves);
    assertEquals(growth.leaves().size(), leaves.size());
    assertEquals(growth.spent().reward(), leaves.size());
    assertSound(root);
  }

  private static void assertSound(TreeNode node) {
    if (node.leaf()) {
      return;
    }
    assertFalse(node.children().isEmpty());
    double mean =
        node.children().stream().mapToDouble(c -> Math.exp(c.value())).average().orElseThrow();
    assertEquals(Math.log(mean), node.value(), 1e-9);
    int walks =
        node.children().stream().mapToInt(c -> c.leaf() ? c.visits() : c.visits() - 1).sum();
    assertEquals(walks + 1, node.visits());
    node.children().forEach(DiffusionTreeTest::assertSound);
  }

  /** A budget of rewards buys as many roll-outs; without any limit there is nothing to fill. */
  @Test
  void otherUnitsLimitItToo() {
    Budget budget = Budget.of(Unit.REWARD, 41);
    TreeGrowth growth = GrownTree.of(GrownTree.rules(0), GAUSSIAN, budget, 0).growth();
    assertEquals(41, growth.leaves().size());
    assertTrue(growth.spent().within(GrownTree.rules(0).cost(GAUSSIAN.problem(1, budget))));
    Problem endless = GAUSSIAN.problem(1, Budget.UNLIMITED);
    assertThrows(IllegalArgumentException.class, () -> GrownTree.rules(0).cost(endless));
  }

  @Test
  void theLeastIsAChainASample() {
    Problem poor = GAUSSIAN.problem(3, Budget.of(Unit.NFE, 29));
    assertEquals(30, GrownTree.rules(0).cost(poor).nfe());
    Samples samples = GAUSSIAN.run(search(0, Returns.BEST), 3, Budget.of(Unit.NFE, 30), 0);
    assertEquals(3, Arrays.stream(data(samples)).distinct().count());
    double[] one = data(GAUSSIAN.run(search(1, Returns.BEST), 3, Budget.UNLIMITED, 0));
    assertEquals(1, Arrays.stream(one).distinct().count(), "a leaf comes again");
  }

  /** Batches see visits and not rewards: as many children at the root, by other walks. */
  @Test
  void batchesKeepTheRoomOfTheRoot() {
    GrownTree one = GrownTree.of(GrownTree.rules(200), GAUSSIAN, 0);
    GrownTree many =
        GrownTree.of(GrownTree.rules(200, Select.UNIFORM, Returns.DRAW, 64), GAUSSIAN, 0);
    assertEquals(one.growth().expansions()[0], many.growth().expansions()[0]);
    assertEquals(one.root().visits(), many.root().visits());
    assertWhole(many.root(), many.growth());
    assertFalse(one.root().value() == many.root().value());
  }

  /** Roll-outs of the root wait for nobody; a walk that chooses waits for all before it. */
  @Test
  void rolloutsOfTheRootAreAskedTogether() {
    List<Integer> calls = new ArrayList<>();
    Verifier counting =
        (x, condition) -> {
          calls.add(x.size());
          return GAUSSIAN.verifier().score(x, condition);
        };
    Lab lab = new Lab(GAUSSIAN.denoiser(), GAUSSIAN.process(), counting, 1);
    DiffusionTree rules = GrownTree.rules(100);
    GrownTree.of(rules, lab, 0);
    BitSet room = rules.roomAtRoot(100);
    List<Integer> expected = new ArrayList<>();
    for (int walk = 0; walk < 100; ) {
      int until = room.get(walk) ? Math.min(100, room.nextClearBit(walk)) : walk + 1;
      expected.add(until - walk);
      walk = until;
    }
    assertEquals(36, expected.get(0));
    assertEquals(expected, calls);
  }

  /** By growth 0.5, and walks as published. */
  @Test
  void slowerGrowthIsCheaper() {
    SampleMoments nfe = new SampleMoments();
    for (int trial = 0; trial < 20; trial++) {
      DiffusionTree published =
          new DiffusionTree(
              400,
              LEVELS,
              2,
              0.5,
              Optional.of(Select.BOLTZMANN),
              1,
              Backup.SOFT,
              Returns.DRAW,
              1,
              true);
      nfe.add((double) GrownTree.of(published, T43, trial).growth().spent().nfe());
    }
    nfe.assertMean(635, 4, "NFE");
  }

  /** Where there is room for few children most walks end where one has ended before. */
  @Test
  void anOldLeafCostsNothing() {
    GrownTree grown = GrownTree.of(growing(400, 1, 0.2), T43, 0);
    assertTrue(grown.growth().leaves().size() < 200);
    assertEquals(401, grown.root().visits());
    assertWhole(grown.root(), grown.growth());
  }

  private static DiffusionTree growing(int iterations, double width, double growth) {
    return new DiffusionTree(
        iterations, LEVELS, width, growth, Optional.empty(), 1, Backup.SOFT, Returns.DRAW, 1, true);
  }

  /** Rewards and beta on another scale are the same choices. */
  @ParameterizedTest
  @EnumSource(Select.class)
  void scaleDoesNotMatter(Select select) {
    Verifier large =
        (x, condition) ->
            Arrays.stream(GAUSSIAN.verifier().score(x, condition)).map(r -> 64 * r).toArray();
    Lab scaled = new Lab(GAUSSIAN.denoiser(), GAUSSIAN.process(), large, 64);
    DiffusionTree rules = GrownTree.rules(120, select, Returns.DRAW, 1);
    assertArrayEquals(
        data(GAUSSIAN.run(rules, 5, Budget.UNLIMITED, 1)),
        data(scaled.run(rules, 5, Budget.UNLIMITED, 1)));
  }

  /** Where every sample is inadmissible there is no evidence; where some are, none is drawn. */
  @Test
  void minusInfinityIsAReward() {
    double none = Double.NEGATIVE_INFINITY;
    Verifier never = (x, condition) -> filled(x.size(), none);
    Lab lost = new Lab(GAUSSIAN.denoiser(), GAUSSIAN.process(), never, 1);
    Verifier half =
        (x, condition) ->
            Arrays.stream(((Batch.Reals) x).data()).map(v -> v < 0.5 ? none : 0).toArray();
    Lab hard = new Lab(GAUSSIAN.denoiser(), GAUSSIAN.process(), half, 1);
    for (Select select : Select.values()) {
      DiffusionTree rules = GrownTree.rules(80, select, Returns.DRAW, 1);
      lost.run(rules, 2, Budget.UNLIMITED, 0);
      for (double x : data(hard.run(rules, 50, Budget.UNLIMITED, 0))) {
        assertTrue(x >= 0.5, x + " is not admissible");
      }
    }
    Samples samples = lost.run(GrownTree.rules(80), 2, Budget.UNLIMITED, 0);
    assertEquals(none, samples.scalars().get("log_evidence"));
  }

  private static double[] filled(int size, double value) {
    double[] all = new double[size];
    Arrays.fill(all, value);
    return all;
  }

  /** Draws of one tree depend on each other, and say so. */
  @Test
  void samplesOfATreeAreDependent() {
    for (Returns returns : Returns.values()) {
      assertFalse(T43.run(search(20, returns), 4, Budget.UNLIMITED, 0).independent());
    }
  }

  @Test
  void chainsThatDrawNoNoiseAreLeftOut() {
    SchedulerConfig config = SchedulerConfig.DEFAULT;
    Gaussian ode = new Gaussian(new double[] {0.5}, new double[] {0.64}, new Ddim(10, 0, config));
    Lab lab = new Lab(ode.open(), ode.reverse(), GAUSSIAN.verifier(), 1);
    Support.No no =
        assertInstanceOf(
            Support.No.class,
            DiffusionTree.DEFAULT.supports(lab.problem(1, Budget.of(Unit.NFE, 100))));
    assertTrue(no.reason().contains("best-of-n"), no.reason());
    assertSame(
        Support.YES, DiffusionTree.DEFAULT.supports(GAUSSIAN.problem(1, Budget.of(Unit.NFE, 100))));
  }

  /** A user is told where it is another method, and where draws are biased. */
  @Test
  void warnings() {
    Problem poor = GAUSSIAN.problem(1, Budget.of(Unit.NFE, 360));
    Problem rich = GAUSSIAN.problem(1, Budget.of(Unit.NFE, 370));
    assertEquals(
        List.of("all 36 chains it pays for start at the root: it is importance resampling"),
        DiffusionTree.DEFAULT.warnings(poor));
    assertEquals(
        List.of("all 36 chains it pays for start at the root: it is best-of-n"),
        search(0, Returns.BEST).warnings(poor));
    assertEquals(List.of(), DiffusionTree.DEFAULT.warnings(rich));
    assertEquals(1, GrownTree.rules(0, Select.BOLTZMANN, Returns.DRAW, 1).warnings(rich).size());
    assertEquals(
        1, rules(0, Select.UNIFORM, Backup.MAX, Returns.DRAW, 1, true).warnings(rich).size());
    assertFalse(
        GAUSSIAN
            .run(
                rules(40, Select.UNIFORM, Backup.MAX, Returns.DRAW, 1, true),
                1,
                Budget.UNLIMITED,
                0)
            .scalars()
            .containsKey("log_evidence"));
  }

  @Test
  void whatIsOutOfRangeIsRefused() {
    for (List<Double> at :
        List.of(List.<Double>of(), List.of(0.0), List.of(1.0), List.of(0.5, Double.NaN))) {
      assertThrows(IllegalArgumentException.class, () -> at(at));
    }
    assertThrows(IllegalArgumentException.class, () -> of(0.5, 0.8));
    assertThrows(IllegalArgumentException.class, () -> of(2, 0));
    assertThrows(IllegalArgumentException.class, () -> of(2, 1.1));
    assertThrows(IllegalArgumentException.class, () -> GrownTree.rules(-1));
    assertThrows(
        IllegalArgumentException.class, () -> GrownTree.rules(1, Select.UCT, Returns.BEST, 0));
    assertEquals(Cost.of(40, 40, 4), at(List.of(0.5)).cost(GAUSSIAN.problem(1, Budget.UNLIMITED)));
  }

  private static DiffusionTree at(List<Double> at) {
    return new DiffusionTree(
        4, at, 2, 0.8, Optional.empty(), 1, Backup.SOFT, Returns.DRAW, 1, true);
  }
}
