package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.BestOfN;
import io.github.tiltbench.algorithm.search.FirstOrder;
import io.github.tiltbench.algorithm.search.Neighbourhood;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.RandomSearch;
import io.github.tiltbench.algorithm.search.SearchOverPaths;
import io.github.tiltbench.algorithm.search.ZeroOrder;
import io.github.tiltbench.algorithm.search.ZeroOrder.OnStall;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Ensemble;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Searches over starting noise where data are standard normal: the deterministic chain is then a
 * factor, and a linear reward of its samples is a normal number.
 */
class NoiseSearchTest {
  static Lab lab(int dimension, int steps, Verifier verifier) {
    double[] variance = new double[dimension];
    Arrays.fill(variance, 1);
    Gaussian model =
        new Gaussian(new double[dimension], variance, GaussianExactnessTest.ddim(steps, 0));
    return new Lab(model.open(), model.reverse(), verifier, 1);
  }

  /** The reward is the first coordinate. */
  static Lab linear(int dimension, int steps) {
    double[] first = new double[dimension];
    first[0] = 1;
    return lab(dimension, steps, new Linear(first, 0));
  }

  static double[] data(Samples samples) {
    return ((Batch.Reals) samples.states()).data();
  }

  private static double[] noise(Lab lab, int count, int repetition) {
    int steps = lab.process().steps();
    return ((Batch.Reals)
            lab.process().prior(count, Lab.seed(repetition).noise(Purpose.PRIOR, steps)))
        .data();
  }

  /** What the chain multiplies noise by. */
  private static double factor(Lab lab) {
    return data(lab.run(new Pretrained(), 1, Budget.UNLIMITED, 0))[0] / noise(lab, 1, 0)[0];
  }

  private static RandomSearch random(int n) {
    return new RandomSearch(n, OptionalInt.empty());
  }

