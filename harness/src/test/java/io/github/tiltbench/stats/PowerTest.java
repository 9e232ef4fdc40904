package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many rounds an answer takes, by a pilot. */
class PowerTest {
  private static final Confidence C = new Confidence(0.95, 200, 3);

  private static TrialNumbers normal(int rounds, double shift, int seed) {
    SplittableRandom r = new SplittableRandom(seed);
    return new TrialNumbers(
        List.of(
            TimeUniformTest.prompt(
                IntStream.range(0, rounds).mapToDouble(i -> shift + r.nextGaussian()).toArray())),
        false);
  }

  /** A difference of 0.5 standard deviations needs 32 rounds for 80 % power. */
  @Test
  void aFixedDesignNeedsWhatItsFormulaSays() {
    TrialNumbers base = normal(400, 0, 1);
    TrialNumbers better = normal(400, Math.sqrt(0.5), 2);
    Power power = Power.ofFixed(List.of(better, base), 0.8, 1000, C);
    assertEquals(32, power.median(), 8);
    assertTrue(power.low() < 32 && 32 < power.high(), "" + power);
    assertEquals(0, power.unmet());
  }

  @Test
  void aDifferenceThatIsNotThereIsNeverReached() {
    TrialNumbers base = normal(40, 0, 1);
    Power power = Power.ofFixed(List.of(base, base), 0.8, 1000, C);
    assertEquals(new Power(1000, 1000, 1000, 1), power);
  }

  /** The look is the first one at which the rule is met; fewer rounds of a pilot tell less. */
  @Test
  void aRuleIsMetAtItsFirstLook() {
    List<Integer> looks = List.of(16, 32, 64, 128, 256);
    List<TrialNumbers> cell = List.of(normal(50, 0, 4));
    assertEquals(50, Power.rounds(cell));
    assertEquals(
        new Power(64, 64, 64, 0), Power.of(cell, looks, seen -> seen.get(0).count() >= 40, C));
    assertEquals(new Power(256, 256, 256, 1), Power.of(cell, looks, seen -> false, C));
  }

  /** Rounds to a width of 1 in runs that are drawn anew from the law itself: the same range. */
  @Test
  void aPilotForetellsRunsOfItsLaw() {
    List<Integer> looks = IntStream.rangeClosed(2, 30).mapToObj(i -> 8 * i).toList();
    Power power = Power.of(List.of(normal(200, 0, 5)), looks, seen -> width(seen.get(0)) <= 1, C);
    int[] runs =
        IntStream.range(0, 40)
            .map(
                run ->
                    looks.stream()
                        .filter(t -> width(normal(t, 0, 100 + run)) <= 1)
                        .findFirst()
                        .orElse(240))
            .sorted()
            .toArray();
    assertEquals(runs[20], power.median(), 24);
    assertTrue(power.low() <= runs[20] && runs[20] <= power.high(), "" + power);
  }

  private static double width(TrialNumbers trials) {
    return TimeUniform.quantile(trials, 0.5, 0.95) instanceof Estimate.Interval i
        ? i.high() - i.low()
        : Double.POSITIVE_INFINITY;
  }
}
