package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Made-up cells over shared units. */
final class Cells {
  private Cells() {}

  /** The values of every cell's trial in one unit. */
  @FunctionalInterface
  interface Law {
    double[][] draw(int prompt, SplittableRandom random);
  }

  /** Cells of prompts x repetitions trials, each unit drawn from a law. */
  static Matched of(int prompts, int repetitions, SplittableRandom random, Law law) {
    List<Map<TrialNumbers.Unit, WeightedDraws>> cells = new ArrayList<>();
    for (int p = 0; p < prompts; p++) {
      for (int t = 0; t < repetitions; t++) {
        double[][] values = law.draw(p, random);
        while (cells.size() < values.length) {
          cells.add(new LinkedHashMap<>());
        }
        for (int k = 0; k < values.length; k++) {
          cells.get(k).put(new TrialNumbers.Unit("p" + p, t), WeightedDraws.of(values[k]));
        }
      }
    }
    return Matched.of(cells.stream().map(c -> TrialNumbers.of(c, false, false)).toList());
  }

  /** One value a trial, one trial a prompt: cell k has {@code mean[k]} plus correlated noise. */
  static Matched curve(int prompts, double[] mean, double noise, SplittableRandom random) {
    return of(
        prompts,
        1,
        random,
        (p, r) -> {
          double shared = r.nextGaussian();
          return IntStream.range(0, mean.length)
              .mapToObj(k -> new double[] {mean[k] + shared + noise * r.nextGaussian()})
              .toArray(double[][]::new);
        });
  }

  /** A cell on one prompt, one value a trial. */
  static TrialNumbers cell(double... values) {
    List<WeightedDraws> trials = Arrays.stream(values).mapToObj(WeightedDraws::of).toList();
    return new TrialNumbers(List.of(new TrialNumbers.Prompt("p", trials)), false);
  }

  /** The same cells where every value is declared to be 0 or 1. */
  static Matched binary(Matched cells) {
    return new Matched(
        cells.cells().stream().map(c -> new TrialNumbers(c.prompts(), false, true)).toList(),
        cells.lost());
  }

  static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  static String refusal(Estimate e) {
    return assertInstanceOf(Estimate.Refused.class, e, e::toString).reason();
  }

  static TestResult.Tested tested(TestResult v) {
    return assertInstanceOf(TestResult.Tested.class, v, v::toString);
  }
}