  private static ZeroOrder zeroOrder(
      int neighbours, int iterations, Neighbourhood near, OnStall onStall, boolean keepPivot) {
    return new ZeroOrder(
        neighbours, iterations, near, 0.95, onStall, keepPivot, OptionalInt.empty());
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0.564190", "8, 1.423600", "64, 2.343733"})
  void randomSearchHasTheLargestOfManyNormals(int k, double mean) {
    Lab lab = linear(1, 3);
    double factor = factor(lab);
    SampleMoments moments = new SampleMoments();
    for (double x : data(lab.run(random(k), 4_000, Budget.UNLIMITED, 1))) {
      moments.add(x / factor);
    }
    moments.assertMean(mean, 4, "largest of " + k);
  }

  /** Members that order samples alike choose what each of them would, whoever else stands there. */
  @Test
  void anEnsembleOfOneMindIsOneVerifier() {
    Linear one = new Linear(new double[] {1, 0, 0}, 0);
    Linear other = new Linear(new double[] {3, 0, 0}, -1);
    Verifier both = new Ensemble(List.of(one, other)).open(new StateSpace.Euclidean(new int[] {3}));
    List<Algorithm> searches =
        List.of(
            random(6),
            new BestOfN(3),
            zeroOrder(3, 5, Neighbourhood.SPHERE, OnStall.CONTINUE, true),
            zeroOrder(2, 6, Neighbourhood.AR1, OnStall.RESTART, true),
            zeroOrder(2, 6, Neighbourhood.SPHERE, OnStall.STOP, true),
            zeroOrder(3, 4, Neighbourhood.SPHERE, OnStall.CONTINUE, false),
            new SearchOverPaths(2, 3, 4, 0.2, 0.5, 0.6, SearchOverPaths.Estimate.LAST));
    for (Algorithm search : searches) {
      Samples single = lab(3, 20, one).run(search, 4, Budget.UNLIMITED, 6);
      Samples ranked = lab(3, 20, both).run(search, 4, Budget.UNLIMITED, 6);
      assertArrayEquals(data(single), data(ranked), search.toString());
      assertEquals(single.scalars(), ranked.scalars());
    }
  }

  /** Pools are nested, and the first of equals wins: by a constant reward the pretrained sample. */
  @Test
  void moreNoiseIsNeverWorseAndNoRewardChangesNothing() {
    Lab lab = linear(3, 4);
    double[] before = data(lab.run(new Pretrained(), 5, Budget.UNLIMITED, 2));
    for (int k = 1; k <= 16; k *= 2) {
      double[] now = data(lab.run(random(k), 5, Budget.UNLIMITED, 2));
      assertArrayEquals(data(lab.run(new BestOfN(k), 5, Budget.UNLIMITED, 2)), now);
      for (int i = 0; i < now.length; i += 3) {
        assertTrue(now[i] >= before[i]);
      }
      before = now;
    }
    Lab flat = lab(3, 4, (clean, condition) -> new double[clean.size()]);
    double[] plain = data(flat.run(new Pretrained(), 5, Budget.UNLIMITED, 2));
    List<Algorithm> searches =
        List.of(
            random(8),
            zeroOrder(3, 4, Neighbourhood.SPHERE, OnStall.CONTINUE, true),
            zeroOrder(3, 4, Neighbourhood.AR1, OnStall.RESTART, true));
    for (Algorithm search : searches) {
      assertArrayEquals(plain, data(flat.run(search, 5, Budget.UNLIMITED, 2)));
    }
  }

  /**
   * The map is linear, so fewer levels order noise alike; the sample is still the whole solve's.
   */
  @Test
  void aSearchOnFewLevelsReturnsASolveOnAll() {
    Lab lab = linear(2, 12);
    double[] whole = data(lab.run(random(6), 4, Budget.UNLIMITED, 0));
    RandomSearch coarse = new RandomSearch(6, OptionalInt.of(3));
    Samples found = lab.run(coarse, 4, Budget.UNLIMITED, 0);
    assertArrayEquals(whole, data(found));
    assertEquals(1.0, found.scalars().get("transfer"));
    long nfe = 4 * (6 * 3 + 12) + 8 * (3 + 12);
    assertEquals(Cost.of(nfe, nfe, 24 + 16), coarse.cost(lab.problem(4, Budget.UNLIMITED)));
    assertFalse(
        lab.run(random(6), 4, Budget.UNLIMITED, 0).scalars().containsKey("transfer"),
        "a search on all levels has nothing to transfer");
    assertInstanceOf(
        Support.No.class,
        new RandomSearch(6, OptionalInt.of(13)).supports(lab.problem(1, Budget.UNLIMITED)));
  }

  /** Kendall's tau of the same noises, from the two factors that the chain multiplies them by. */
  @Test
  void coarseSearchesMeasureWhatTheirRanksAreWorth() {
    Verifier wave =
        (clean, condition) ->
            Arrays.stream(((Batch.Reals) clean).data()).map(x -> Math.sin(6 * x)).toArray();
    Lab lab = lab(1, 12, wave);
    double all = factor(lab);
    double few = 1;
    for (int from = 12; from > 0; from -= 6) {
      GaussianProcess process = (GaussianProcess) lab.process();
      few *=
          process.signal(from - 6) * process.signal(from)
              + process.noise(from - 6) * process.noise(from);
    }
    List<Algorithm> searches =
        List.of(
            new RandomSearch(2, OptionalInt.of(2)),
            new ZeroOrder(2, 1, Neighbourhood.AR1, 0.9, OnStall.CONTINUE, true, OptionalInt.of(2)));
    SampleMoments tau = new SampleMoments();
    for (int run = 0; run < 20; run++) {
      double[] z = new double[8];
      Lab.seed(run).noise(Purpose.PROPOSAL, 0).normals(8, z);
      double sum = 0;
      for (int i = 0; i < 8; i++) {
        for (int j = 0; j < i; j++) {
          double coarse = Math.sin(6 * few * z[i]) - Math.sin(6 * few * z[j]);
          double fine = Math.sin(6 * all * z[i]) - Math.sin(6 * all * z[j]);
          sum += Math.signum(coarse * fine);
        }
      }
      for (Algorithm search : searches) {
        double stored = lab.run(search, 1, Budget.UNLIMITED, run).scalars().get("transfer");
        assertEquals(sum / 28, stored, 1e-12, search.toString());
      }
      tau.add(sum / 28);
    }
    assertTrue(tau.mean() > -0.5 && tau.mean() < 0.9, "orders that differ: " + tau.mean());
  }

  /** One coordinate of the pivot, all that a linear reward sees of a search in many dimensions. */
  private static SampleMoments scalarChain(int neighbours, int iterations, int d, int runs) {
    Random random = new Random(3);
    double c = 0.95;
    SampleMoments moments = new SampleMoments();
    for (int run = 0; run < runs; run++) {
      double z = random.nextGaussian();
      for (int i = 0; i < iterations; i++) {
        double best = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < neighbours; j++) {
          best = Math.max(best, random.nextGaussian());
        }
        z = Math.max(z, c * z + Math.sqrt((1 - c * c) * (1 - z * z / d)) * best);
      }
      moments.add(z);
    }
    return moments;
  }

