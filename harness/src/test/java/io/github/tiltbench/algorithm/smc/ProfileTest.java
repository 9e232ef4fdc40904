package io.github.tiltbench.algorithm.smc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.exactness.G10;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Smc;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Particles that differ in number from level to level, on ten steps of a Gaussian chain. */
class ProfileTest {
  private static final Lab LAB = G10.quadratic(10);
  private static final double LOG_Z = -1.605514;

  private static Profile profile(String name) {
    return switch (name) {
      case "equal" -> new Profile.Equal();
      case "funnel" -> new Profile.Funnel();
      case "reversed" -> new Profile.Reversed();
      case "steps" -> new Profile.Steps(List.of(List.of(10, 1), List.of(5, 4)));
      default -> new Profile.Optimal(OptionalDouble.empty());
    };
  }

  private static BootstrapSmc smc(int n, double threshold, String profile, OutputRule returns) {
    return new BootstrapSmc(
        n,
        ResamplingScheme.MULTINOMIAL,
        threshold,
        Decoding.POSTERIOR_MEAN,
        1,
        returns,
        OptionalInt.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.of(profile(profile)));
  }

  private static SampleMoments evidence(Algorithm algorithm, int runs) {
    SampleMoments z = new SampleMoments();
    for (int trial = 0; trial < runs; trial++) {
      double log = LAB.run(algorithm, 1, Budget.UNLIMITED, trial).scalars().get("log_evidence");
      z.add(Math.exp(log - LOG_Z));
    }
    return z;
  }

  /** 200 times the relative variance of Z^: the first order says 1.649, 2.531, 1.263. */
  @ParameterizedTest
  @CsvSource({"equal, 1.67", "funnel, 2.56", "reversed, 1.24"})
  void varianceIsThatOfTheTable(String profile, double golden) {
    SampleMoments z = evidence(smc(200, 2, profile, OutputRule.ONE), 500);
    z.assertMean(1, 4, "E Z^ / Z");
    assertEquals(golden, 200 * z.variance(), 0.15 * golden);
  }

  /** Few particles, resampled when weights are uneven or numbers change. */
  @ParameterizedTest
  @CsvSource({"funnel, 0.5", "reversed, 0", "steps, 0.5", "optimal, 2"})
  void evidenceIsUnbiased(String profile, double threshold) {
    evidence(smc(5, threshold, profile, OutputRule.ONE), 1000).assertMean(1, 4, "E Z^ / Z");
  }

  /** What is told of a level is by its own number of particles. */
  @Test
  void diagnosticsAreSharesOfEachLevel() {
    Samples samples = LAB.run(smc(20, 0, "funnel", OutputRule.ONE), 3, Budget.UNLIMITED, 1);
    double[] ess = samples.traces().get("ess");
    assertEquals(1, ess[0], 1e-3, "values differ little at level T");
    for (double share : ess) {
      assertTrue(share > 0 && share <= 1 + 1e-12, Arrays.toString(ess));
    }
    assertTrue(samples.scalars().get("distinct_origins") <= 1);
    double[] resampled = samples.traces().get("resampled");
    assertEquals(9, Arrays.stream(resampled).filter(r -> r == 1).count(), "where numbers change");
  }

  /** What the pilot draws is none of what the populations draw. */
  @Test
  void aPilotHasNoiseOfItsOwn() {
    Session session = LAB.session(LAB.problem(1, Budget.UNLIMITED), new Meter(Budget.UNLIMITED), 0);
    for (Purpose purpose : Purpose.values()) {
      assertNotEquals(
          session.noise(purpose, 3).uniforms(0).at(0),
          new Pilot.Apart(session).noise(purpose, 3).uniforms(0).at(0));
    }
  }

