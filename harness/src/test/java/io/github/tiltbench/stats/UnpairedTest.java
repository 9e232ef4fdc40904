package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnpairedTest {
  private static final Confidence STANDARD = Confidence.standard(1);

  private static TrialNumbers cell(double[]... prompts) {
    return new TrialNumbers(
        IntStream.range(0, prompts.length)
            .mapToObj(
                p ->
                    new TrialNumbers.Prompt(
                        "p" + p, Arrays.stream(prompts[p]).mapToObj(WeightedDraws::of).toList()))
            .toList(),
        false);
  }

  /** By hand: means 3 and 6, variances 2.5/5 and 4/3, 11/6 = 0.5 + 4/3. */
  @Test
  void onePromptIsWelchsInterval() {
    Estimate e =
        Unpaired.mean(cell(new double[] {1, 2, 3, 4, 5}), cell(new double[] {4, 6, 8}), STANDARD);
    Estimate.Interval i = assertInstanceOf(Estimate.Interval.class, e);
    double freedom = Math.pow(11 / 6.0, 2) / (0.25 / 4 + Math.pow(4 / 3.0, 2) / 2);
    double half = Means.quantile(freedom, 0.975) * Math.sqrt(11 / 6.0);
    assertEquals(-3, i.value(), 1e-12);
    assertEquals(-3 - half, i.low(), 1e-12);
    assertEquals(-3 + half, i.high(), 1e-12);
    assertEquals("Welch's t, trials; " + Means.FEW, i.method());
  }

  /**
   * Nominal 0.95 for cells of 8 and 16 trials in 3 unlike prompts with unlike spreads; 1000
   * experiments have a standard error of 0.007.
   */
  @Test
  void coversAsOftenAsItSays() {
    SplittableRandom r = new SplittableRandom(11);
    int covered = 0;
    for (int i = 0; i < 1000; i++) {
      Estimate e = Unpaired.mean(random(r, 8, 1, 0.4), random(r, 16, 3, 0), STANDARD);
      Estimate.Interval x = assertInstanceOf(Estimate.Interval.class, e);
      covered += x.low() <= 0.4 && x.high() >= 0.4 ? 1 : 0;
    }
    assertEquals(0.95, covered / 1000.0, 4 * 0.007);
  }

  private static TrialNumbers random(SplittableRandom r, int trials, double spread, double gain) {
    return cell(
        IntStream.range(0, 3)
            .mapToObj(
                p ->
                    IntStream.range(0, trials)
                        .mapToDouble(t -> 5 * p + gain + spread * r.nextGaussian())
                        .toArray())
            .toArray(double[][]::new));
  }

  /** From 20 prompts on, what prompts share cancels: each shifts both cells by up to 100. */
  @Test
  void manyPromptsAreTheUnits() {
    SplittableRandom r = new SplittableRandom(12);
    double[] levels = r.doubles(25, 0, 100).toArray();
    TrialNumbers a = cell(levels(levels, 1, r));
    TrialNumbers b = cell(levels(levels, 0, r));
    Estimate.Interval i = assertInstanceOf(Estimate.Interval.class, Unpaired.mean(a, b, STANDARD));
    assertEquals(1, i.value(), 4 * 0.1 * Math.sqrt(2.0 / 50));
    assertTrue(i.high() - i.low() < 0.2);
    assertTrue(i.method().endsWith("prompts"));
  }

  private static double[][] levels(double[] levels, double gain, SplittableRandom r) {
    return Arrays.stream(levels)
        .mapToObj(
            l ->
                new double[] {l + gain + 0.1 * r.nextGaussian(), l + gain + 0.1 * r.nextGaussian()})
        .toArray(double[][]::new);
  }

  @Test
  void whatCannotBeEstimatedIsRefused() {
    TrialNumbers single = cell(new double[] {1});
    TrialNumbers flat = cell(new double[] {1, 1, 1});
    assertInstanceOf(Estimate.Refused.class, Unpaired.mean(single, flat, STANDARD));
    assertInstanceOf(Estimate.Refused.class, Unpaired.mean(flat, flat, STANDARD));
    TrialNumbers other =
        new TrialNumbers(
            List.of(
                new TrialNumbers.Prompt(
                    "other", List.of(WeightedDraws.of(1), WeightedDraws.of(2)))),
            false);
    assertThrows(IllegalArgumentException.class, () -> Unpaired.mean(flat, other, STANDARD));
  }
}
