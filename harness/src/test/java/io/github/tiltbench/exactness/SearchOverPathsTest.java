package io.github.tiltbench.exactness;

import static io.github.tiltbench.exactness.NoiseSearchTest.data;
import static io.github.tiltbench.exactness.NoiseSearchTest.linear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.SearchOverPaths;
import io.github.tiltbench.algorithm.search.SearchOverPaths.Estimate;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.diffusion.flow.FlowSampler;
import io.github.tiltbench.diffusion.flow.FlowSchedulerConfig;
import io.github.tiltbench.diffusion.flow.Interpolant;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.run.Lab;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Search over paths on standard normal data, where solves and noising have closed forms. */
class SearchOverPathsTest {
  /** What a jump multiplies states by where data are standard normal. */
  private static double jump(GaussianProcess process, int from, int to) {
    return process.signal(to) * process.signal(from) + process.noise(to) * process.noise(from);
  }

  /** Levels that a round comes from, goes up to and is solved down to. */
  private static final int[][] OF_DDIM = {{2, 27, 2}, {2, 25, 2}, {2, 23, 1}, {1, 22, 0}};

  /** Two rounds start at one level and two end at one, so that only their noise differs. */
  private static final int[][] OF_FLOW = {{1, 9, 1}, {1, 9, 1}, {1, 8, 1}, {1, 8, 0}};

  /** Standard deviations after the last round of paths that nobody selects: in all, fresh in it. */
  private static double[] pathDeviations(GaussianProcess process, int[][] rounds) {
    double variance = 1;
    for (int level = process.steps(); level > rounds[0][0]; level--) {
      variance *= Math.pow(jump(process, level, level - 1), 2);
    }
    double fresh = 0;
    for (int[] round : rounds) {
      double kept = process.alphaBar(round[1]) / process.alphaBar(round[0]);
      double factor = 1;
      int at = round[1];
      for (int i = 1; i <= 6; i++) {
        int next = round[1] - Math.toIntExact(Math.round(i * (round[1] - round[2]) / 6.0));
        factor *= jump(process, at, next);
        at = next;
      }
      assertEquals(round[2], at);
      variance = factor * factor * (kept * variance + 1 - kept);
      fresh = factor * Math.sqrt(1 - kept);
    }
    return new double[] {Math.sqrt(variance), fresh};
  }

  private static Lab flat(ProcessSpec.Gaussian process) {
    Gaussian model = new Gaussian(new double[] {0}, new double[] {1}, process);
    return new Lab(
        model.open(), model.reverse(), (clean, condition) -> new double[clean.size()], 1);
  }

  private static final Flow FLOW =
      new Flow(
          10,
          FlowSampler.EULER,
          Optional.empty(),
          Flow.Last.MEAN,
          Interpolant.LINEAR,
          Flow.Conversion.BOTH,
          Flow.Schedule.UNIFORM,
          OptionalInt.empty(),
          OptionalDouble.empty(),
          FlowSchedulerConfig.DEFAULT);

  /** With a constant reward the first children survive, and what is left is the law of solves. */
  @ParameterizedTest
  @EnumSource(Estimate.class)
  void pathsWithoutSelectionAreSamples(Estimate estimate) {
    assertUnselected(flat(GaussianExactnessTest.ddim(40, 0)), OF_DDIM, estimate);
    assertUnselected(flat(FLOW), OF_FLOW, estimate);
  }

  private static void assertUnselected(Lab lab, int[][] rounds, Estimate estimate) {
    double deviation = pathDeviations((GaussianProcess) lab.process(), rounds)[0];
    SearchOverPaths search = new SearchOverPaths(2, 2, 6, 0.11, 0.78, 0.81, estimate);
    SampleMoments mean = new SampleMoments();
    SampleMoments square = new SampleMoments();
    for (double v : data(lab.run(search, 20_000, Budget.UNLIMITED, 0))) {
      mean.add(v);
      square.add(v * v);
    }
    mean.assertMean(0, 4, "mean");
    square.assertMean(deviation * deviation, 4, "variance");
  }

  /** By hand: 2 paths down 96 levels, 4 rounds of 6 children of 5 evaluations each. */
  @Test
  void pathsCostWhatTheirFormulaSays() {
    Lab lab = linear(2, 100);
    SearchOverPaths last = new SearchOverPaths(2, 3, 5, 0.11, 0.78, 0.81, Estimate.LAST);
    lab.run(last, 3, Budget.UNLIMITED, 0);
    long nfe = 3 * (2 * 96 + 4 * 6 * 5);
    assertEquals(Cost.of(nfe, nfe, 3 * 24), last.cost(lab.problem(3, Budget.UNLIMITED)));
    SearchOverPaths fresh = new SearchOverPaths(2, 3, 5, 0.11, 0.78, 0.81, Estimate.FRESH);
    lab.run(fresh, 3, Budget.UNLIMITED, 0);
    assertEquals(nfe + 3 * 18, fresh.cost(lab.problem(3, Budget.UNLIMITED)).nfe());
    // 500 evaluations: floor((500 - 192) / 24) = 12 a child, 20 are left
    SearchOverPaths filled = new SearchOverPaths(2, 3, 0, 0.11, 0.78, 0.81, Estimate.LAST);
    Samples samples = lab.run(filled, 1, Budget.of(Unit.NFE, 500), 0);
    assertEquals(20.0, samples.scalars().get("unspent_nfe"));
  }

  /** Selection by rounds helps, if less than by as many whole samples. */
  @Test
  void pathsClimb() {
    Lab lab = linear(1, 40);
    double fresh = pathDeviations((GaussianProcess) lab.process(), OF_DDIM)[1];
    SampleMoments gain = new SampleMoments();
    SearchOverPaths search = new SearchOverPaths(2, 4, 6, 0.11, 0.78, 0.81, Estimate.LAST);
    for (double x : data(lab.run(search, 10_000, Budget.UNLIMITED, 0))) {
      gain.add(x);
    }
    // more than the best of the last round's 8 children would be of parents that nobody chose
    assertTrue(gain.mean() - 4 * gain.standardError() > 1.4236 * fresh, "mean " + gain.mean());
  }

  @Test
  void pathsThatMakeNoSenseAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SearchOverPaths(2, 3, 5, 0.11, 0.8, 0.8, Estimate.LAST));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SearchOverPaths(2, 3, 5, 0.3, 0.78, 0.81, Estimate.LAST));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SearchOverPaths(2, 3, 1, 0.11, 0.78, 0.81, Estimate.LAST));
    // 47 evaluations leave one of each of the 24 solves
    Lab lab = linear(2, 100);
    SearchOverPaths filled = new SearchOverPaths(2, 3, 0, 0.11, 0.78, 0.81, Estimate.LAST);
    assertInstanceOf(
        Support.No.class, filled.supports(lab.problem(1, Budget.of(Unit.NFE, 192 + 47))));
    assertEquals(Support.YES, filled.supports(lab.problem(1, Budget.of(Unit.NFE, 192 + 48))));
  }
}