  @ParameterizedTest
  @CsvSource({"2, 10, 1.84", "2, 50, 5.61", "4, 50, 7.29", "16, 10, 4.39"})
  void zeroOrderClimbsAsItsScalarChain(int neighbours, int iterations, double published) {
    SampleMoments chain = scalarChain(neighbours, iterations, 1_000, 4_000);
    chain.assertMean(published, 5, "published mean"); // it has as many runs, and two decimals
    Lab lab = linear(1_000, 1);
    double factor = factor(lab);
    Samples found =
        lab.run(
            zeroOrder(neighbours, iterations, Neighbourhood.SPHERE, OnStall.CONTINUE, true),
            150,
            Budget.UNLIMITED,
            0);
    SampleMoments search = new SampleMoments();
    for (int i = 0; i < 150; i++) {
      search.add(data(found)[1_000 * i] / factor);
    }
    double error = Math.hypot(chain.standardError(), search.standardError());
    assertEquals(chain.mean(), search.mean(), 4 * error);
  }

  /** A reward that counts calls, so that the last noise is the best. */
  private static Verifier counting() {
    int[] calls = {0};
    return (clean, condition) -> {
      double[] score = new double[clean.size()];
      Arrays.fill(score, ++calls[0]);
      return score;
    };
  }

  /** Squared norm of the noise after many accepted moves of one neighbour each. */
  @ParameterizedTest
  @EnumSource(Neighbourhood.class)
  void onlyTheEuclideanNeighbourhoodLeavesTheShell(Neighbourhood near) {
    int d = 20;
    int moves = 40;
    Lab lab = lab(d, 1, counting());
    double factor = factor(lab);
    double[] start = noise(lab, 400, 0);
    double[] end =
        data(lab.run(zeroOrder(1, moves, near, OnStall.CONTINUE, true), 400, Budget.UNLIMITED, 0));
    SampleMoments squares = new SampleMoments();
    for (int i = 0; i < 400; i++) {
      double before = squared(start, i * d, d);
      double after = squared(end, i * d, d) / (factor * factor);
      if (near == Neighbourhood.SPHERE) {
        assertEquals(before, after, 1e-9 * before);
      }
      squares.add(near == Neighbourhood.EUCLID ? after - before : after);
    }
    double step = 2 * d * (1 - 0.95);
    squares.assertMean(near == Neighbourhood.EUCLID ? moves * step : d, 4, near + " norm");
  }

  private static double squared(double[] x, int from, int length) {
    return IntStream.range(from, from + length).mapToDouble(i -> x[i] * x[i]).sum();
  }

  /** Nine candidates are paid for: one noise and four rounds of two. */
  @ParameterizedTest
  @CsvSource({
    "CONTINUE, '[1, 2, 2, 2, 2]', 2, 4",
    "RESTART, '[1, 2, 1, 2, 1, 2]', 2, 3",
    "STOP, '[1, 2]', 32, 1"
  })
  void aStalledSearchGoesOnAsAsked(OnStall onStall, String rounds, double unspent, double stalls) {
    List<Integer> sizes = new ArrayList<>();
    Lab lab =
        lab(
            2,
            5,
            (clean, condition) -> {
              sizes.add(clean.size());
              return new double[clean.size()];
            });
    ZeroOrder search = zeroOrder(2, 0, Neighbourhood.SPHERE, onStall, true);
    Samples samples = lab.run(search, 1, Budget.of(Unit.NFE, 47), 0);
    assertEquals(rounds, sizes.toString());
    assertEquals(unspent, samples.scalars().get("unspent_nfe"));
    assertEquals(stalls, samples.scalars().get("stalls"));
  }