  /** A pilot finds where variance arises; what a small one finds is still better than equal. */
  @ParameterizedTest
  @CsvSource({"1000, 4, 0.25, 1.0", "25, 100, 0.55, 1.2"})
  void aPilotFindsTheOptimalNumbers(int n, int pilots, double tolerance, double most) {
    double[] golden = {0.024, 0.060, 0.140, 0.295, 0.562, 0.970, 1.523, 2.135, 2.464, 1.826};
    double[] added = {
      .00005, .00034, .00183, .00814, .0295, .08795, .21655, .42593, .56731, .31155
    };
    Problem problem = LAB.problem(1, Budget.UNLIMITED);
    TwistedSmc smc = smc(1, 2, "equal", OutputRule.ONE).at(problem);
    double[] shares = new double[10];
    double variance = 0;
    for (int trial = 0; trial < pilots; trial++) {
      Session session = LAB.session(problem, new Meter(Budget.UNLIMITED), trial);
      Pilot pilot = new Pilot(smc.chain(session, Addressing.WHOLE));
      Smc.Outcome outcome =
          new Smc(ResamplingScheme.SYSTEMATIC, 0.5)
              .run(pilot, n, level -> session.noise(Purpose.RESAMPLE, level).uniforms(0));
      double[] found =
          Arrays.stream(pilot.variances(outcome.population())).map(Math::sqrt).toArray();
      double mean = Arrays.stream(found).average().orElseThrow();
      int[] numbers = Headcount.split(found, 10_000, 250, 4_000).numbers();
      for (int i = 0; i < 10; i++) {
        shares[i] += found[i] / mean / pilots;
        variance += 1000 * added[i] / numbers[i] / pilots;
      }
    }
    for (int i = 0; i < 10; i++) {
      assertEquals(golden[i], shares[i], tolerance, "level " + (10 - i));
    }
    assertTrue(variance < most, variance + " against 1.65 of equal numbers and 0.93 at best");
  }

  /** Whole numbers in proportion, nothing left over, none falling as the sum grows. */
  @Test
  void numbersAddUp() {
    assertArrayEquals(
        new int[] {10, 10, 10, 10, 10, 10, 10, 9, 9, 9},
        Headcount.split(new Profile.Equal().shares(10), 97, 1, 1000).numbers());
    assertArrayEquals(
        new int[] {64, 64, 64, 64, 64, 16, 16, 16, 16, 16},
        Headcount.split(
                new Profile.Steps(List.of(List.of(10, 64), List.of(5, 16))).shares(10), 400, 1, 999)
            .numbers());
    for (Profile profile : List.of(profile("funnel"), profile("reversed"), profile("steps"))) {
      int[] before = new int[10];
      for (int total = 10; total < 400; total++) {
        int[] numbers = Headcount.split(profile.shares(10), total, 1, 1000).numbers();
        assertEquals(total, Arrays.stream(numbers).sum());
        for (int i = 0; i < 10; i++) {
          assertTrue(numbers[i] >= Math.max(1, before[i]), total + " at " + i);
        }
        before = numbers;
      }
    }
    assertArrayEquals(
        new int[] {2, 2, 8, 4}, Headcount.split(new double[] {0, 0, 9, 1}, 16, 2, 8).numbers());
    assertArrayEquals(
        new int[] {3, 3, 8, 2}, Headcount.split(new double[] {0, 0, 9, 0}, 16, 2, 8).numbers());
  }

  /** The whole of a budget is spent, to the last evaluation. */
  @ParameterizedTest
  @ValueSource(ints = {10, 97, 331})
  void budgetsAreSpent(int budget) {
    Budget limit = Budget.of(Unit.NFE, budget);
    for (String name : List.of("equal", "funnel", "reversed", "steps")) {
      BootstrapSmc smc = smc(0, 0.5, name, OutputRule.ONE);
      assertEquals(budget, smc.cost(LAB.problem(1, limit)).nfe(), name);
      LAB.run(smc, 1, limit, 0);
    }
    BootstrapSmc optimal = smc(0, 0.5, "optimal", OutputRule.ONE);
    Problem problem = LAB.problem(1, limit);
    if (budget > 30) {
      assertEquals(budget, optimal.cost(problem).nfe());
      Meter meter = new Meter(limit);
      optimal.sample(problem, LAB.session(problem, meter, 0));
      assertEquals(budget, meter.spent().nfe());
      assertTrue(meter.spent().within(optimal.cost(problem)));
    }
    Budget compute = Budget.of(Unit.COMPUTE, budget * 3L);
    for (String name : List.of("funnel", "optimal")) {
      if (budget > 30) {
        LAB.run(smc(0, 0.5, name, OutputRule.ONE), 2, compute, 0);
      }
    }
  }

  @Test
  void whatMakesNoSenseIsRefusedByName() {
    Problem three = LAB.problem(3, Budget.UNLIMITED);
    assertInstanceOf(Support.No.class, smc(4, 0.5, "funnel", OutputRule.ALL).supports(three));
    assertEquals(Support.YES, smc(4, 0.5, "reversed", OutputRule.ALL).supports(three));
    BootstrapSmc far = smc(4, 0.5, "steps", OutputRule.ONE);
    Lab short5 = G10.quadratic(5);
    assertInstanceOf(Support.No.class, far.supports(short5.problem(1, Budget.UNLIMITED)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Profile.Steps(List.of(List.of(5, 1), List.of(10, 4))));
    assertThrows(IllegalArgumentException.class, () -> new Profile.Optimal(OptionalDouble.of(1)));
  }
}
