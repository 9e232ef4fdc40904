package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.DSearch;
import io.github.tiltbench.algorithm.search.DSearch.Drop;
import io.github.tiltbench.algorithm.search.DSearch.Search;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.study.Toys;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dynamic search: its schedules, its price, and what it is without them. */
class DSearchTest {
  private static final Lab LINEAR = G10.lab();

  private static DSearch search(
      int width, double growth, Search search, int oversample, Drop drop, boolean random) {
    return new DSearch(
        width,
        growth,
        search,
        oversample,
        drop,
        0,
        OptionalDouble.empty(),
        random,
        Svdd.Logits.CHILD);
  }

  private static DSearch published(int oversample, boolean random) {
    return search(5, 5, Search.EXPONENTIAL, oversample, Drop.EXPONENTIAL, random);
  }

  /** Neither wider nor with beams to drop it is SVDD, on reals and on tokens, by all logits. */
  @Test
  void withoutSchedulesItIsSvddBitForBit() {
    Lab tokens = TokenLabs.t43(FirstHittingProcess::new);
    for (Svdd.Logits logits : Svdd.Logits.values()) {
      for (Lab lab : new Lab[] {LINEAR, tokens}) {
        if (lab.equals(LINEAR) && logits == Svdd.Logits.PARENT) {
          continue;
        }
        Algorithm svdd =
            Toys.algorithm("{svdd: {width: 4, logits: " + Names.kebab(logits.name()) + "}}");
        DSearch plain =
            new DSearch(
                4, 1, Search.EXPONENTIAL, 1, Drop.LINEAR, 0, OptionalDouble.empty(), false, logits);
        assertArrayEquals(BeamTest.states(lab, svdd, 30, 2), BeamTest.states(lab, plain, 30, 2));
        Problem problem = lab.problem(30, Budget.UNLIMITED);
        assertEquals(svdd.cost(problem), plain.cost(problem));
      }
    }
    assertTrue(
        LINEAR
            .run(search(2, 3, Search.ALL, 1, Drop.LINEAR, false), 2, Budget.UNLIMITED, 0)
            .independent());
  }

  /** Twelve samples of fifty steps by the published settings; the first beams are sixty. */
  @Test
  void thePublishedScheduleIsMet() {
    Lab fifty = G10.lab(50, 1);
    Samples samples = fifty.run(published(5, false), 12, Budget.UNLIMITED, 0);
    assertFalse(samples.independent());
    double[] beams = samples.traces().get("beams");
    double[] width = samples.traces().get("width");
    // The last step draws no noise.
    assertArrayEquals(
        new double[] {60, 60, 58, 56, 54, 52, 50, 49, 47, 46}, Arrays.copyOf(beams, 10));
    assertArrayEquals(new double[] {13, 12, 0, 0}, Arrays.copyOfRange(beams, 47, 51), "tail");
    assertArrayEquals(
        new double[] {5, 6, 7, 8, 9, 10, 11, 12, 13, 13, 14}, Arrays.copyOf(width, 11));
    assertEquals(24, width[48]);
    Problem twelve = fifty.problem(12, Budget.UNLIMITED);
    assertEquals(Cost.of(24248, 24248, 24188), published(5, false).cost(twelve));
  }

  @ParameterizedTest
  @CsvSource({
    "EXPONENTIAL, 60 56 52 49 46 43 40 37",
    "LINEAR, 60 58 56 54 52 50 48 46",
    "QUADRATIC, 60 56 52 48 45 42 39 36"
  })
  void beamsFallAsPublished(Drop drop, String even) {
    String[] expected = even.split(" ", -1);
    Lab fifty = G10.lab(50, 1);
    double[] beams =
        fifty
            .run(search(1, 1, Search.ALL, 5, drop, false), 12, Budget.UNLIMITED, 0)
            .traces()
            .get("beams");
    for (int i = 0; i < expected.length; i++) {
      assertEquals(Double.parseDouble(expected[i]), beams[2 * i + 1], drop + " after " + 2 * i);
    }
  }