  /** Also where the pivot is left for something worse. */
  @ParameterizedTest
  @CsvSource({"CONTINUE, false", "CONTINUE, true", "RESTART, true"})
  void theBestEverScoredIsReturned(OnStall onStall, boolean keepPivot) {
    double[] top = {Double.NEGATIVE_INFINITY};
    Lab lab =
        lab(
            2,
            3,
            (clean, condition) -> {
              double[] x = ((Batch.Reals) clean).data();
              double[] score = new double[clean.size()];
              for (int i = 0; i < score.length; i++) {
                score[i] = Math.sin(9 * x[2 * i]) * Math.cos(7 * x[2 * i + 1]);
                top[0] = Math.max(top[0], score[i]);
              }
              return score;
            });
    for (int repetition = 0; repetition < 20; repetition++) {
      top[0] = Double.NEGATIVE_INFINITY;
      Samples found =
          lab.run(
              zeroOrder(2, 12, Neighbourhood.SPHERE, onStall, keepPivot),
              1,
              Budget.UNLIMITED,
              repetition);
      double highest = top[0];
      assertEquals(highest, lab.verifier().score(found.states(), null)[0]);
    }
  }

  /** In the plane of noise and gradient the angle obeys its own recursion. */
  @Test
  void firstOrderTurnsNoiseTowardsTheGradient() {
    Lab lab = linear(30, 6);
    double factor = factor(lab);
    int moves = 7;
    FirstOrder search = new FirstOrder(moves, 0.1, OptionalInt.empty());
    double[] start = noise(lab, 10, 0);
    double[] found = data(lab.run(search, 10, Budget.UNLIMITED, 0));
    for (int i = 0; i < 10; i++) {
      double radius = Math.sqrt(squared(start, 30 * i, 30));
      double cosine = start[30 * i] / radius;
      for (int move = 0; move < moves; move++) {
        cosine = (cosine + 0.1) / Math.sqrt(1 + 0.2 * cosine + 0.01);
      }
      assertEquals(factor * radius * cosine, found[30 * i], 1e-9);
      assertEquals(factor * radius, Math.sqrt(squared(found, 30 * i, 30)), 1e-9);
    }
    assertEquals(
        new Cost(10 * 15 * 6, 10 * 15 * 6, 10 * 7 * 6, 10 * 8, 0),
        search.cost(lab.problem(10, Budget.UNLIMITED)));
  }

  static List<Algorithm> all() {
    return List.of(
        RandomSearch.DEFAULT, ZeroOrder.DEFAULT, SearchOverPaths.DEFAULT, FirstOrder.DEFAULT);
  }

  /** Each fills what it is given as far as its smallest part goes. */
  @Test
  void budgetsAreFilled() {
    Lab lab = linear(2, 20);
    for (int budget : new int[] {150, 151, 167, 350}) {
      double[] unspent =
          all().stream()
              .mapToDouble(
                  search ->
                      lab.run(search, 1, Budget.of(Unit.NFE, budget), 0)
                          .scalars()
                          .get("unspent_nfe"))
              .toArray();
      int solves = budget / 20;
      assertEquals(budget % 20, unspent[0]);
      assertEquals(budget - 20 * (1 + (solves - 1) / 2 * 2), unspent[1]);
      assertEquals((budget - 2 * 18) % (4 * 10), unspent[2], "four rounds of ten children");
      assertEquals(budget - 20 * (2 * ((budget - 20) / 40) + 1), unspent[3]);
    }
  }

  @Test
  void aChainThatDrawsNoiseIsANamedSkip() {
    Gaussian model =
        new Gaussian(new double[] {0, 0}, new double[] {1, 1}, GaussianExactnessTest.ddim(20, 1));
    Lab lab = new Lab(model.open(), model.reverse(), new Linear(new double[] {1, 0}, 0), 1);
    for (Algorithm search : all()) {
      Support support = search.supports(lab.problem(1, Budget.of(Unit.NFE, 400)));
      assertTrue(((Support.No) support).reason().contains("draws more later"));
    }
    Support line = ZeroOrder.DEFAULT.supports(linear(1, 4).problem(1, Budget.UNLIMITED));
    assertTrue(((Support.No) line).reason().contains("sphere"));
  }
}
