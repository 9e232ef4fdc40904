package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.EvoSearch.Mutation;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.exactness.ExactPaths;
import io.github.tiltbench.exactness.G10;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.exactness.TokenLabs;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Populations that evolve: what mutation does to the law, who become parents, what it costs. */
class EvoSearchTest {
  /** The chain under a reward that does not look at its samples. */
  private static Lab blind(double eta) {
    Lab chain = G10.lab(10, eta);
    return new Lab(chain.denoiser(), chain.process(), new Later(), 1);
  }

  /** Prefers what is scored later, whatever it is. */
  private static final class Later implements Verifier {
    private int calls;

    @Override
    public double[] score(Batch clean, Condition[] condition) {
      double[] score = new double[clean.size()];
      Arrays.fill(score, ++calls);
      return score;
    }
  }

  private static EvoSearch chain(Mutation mutation, double... schedule) {
    return new EvoSearch(
        Collections.nCopies(schedule.length + 1, 1),
        DoubleStream.of(schedule).boxed().toList(),
        0,
        1,
        mutation,
        0.2,
        0.1);
  }

  /**
   * Under a reward that does not look at samples mutants have the model's law, but for the released
   * mutation at the levels 6, 4 and 2 of ten.
   */
  @ParameterizedTest
  @CsvSource({
    "RENOISE, 0, 0.333257",
    "RENOISE, 0.4, 0.333257",
    "RENOISE, 0.6, 0.333257",
    "RENOISE, 0.8, 0.333257",
    "ADDITIVE, 0, 0.333257",
    "ADDITIVE, 0.4, 0.341000",
    "ADDITIVE, 0.6, 0.381501",
    "ADDITIVE, 0.8, 0.437704"
  })
  void theDefaultMutationKeepsTheLawAndTheReleasedOneSpreadsIt(
      Mutation mutation, double share, double variance) {
    SampleMoments x = new SampleMoments();
    int n = 20_000;
    Samples samples = blind(1).run(chain(mutation, share), n, Budget.UNLIMITED, 1);
    Arrays.stream(((Batch.Reals) samples.states()).data()).forEach(x::add);
    assertEquals(1, samples.scalars().get("found_in"));
    x.assertMean(G10.MEAN, 4, "mean");
    double error = variance * Math.sqrt(2.0 / n);
    assertEquals(variance, x.variance(), 4 * error);
    if (variance > 1.1 * G10.VARIANCE) {
      assertTrue(x.variance() > G10.VARIANCE + 4 * error, "the fault would not be seen");
    }
  }

  @Test
  void aWholeScheduleKeepsTheLaw() {
    SampleMoments x = new SampleMoments();
    int n = 20_000;
    EvoSearch all = chain(Mutation.RENOISE, 0, 0.4, 0.6, 0.8);
    Samples samples = blind(1).run(all, n, Budget.UNLIMITED, 2);
    Arrays.stream(((Batch.Reals) samples.states()).data()).forEach(x::add);
    x.assertMean(G10.MEAN, 4, "mean");
    assertEquals(G10.VARIANCE, x.variance(), 4 * G10.VARIANCE * Math.sqrt(2.0 / n));
  }

  /** Where noise at the start is all there is, mutants of it are as normal as it was. */
  @Test
  void mutantsOfNoiseAreNoise() {
    int n = 20_000;
    Lab lab = blind(0);
    EvoSearch search = new EvoSearch(List.of(1, 1), List.of(0.0), 0, 1, Mutation.RENOISE, 0.6, 0.1);
    double plain = variance(lab.run(new Pretrained(), n, Budget.UNLIMITED, 1));
    double mutated = variance(lab.run(search, n, Budget.UNLIMITED, 2));
    assertEquals(plain, mutated, 4 * plain * Math.sqrt(4.0 / n));
  }

  private static double variance(Samples samples) {
    SampleMoments x = new SampleMoments();
    Arrays.stream(((Batch.Reals) samples.states()).data()).forEach(x::add);
    return x.variance();
  }