  /**
   * A drawn width costs by chance: a sample of fifty steps has 905.0 candidates with a deviation of
   * 54.2, at least 245 and at most what is declared, 1225 less twenty of the step that is never
   * wide.
   */
  @Test
  void aDrawnWidthCostsByChance() {
    Lab fifty = G10.lab(50, 1);
    DSearch drawn = published(1, true);
    Problem one = fifty.problem(1, Budget.UNLIMITED);
    assertTrue(drawn.costIsUpperBound());
    assertEquals(1225 - 20, drawn.cost(one).reward());
    SampleMoments candidates = new SampleMoments();
    for (int trial = 0; trial < 400; trial++) {
      Meter meter = new Meter(Budget.UNLIMITED);
      drawn.sample(one, fifty.session(one, meter, trial));
      assertTrue(meter.spent().within(drawn.cost(one)));
      assertEquals(meter.spent().nfe() - 1, meter.spent().reward());
      candidates.add((double) meter.spent().reward());
    }
    candidates.assertMean(904.998, 4, "candidates");
    assertEquals(54.2, Math.sqrt(candidates.variance()), 4 * 54.2 / Math.sqrt(800));
    // Rounded, the expected width costs what is declared, and about as much as the drawn one.
    assertFalse(published(1, false).costIsUpperBound());
    assertEquals(903, published(1, false).cost(one).reward());
  }

  /** While beams are dropped a wide step is wider, so that the bound is that of all beams. */
  @Test
  void aWideStepOfFewBeamsIsWider() {
    DSearch drawn = search(2, 3, Search.ALL, 4, Drop.LINEAR, true);
    double[] width = LINEAR.run(drawn, 2, Budget.UNLIMITED, 0).traces().get("width");
    double[] beams = LINEAR.run(drawn, 2, Budget.UNLIMITED, 0).traces().get("beams");
    for (int i = 0; i < 9; i++) {
      assertEquals(Math.floor(6 * 8 / beams[i]), width[i], "step " + i);
    }
    assertEquals(16, width[8], "of three beams");
  }

  /** Of the same budget no more is left than a child of each beam. */
  @ParameterizedTest
  @ValueSource(ints = {97, 331})
  void theBudgetIsFilled(int budget) {
    Budget limit = Budget.of(Unit.NFE, 3L * budget);
    for (DSearch filling :
        new DSearch[] {
          search(0, 5, Search.EXPONENTIAL, 5, Drop.EXPONENTIAL, false),
          search(0, 2, Search.LINEAR, 1, Drop.LINEAR, false),
          search(0, 1, Search.ALL, 3, Drop.QUADRATIC, false)
        }) {
      Cost cost = filling.cost(LINEAR.problem(3, limit));
      long left = 3L * budget - cost.nfe();
      boolean grows = filling.search() == Search.EXPONENTIAL; // not all steps at once
      long most = grows ? 3L * filling.oversample() * 2 : 3L * filling.oversample() * 9;
      assertTrue(left >= 0 && left < most, filling + " leaves " + left);
      LINEAR.run(filling, 3, limit, 0);
    }
  }

  /** The published five beams a sample, or fewer where their steps would not be wide. */
  @ParameterizedTest
  @CsvSource({"20, 1", "45, 2", "97, 5", "331, 5"})
  void beamsAreAsManyAsTheBudgetMakesWide(int budget, int beams) {
    Budget limit = Budget.of(Unit.NFE, 2L * budget);
    Samples samples = LINEAR.run(DSearch.DEFAULT, 2, limit, 0);
    assertEquals(2 * beams, samples.traces().get("beams")[0]);
    assertEquals(beams == 1, samples.independent());
    Cost cost = DSearch.DEFAULT.cost(LINEAR.problem(2, limit));
    assertTrue(cost.nfe() > 0.85 * 2 * budget, cost.toString());
  }

  /** Beams that are dropped on the way leave the better ones: they beat as many that stay. */
  @Test
  void oversamplingFindsMore() {
    SampleMoments few =
        BeamTest.moments(LINEAR, search(3, 1, Search.ALL, 1, Drop.LINEAR, false), 20, 50);
    SampleMoments many =
        BeamTest.moments(LINEAR, search(3, 1, Search.ALL, 4, Drop.LINEAR, false), 20, 50);
    assertTrue(many.mean() > few.mean() + 0.2, few.mean() + " and " + many.mean());
  }

