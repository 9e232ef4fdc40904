package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.search.SearchOverPaths.Estimate;
import io.github.tiltbench.algorithm.search.SearchOverPaths.Round;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.diffusion.flow.FlowSampler;
import io.github.tiltbench.diffusion.flow.FlowSchedulerConfig;
import io.github.tiltbench.diffusion.flow.Interpolant;
import io.github.tiltbench.exactness.GoldenFlows;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.model.GaussianMixture;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pieces of the searches over noise: neighbours, solves on some levels, rounds of paths. */
class SolveTest {
  /** A chain that clips at 1, and data that reach beyond. */
  private static Lab lab(int steps, boolean useClipped) {
    return lab(new Ddim(steps, 0, SchedulerConfig.DEFAULT, useClipped));
  }

  /** A chain of second order that clips there too. */
  private static Lab heun(int steps) {
    return lab(
        new Flow(
            steps,
            FlowSampler.HEUN,
            Optional.empty(),
            Flow.Last.MEAN,
            Interpolant.LINEAR,
            Flow.Conversion.BOTH,
            Flow.Schedule.UNIFORM,
            OptionalInt.empty(),
            OptionalDouble.of(1),
            FlowSchedulerConfig.DEFAULT));
  }

  private static Lab lab(ProcessSpec.Gaussian process) {
    GaussianMixture model =
        new GaussianMixture(
            new double[] {0.4, 0.6},
            new double[][] {{-0.9, 0.2}, {0.8, -0.3}},
            new double[][] {{0.2, 0.1}, {0.1, 0.3}},
            process);
    return new Lab(model.open(), model.reverse(), new Linear(new double[] {1, 0.5}, 0), 1);
  }

  private static Session session(Lab lab) {
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    return lab.session(problem, new Meter(Budget.UNLIMITED), 0);
  }

  private static GaussianProcess process(Lab lab) {
    return (GaussianProcess) lab.process();
  }