  /** Tokens are masked anew and revealed again. */
  @Test
  void mutantsOfTokensHaveTheModelsLaw() {
    Lab model = TokenLabs.t43(FirstHittingProcess::new);
    Lab lab = new Lab(model.denoiser(), model.process(), new Later(), 1);
    ExactPaths exact = new ExactPaths(model);
    long[] count = new long[exact.states()];
    EvoSearch half = new EvoSearch(List.of(2, 2), List.of(0.5), 0, 1, Mutation.RENOISE, 1, 0.5);
    Batch.Tokens x = (Batch.Tokens) lab.run(half, 10_000, Budget.UNLIMITED, 1).states();
    for (int row = 0; row < x.size(); row++) {
      count[exact.index(x.row(row))]++;
    }
    double off = ExactPaths.chiSquare(count, exact.base());
    assertTrue(off < 4, "chi-square lies " + off + " deviations off");
  }

  /** The best of 37 of 42 is nearly always the best of all. */
  @ParameterizedTest
  @CsvSource({"42, 37, 0.880952, 0.107433", "7, 6, 0.857143, 0.142857"})
  void parentsAreTheBestOfATournament(int pool, int entrants, double best, double second) {
    SplittableRandom random = new SplittableRandom(5);
    int n = 100_000;
    double[] share = new double[pool];
    for (int i = 0; i < n; i++) {
      share[EvoSearch.parent(pool, entrants, index -> random.nextDouble())] += 1.0 / n;
    }
    assertEquals(best, share[0], 4 * Math.sqrt(best * (1 - best) / n));
    assertEquals(second, share[1], 4 * Math.sqrt(second * (1 - second) / n));
    assertEquals(1, Arrays.stream(share, 0, pool - entrants + 1).sum(), 1e-9);
  }

  @Test
  void equalSettingsAreEqual() {
    assertEquals(chain(Mutation.RENOISE, 0, 0.5), chain(Mutation.RENOISE, 0, 0.5));
  }

  /** The setting of the released code, as it is and with mutants noised up by five levels. */
  @ParameterizedTest
  @CsvSource({"ADDITIVE, 5000", "RENOISE, 5330"})
  void thePublishedSettingHasItsPrice(Mutation mutation, int nfe) {
    List<Integer> sizes = List.of(42, 26, 26, 26, 30);
    List<Double> schedule = List.of(0.0, 0.4, 0.6, 0.8);
    EvoSearch search = new EvoSearch(sizes, schedule, 0.2, 0.9, mutation, 0.2, 0.1);
    Lab lab = G10.lab(50, 1);
    Problem problem = lab.problem(2, Budget.UNLIMITED);
    assertEquals(Cost.of(nfe, nfe, 150).times(2), search.cost(problem));
    lab.run(search, 2, Budget.UNLIMITED, 0);
  }

  /** The rest of a budget makes the last generation larger. */
  @ParameterizedTest
  @CsvSource({"50", "97", "331", "5000"})
  void aBudgetIsSpent(int nfe) {
    Lab lab = G10.lab(10, 1);
    Budget budget = Budget.of(Unit.NFE, 3L * nfe);
    long spent = EvoSearch.DEFAULT.cost(lab.problem(3, budget)).nfe();
    assertTrue(spent <= 3L * nfe && spent > 3L * (nfe - 4), spent + " of " + 3 * nfe);
    lab.run(EvoSearch.DEFAULT, 3, budget, 0);
  }

  /** Notes what is asked and scored. */
  private static final class Witness implements Denoiser, Verifier {
    private final Denoiser model;
    private final List<double[]> asked = new ArrayList<>();
    private final List<Integer> levels = new ArrayList<>();
    private final List<double[]> scored = new ArrayList<>();

    Witness(Denoiser model) {
      this.model = model;
    }

    @Override
    public StateSpace space() {
      return model.space();
    }

    @Override
    public Cost odometer() {
      return model.odometer();
    }

