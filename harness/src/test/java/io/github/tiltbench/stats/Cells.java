package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
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
    List<Map<Matched.Unit, WeightedDraws>> cells = new ArrayList<>();
    for (int p = 0; p < prompts; p++) {
      for (int t = 0; t < repetitions; t++) {
        double[][] values = law.draw(p, random);
        while (cells.size() < values.length) {
          cells.add(new LinkedHashMap<>());
        }
        for (int k = 0; k < values.length; k++) {
          cells.get(k).put(new Matched.Unit("p" + p, t), WeightedDraws.of(values[k]));
        }
      }
    }
    return Matched.of(cells);
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
  static Map<Matched.Unit, WeightedDraws> cell(double... values) {
    Map<Matched.Unit, WeightedDraws> cell = new LinkedHashMap<>();
    for (int t = 0; t < values.length; t++) {
      cell.put(new Matched.Unit("p", t), WeightedDraws.of(values[t]));
    }
    return cell;
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