  private static Batch.Reals prior(Lab lab, int count) {
    int steps = lab.process().steps();
    return (Batch.Reals) lab.process().prior(count, Lab.seed(0).noise(Purpose.PRIOR, steps));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allLevelsAreTheChainItself(boolean useClipped) {
    Lab lab = lab(10, useClipped);
    Batch.Reals x = prior(lab, 6);
    Batch chain =
        Rollout.from(lab.problem(6, Budget.UNLIMITED), session(lab), x, 10, noise -> noise);
    Batch.Reals solve = Solve.of(process(lab), 10, 0, 10).run(session(lab), x).states();
    assertArrayEquals(((Batch.Reals) chain).data(), solve.data());
    assertArrayEquals(
        solve.data(), Solve.of(process(lab), 10, 0, 10).path(session(lab), x).end().data());
  }

  /** Every fifth level of twenty is the chain of four; its steps are computed in floats. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void someLevelsAreTheChainOfSoManySteps(boolean useClipped) {
    Lab fine = lab(20, useClipped);
    Lab coarse = lab(4, useClipped);
    int[] levels = {16, 11, 6, 1, 0};
    for (int i = 0; i < 4; i++) {
      assertEquals(process(coarse).alphaBar(4 - i), process(fine).alphaBar(levels[i]), 1e-12);
    }
    Batch.Reals x = prior(fine, 6);
    Solve solve = new Solve(process(fine), levels);
    double[] some = solve.run(session(fine), x).states().data();
    double[] own = Solve.of(process(coarse), 4, 0, 4).run(session(coarse), x).states().data();
    assertArrayEquals(own, some, 1e-5);
  }

  /** A step over several levels is made of predictions at its own ends. */
  @Test
  void someLevelsOfSecondOrderAreTheChainOfSoManySteps() {
    Lab fine = heun(20);
    Batch.Reals x = prior(fine, 6);
    double[] some = Solve.of(process(fine), 20, 0, 4).run(session(fine), x).states().data();
    Lab coarse = heun(4);
    Batch own = Rollout.from(coarse.problem(6, Budget.UNLIMITED), session(coarse), x, 4, n -> n);
    assertArrayEquals(((Batch.Reals) own).data(), some, 1e-12);
  }

  @Test
  void levelsAreEvenlySpread() {
    GaussianProcess process = process(lab(10, false));
    assertArrayEquals(new int[] {10, 7, 5, 2, 0}, Solve.of(process, 10, 0, 4).levels());
    assertArrayEquals(new int[] {7, 6, 5}, Solve.of(process, 7, 5, 2).levels());
    assertThrows(IllegalArgumentException.class, () -> Solve.of(process, 7, 5, 3));
    assertThrows(IllegalArgumentException.class, () -> process.jump(null, 3, 3, null));
  }

  /** Against central differences of the whole solve, also where the chain clips. */
  @ParameterizedTest
  @CsvSource({"8, false", "8, true", "3, false", "3, true"})
  void theGradientPassesThroughTheWholeSolve(int steps, boolean useClipped) {
    assertGradient(lab(8, useClipped), steps);
  }

  /** Through both predictions of a step. */
  @ParameterizedTest
  @ValueSource(ints = {8, 3})
  void theGradientPassesThroughStepsOfSecondOrder(int steps) {
    assertGradient(heun(8), steps);
  }

  private static void assertGradient(Lab lab, int steps) {
    Solve solve = Solve.of(process(lab), 8, 0, steps);
    Batch.Reals x = prior(lab, 12);
    double[] weights = {1, 0.5};
    double[] cotangent = new double[24];
    for (int i = 0; i < 24; i++) {
      cotangent[i] = weights[i % 2];
    }
    double[] gradient =
        solve
            .pullback(
                session(lab),
                solve.path(session(lab), x),
                new Batch.Reals(cotangent, new int[] {2}))
            .data();
    double h = 1e-5;
    for (int i = 0; i < 24; i++) {
      double up = reward(lab, solve, x, i, h, weights);
      double down = reward(lab, solve, x, i, -h, weights);
      assertEquals((up - down) / (2 * h), gradient[i], 1e-6, "coordinate " + i);
    }
  }

  private static double reward(
      Lab lab, Solve solve, Batch.Reals x, int i, double off, double[] weights) {
    double[] moved = x.data().clone();
    moved[i] += off;
    double[] end = solve.run(session(lab), new Batch.Reals(moved, x.item())).states().data();
    int row = i / 2 * 2;
    return weights[0] * end[row] + weights[1] * end[row + 1];
  }

  @Test
  void neighboursOnTheSphereKeepNormAndAngle() {
    int d = 12;
    Map<Neighbourhood, SampleMoments> square = new EnumMap<>(Neighbourhood.class);
    for (Neighbourhood near : Neighbourhood.values()) {
      square.put(near, new SampleMoments());
    }
    for (int run = 0; run < 20_000; run++) {
      double[] pivot = new double[d];
      Lab.seed(run).noise(Purpose.PRIOR, 1).normals(0, pivot, 0, d);
      for (Neighbourhood near : Neighbourhood.values()) {
        double[] y = new double[d];
        Lab.seed(run).noise(Purpose.PROPOSAL, 1).normals(0, y, 0, d);
        near.neighbour(pivot, 0.8, y);
        square.get(near).add(y[3] * y[3]);
        double norm = Neighbourhood.dot(pivot, pivot);
        if (near == Neighbourhood.SPHERE) {
          assertEquals(norm, Neighbourhood.dot(y, y), 1e-12 * norm);
          assertEquals(0.8 * norm, Neighbourhood.dot(y, pivot), 1e-12 * norm);
        }
        if (near == Neighbourhood.EUCLID) {
          for (int i = 0; i < d; i++) {
            y[i] -= pivot[i];
          }
          assertEquals(2 * d * 0.2, Neighbourhood.dot(y, y), 1e-9);
        }
      }
    }
    // a coordinate of an unselected neighbour is standard normal; of the last its variance is 1.4
    square.get(Neighbourhood.SPHERE).assertMean(1, 4, "sphere");
    square.get(Neighbourhood.AR1).assertMean(1, 4, "ar1");
    square.get(Neighbourhood.EUCLID).assertMean(1.4, 4, "euclid");
  }

  private static String levels(GaussianProcess process, double start) {
    SearchOverPaths paths = new SearchOverPaths(2, 5, 4, start, 0.78, 0.81, Estimate.LAST);
    List<Round> rounds = paths.rounds(process);
    StringBuilder text = new StringBuilder().append(rounds.get(0).from());
    for (Round round : rounds) {
      text.append(' ').append(round.up()).append(' ').append(round.down());
    }
    return text.toString();
  }

  private static GaussianProcess flow(int steps, Interpolant path, Flow.Schedule at, double shift) {
    Flow flow =
        new Flow(
            steps,
            FlowSampler.EULER,
            Optional.empty(),
            Flow.Last.MEAN,
            path,
            Flow.Conversion.BOTH,
            at,
            OptionalInt.empty(),
            OptionalDouble.empty(),
            GoldenFlows.shifted(shift));
    return flow.over(new StateSpace.Euclidean(new int[] {1}));
  }

  /**
   * The published times 0.11, 0.89, 0.08, 0.86, 0.05, 0.83, 0.02, 0.80 and 0 are four rounds on
   * every grid: by hand the levels l / T of the linear path, shifted 3 t / (1 + 2 t), or of the
   * variance-preserving one, whose signal and noise are s and n at the time n / (s + n).
   */
  @ParameterizedTest
  @CsvSource({
    "LINEAR, UNIFORM, 100, 1, 11 89 8 86 5 83 2 80 0",
    "LINEAR, UNIFORM, 1000, 1, 110 890 80 860 50 830 20 800 0",
    "LINEAR, UNIFORM, 50, 1, 6 45 4 43 3 42 1 40 0",
    "LINEAR, UNIFORM, 25, 1, 3 22 2 22 1 21 1 20 0",
    "LINEAR, UNIFORM, 10, 1, 1 9 1 9 1 8 1 8 0",
    "LINEAR, UNIFORM, 4, 1, 1 4 1 3 1 3 1 3 0",
    "LINEAR, UNIFORM, 50, 3, 2 36 1 34 1 31 1 29 0",
    "LINEAR, UNIFORM, 10, 3, 1 7 1 7 1 6 1 6 0",
    "VP, UNIFORM, 50, 1, 2 32 1 30 1 28 1 26 0",
    "VP, UNIFORM, 10, 1, 1 6 1 6 1 6 1 5 0",
    "VP, RBF, 50, 1, 1 12 1 10 1 9 1 8 0"
  })
  void roundsVisitTheLevelsNearestToTheirTimes(
      Interpolant path, Flow.Schedule schedule, int steps, double shift, String levels) {
    assertEquals(levels, levels(flow(steps, path, schedule, shift), 0.11));
  }

  /** The released start 0.12 is four rounds too, of which the last has nothing left over. */
  @Test
  void roundsEndWhereTheirTimesDo() {
    GaussianProcess even = flow(50, Interpolant.LINEAR, Flow.Schedule.UNIFORM, 1);
    assertEquals("6 45 5 44 3 42 2 41 0", levels(even, 0.12));
    assertEquals("2 41 0", levels(even, 0.03));
    // on the levels of DDIM, by its published betas
    assertEquals("2 27 2 25 2 23 1 22 0", levels(process(lab(40, false)), 0.11));
    assertEquals("1 7 1 7 1 7 1 6 0", levels(process(lab(10, false)), 0.11));
  }

  /** By hand: of three pairs one is turned around, or is a tie in one or in both. */
  @Test
  void agreementIsKendallsTau() {
    double[] order = {1, 2, 3};
    assertEquals(1, NoiseMap.agreement(order, new double[] {-5, 0, 9}));
    assertEquals(-1, NoiseMap.agreement(order, new double[] {3, 2, 1}));
    assertEquals(1.0 / 3, NoiseMap.agreement(order, new double[] {1, 3, 2}), 1e-15);
    assertEquals(2.0 / 3, NoiseMap.agreement(order, new double[] {1, 3, 3}), 1e-15);
    double[] ties = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, 3};
    assertEquals(1, NoiseMap.agreement(ties, new double[] {0, 0, 1}));
  }

  /** Noising in two steps is noising in one. */
  @Test
  void forwardKernelsCompose() {
    GaussianProcess process = process(lab(20, false));
    Batch.Reals x = new Batch.Reals(new double[] {3, -2}, new int[] {2});
    SampleMoments once = new SampleMoments();
    SampleMoments twice = new SampleMoments();
    SampleMoments squareOnce = new SampleMoments();
    double kept = Math.sqrt(process.alphaBar(15) / process.alphaBar(2));
    for (int run = 0; run < 20_000; run++) {
      Batch.Reals middle =
          (Batch.Reals) process.renoise(x, 2, 9, Lab.seed(run).noise(Purpose.RENOISE, 9));
      Batch.Reals end =
          (Batch.Reals) process.renoise(middle, 9, 15, Lab.seed(run).noise(Purpose.RENOISE, 15));
      double[] off = end.data();
      once.add(off[0]);
      twice.add(off[1]);
      squareOnce.add((off[0] - 3 * kept) * (off[0] - 3 * kept));
    }
    once.assertMean(3 * kept, 4, "mean");
    twice.assertMean(-2 * kept, 4, "mean");
    squareOnce.assertMean(1 - kept * kept, 4, "variance");
  }
}
