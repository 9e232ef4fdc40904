package io.github.tiltbench.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.metric.sample.Cloud;
import io.github.tiltbench.metric.sample.Distance;
import io.github.tiltbench.metric.sample.Points;
import io.github.tiltbench.metric.sample.Reference;
import io.github.tiltbench.metric.sample.SampleMetric;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every metric on samples gives a number or a reason, whatever the samples. */
class DegenerateSamplesTest {
  private interface Coordinate {
    double at(int trial, int sample, int k, SplittableRandom r);
  }

  private static Map<String, Coordinate> samples() {
    Map<String, Coordinate> all = new LinkedHashMap<>();
    all.put("zero", (t, i, k, r) -> 0);
    all.put("equal", (t, i, k, r) -> 0.1);
    all.put("on a line", (t, i, k, r) -> t + i);
    all.put("two kinds", (t, i, k, r) -> r.nextInt(2));
    all.put("tiny", (t, i, k, r) -> 1e-170 * r.nextGaussian());
    all.put("huge", (t, i, k, r) -> 1e74 * r.nextDouble());
    all.put("one far away", (t, i, k, r) -> t == 0 && i == 0 ? 1e74 : r.nextGaussian());
    all.put("normal", (t, i, k, r) -> r.nextGaussian());
    return all;
  }

  private static Cloud cloud(
      int prompts, int trials, int size, int width, boolean independent, Coordinate x) {
    SplittableRandom r = new SplittableRandom(4);
    List<Points> points = new ArrayList<>();
    for (int p = 0; p < prompts; p++) {
      for (int t = 0; t < trials; t++) {
        int trial = t;
        points.add(
            Points.of(
                "p" + p,
                IntStream.range(0, size)
                    .mapToObj(
                        i ->
                            IntStream.range(0, width)
                                .mapToDouble(k -> x.at(trial, i, k, r))
                                .toArray())
                    .toArray(double[][]::new)));
      }
    }
    return new Cloud(points, independent);
  }

  private static Reference reference(int n, int width) {
    SplittableRandom r = new SplittableRandom(6);
    double[][] rows = new double[n][width];
    for (double[] row : rows) {
      Arrays.setAll(row, k -> r.nextGaussian());
    }
    return new Reference(rows, new int[n], List.of("all"));
  }

  private static final int[][] SHAPES = {
    {1, 1, 1},
    {1, 1, 2},
    {1, 2, 1},
    {1, 3, 1},
    {2, 1, 1},
    {1, 5, 1},
    {1, 20, 3},
    {20, 1, 1},
    {1, 60, 4}
  };

  @Test
  void aNumberOrAReason() {
    samples()
        .forEach(
            (name, x) -> {
              for (int[] shape : SHAPES) {
                for (int width : new int[] {1, 3}) {
                  for (boolean independent : new boolean[] {false, true}) {
                    Cloud cloud = cloud(shape[0], shape[1], shape[2], width, independent, x);
                    String what = name + " in " + Arrays.toString(shape) + " of width " + width;
                    for (SampleMetric m : MetricFamily.DIVERSITY.ofSamples()) {
                      sound(m.name() + " of " + what, () -> m.estimate(cloud, 0.95));
                    }
                    for (SampleMetric m : MetricFamily.DISTANCE.ofSamples()) {
                      sound(m.name() + " of " + what, () -> m.estimate(cloud, 0.95));
                    }
                    for (int n : new int[] {1, 2, 60, 240}) {
                      for (Distance<Reference> m : MetricFamily.DISTANCE.fromReference()) {
                        sound(
                            m.name() + " of " + what + " from " + n,
                            () -> m.estimate(cloud, reference(n, width), 0.95));
                      }
                    }
                  }
                }
              }
            });
  }

  private static void sound(String what, Supplier<Estimate> number) {
    Estimate e;
    try {
      e = number.get();
    } catch (RuntimeException failure) {
      throw new AssertionError(what, failure);
    }
    if (e instanceof Estimate.Refused r) {
      assertFalse(r.reason().isBlank(), what);
    } else {
      assertTrue(e.n() >= 5, what + ": " + e);
    }
  }

  /** Numbers of one sample, as of one trial of a study of one repetition. */
  @Test
  void oneSampleIsRefusedByName() {
    Cloud one = cloud(1, 1, 1, 2, true, (t, i, k, r) -> 0.5);
    for (SampleMetric m : MetricFamily.DIVERSITY.ofSamples()) {
      Estimate e = m.estimate(one, 0.95);
      assertTrue(e instanceof Estimate.Refused, m.name() + " " + e);
      assertEquals(1, e.n());
    }
  }

  @Test
  void pointsBeyondAllMeasureAreRefusedByName() {
    assertEquals(
        "a point is not finite, beyond 1.0E75 or of another width",
        assertThrows(IllegalArgumentException.class, () -> Points.of("p", new double[] {1e150}))
            .getMessage());
  }
}