    @Override
    public boolean batched() {
      return false;
    }

    @Override
    public boolean differentiable() {
      return false;
    }

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      asked.add(((Batch.Reals) x).data().clone());
      levels.add(level[0]);
      return model.denoise(x, level, condition);
    }

    @Override
    public double[] score(Batch clean, Condition[] condition) {
      scored.add(((Batch.Reals) clean).data().clone());
      return ((Batch.Reals) clean).data().clone();
    }

    @Override
    public void close() {
      model.close();
    }

    /** The states of a level in the order in which generations were there. */
    List<double[]> at(int level) {
      List<double[]> all = new ArrayList<>();
      for (int i = 0; i < asked.size(); i++) {
        if (levels.get(i) == level) {
          all.add(asked.get(i));
        }
      }
      return all;
    }
  }

  /** Elites go on from where the best were, mutants from elsewhere; the best ever is returned. */
  @Test
  void elitesAreUnchangedAndTheBestEverScoredIsReturned() {
    for (int trial = 0; trial < 20; trial++) {
      Lab plain = blind(1);
      Witness witness = new Witness(plain.denoiser());
      Lab lab = new Lab(witness, plain.process(), witness, 1);
      EvoSearch search =
          new EvoSearch(List.of(8, 4), List.of(0.6), 0.5, 0.5, Mutation.RENOISE, 0.2, 0.1);
      Samples samples = lab.run(search, 1, Budget.UNLIMITED, trial);
      double[] first = witness.scored.get(0);
      int best = 0;
      int second = -1;
      for (int i = 1; i < first.length; i++) {
        if (first[i] > first[best]) {
          second = best;
          best = i;
        } else if (second < 0 || first[i] > first[second]) {
          second = i;
        }
      }
      double[] before = witness.at(4).get(0);
      double[] after = witness.at(4).get(1);
      assertArrayEquals(new double[] {before[best], before[second]}, Arrays.copyOf(after, 2));
      for (int mutant = 2; mutant < 4; mutant++) {
        double x = after[mutant];
        assertTrue(Arrays.stream(before).noneMatch(y -> y == x), "a mutant is not its parent");
      }
      double ever = witness.scored.stream().flatMapToDouble(Arrays::stream).max().orElseThrow();
      assertEquals(ever, ((Batch.Reals) samples.states()).data()[0]);
    }
  }

  /** Where an elite would only be its own sample again, its place goes to a mutant. */
  @Test
  void aChainWithoutNoiseHasNoElites() {
    EvoSearch search =
        new EvoSearch(List.of(5, 5), List.of(0.5), 0.4, 0.9, Mutation.RENOISE, 0.2, 0.1);
    Problem noisy = G10.lab(10, 1).problem(1, Budget.UNLIMITED);
    Problem still = G10.lab(10, 0).problem(1, Budget.UNLIMITED);
    assertEquals(50 + 25 + 3, search.cost(noisy).nfe());
    assertEquals(50 + 25 + 5, search.cost(still).nfe());
    G10.lab(10, 0).run(search, 4, Budget.UNLIMITED, 0);
  }

  @Test
  void whatItNeedsIsNamed() {
    EvoSearch additive = chain(Mutation.ADDITIVE, 0, 0.4);
    assertNo("tokens", additive, TokenLabs.t43(FirstHittingProcess::new));
    assertNo("draw none", additive, G10.lab(10, 0));
    assertNo("too few levels", chain(Mutation.RENOISE, 0.5, 0.6), G10.lab(2, 1));
    assertInstanceOf(
        Support.Yes.class, additive.supports(G10.lab(10, 1).problem(1, Budget.UNLIMITED)));
  }

  private static void assertNo(String reason, EvoSearch search, Lab lab) {
    Support support = search.supports(lab.problem(1, Budget.UNLIMITED));
    String said = assertInstanceOf(Support.No.class, support).reason();
    assertTrue(said.contains(reason), said);
  }
}