  /** What the last selecting step has left over is dropped by the reward. */
  @Test
  void theLastBeamsAreDroppedByTheirRewards() {
    AffineChain chain =
        new AffineChain(
            new double[] {0, 1, 1, 1}, new double[4], new double[] {0, 0, 0, 1e-18}, 0, 1);
    Lab lab = chain.lab(new AffineChain.Parabola(0, 1, 0));
    DSearch all = search(1, 1, Search.ALL, 3, Drop.LINEAR, false);
    double[] starts = BeamTest.states(lab, search(1, 1, Search.ALL, 1, Drop.LINEAR, false), 1, 4);
    double[] found = BeamTest.states(lab, all, 1, 4);
    assertTrue(found[0] >= starts[0] - 1e-6, "the first beam is the model's own");
    // Three beams at level 3, of which the first step drops none: they are scored in the end.
    assertEquals(Cost.of(9, 9, 3 + 3), all.cost(lab.problem(1, Budget.UNLIMITED)));
  }

  /** Of four samples the worst two are copies of the better two, at the last step alone. */
  @Test
  void theWorstBeamsGiveWay() {
    DSearch replacing =
        new DSearch(
            1,
            1,
            Search.ALL,
            1,
            Drop.LINEAR,
            0.5,
            OptionalDouble.of(1e-6),
            false,
            Svdd.Logits.CHILD);
    AffineChain chain = AffineChain.of(1, 1, 0, 1, 0, 1);
    Lab lab = chain.lab(new AffineChain.Parabola(0, 1, 0));
    for (int trial = 0; trial < 20; trial++) {
      double[] before = BeamTest.states(lab, new Pretrained(), 4, trial);
      Samples after = lab.run(replacing, 4, Budget.UNLIMITED, trial);
      assertFalse(after.independent());
      double[] sorted = before.clone();
      Arrays.sort(sorted);
      double[] found = ((Batch.Reals) after.states()).data().clone();
      Arrays.sort(found);
      assertArrayEquals(new double[] {sorted[2], sorted[3], sorted[3], sorted[3]}, found);
    }
    Problem three = LINEAR.problem(1, Budget.UNLIMITED);
    assertTrue(replacing.warnings(three).get(0).contains("none gives way"));
  }

  /** Copies are drawn at the temperature of the target unless another one is given. */
  @Test
  void copiesAreDrawnAtTheStudysTemperature() {
    Lab sharp = new Lab(LINEAR.denoiser(), LINEAR.process(), LINEAR.verifier(), 0.05);
    double[] own = BeamTest.states(sharp, replacing(OptionalDouble.empty()), 40, 0);
    assertArrayEquals(own, BeamTest.states(sharp, replacing(OptionalDouble.of(0.05)), 40, 0));
    double[] blunt = BeamTest.states(sharp, replacing(OptionalDouble.of(1)), 40, 0);
    assertFalse(Arrays.equals(own, blunt));
  }

  private static DSearch replacing(OptionalDouble tau) {
    return new DSearch(2, 1, Search.ALL, 1, Drop.LINEAR, 0.2, tau, false, Svdd.Logits.CHILD);
  }

  /** Widths that are drawn are those of all samples of a trial; copies leave no R to fill. */
  @Test
  void whatIsSharedAndWhatIsSpent() {
    assertFalse(
        LINEAR
            .run(search(2, 3, Search.ALL, 1, Drop.LINEAR, true), 2, Budget.UNLIMITED, 0)
            .independent());
    assertTrue(search(2, 3, Search.ALL, 0, Drop.LINEAR, false).usesBudget());
    assertFalse(copying(0).usesBudget());
    Problem many = LINEAR.problem(Integer.MAX_VALUE, Budget.UNLIMITED);
    Support support = search(2, 3, Search.ALL, 2, Drop.LINEAR, false).supports(many);
    assertEquals(
        "4294967294 beams are more than can be numbered",
        assertInstanceOf(Support.No.class, support).reason());
  }

  private static DSearch copying(int oversample) {
    return new DSearch(
        2,
        1,
        Search.ALL,
        oversample,
        Drop.LINEAR,
        0.2,
        OptionalDouble.empty(),
        false,
        Svdd.Logits.CHILD);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> search(1, 0.5, Search.ALL, 1, Drop.LINEAR, false));
    assertThrows(
        IllegalArgumentException.class,
        () -> search(1 << 15, 4, Search.ALL, 1, Drop.LINEAR, false));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new DSearch(
                1,
                1,
                Search.ALL,
                2,
                Drop.LINEAR,
                0.5,
                OptionalDouble.empty(),
                false,
                Svdd.Logits.CHILD));
  }
}
