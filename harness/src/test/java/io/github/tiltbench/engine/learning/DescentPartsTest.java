package io.github.tiltbench.engine.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.engine.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DescentPartsTest {
  @Test
  void streamsEqualTheJdksSplitMix() {
    SplitMix ours = new SplitMix(42);
    SplittableRandom theirs = new SplittableRandom(42);
    for (int i = 0; i < 1000; i++) {
      assertEquals(theirs.nextLong(), ours.nextLong());
      assertEquals(theirs.nextInt(), ours.nextInt());
      assertEquals(theirs.nextInt(10), ours.nextInt(10));
      assertEquals(theirs.nextDouble(), ours.nextDouble());
    }
  }

  @Test
  void anEpochSeesEachExampleOnce() {
    MinibatchOrder draws = new MinibatchOrder(1, 12, 5);
    int[] seen = new int[60];
    for (int step = 0; step < 12; step++) {
      System.arraycopy(draws.indices(step), 0, seen, 5 * step, 5);
    }
    for (int epoch = 0; epoch < 5; epoch++) {
      int[] sorted = Arrays.copyOfRange(seen, 12 * epoch, 12 * epoch + 12);
      Arrays.sort(sorted);
      assertArrayEquals(IntStream.range(0, 12).toArray(), sorted);
    }
    // Addressed, not drawn: any step alone gives the same.
    assertArrayEquals(Arrays.copyOfRange(seen, 35, 40), new MinibatchOrder(1, 12, 5).indices(7));
  }

  private static Adam.Settings settings(
      double rate, int warmup, double clip, double ema, Adam.Decay decay) {
    return new Adam.Settings(rate, warmup, 0.02, 0.9, 0.99, clip, ema, decay);
  }

  private static Network vector(int size) {
    Network.Parameter only =
        new Network.Parameter("v", new long[] {size}, Network.Initial.constant(0));
    return new Network("N", "x: Tensor", "    return x\n", List.of(only), List.of());
  }

  @Test
  void firstAdamStepIsTheLearningRate() {
    Adam adam = new Adam(settings(0.1, 1, 1e9, 0.5, Adam.Decay.NONE), vector(2), new float[2]);
    double norm = adam.update(new float[] {3, -4}, 0, 1_000_000);
    assertEquals(5, norm, 1e-6);
    assertArrayEquals(new float[] {-0.1f, 0.1f}, adam.weights(), 1e-6f);
    assertArrayEquals(
        new float[] {-0.09f, 0.09f}, adam.average(), 1e-6f); // keeps 1/10 of the start
  }

  @Test
  void ratesWarmUpAndDecayToTwoPerCent() {
    Adam.Settings settings = settings(1, 10, 1, 0.99, Adam.Decay.NONE);
    assertEquals(0.1, settings.rate(0, 1000), 1e-3);
    assertEquals(0.51, settings.rate(500, 1000), 1e-3);
    assertEquals(0.02, settings.rate(1000, 1000), 1e-9);
  }

  @Test
  void averagesForgetTheirStart() {
    for (int k : new int[] {0, 1, 89, 8_989, 8_990, 8_991, 100_000}) {
      assertEquals((float) Math.min(0.999, (1.0 + k) / (10.0 + k)), Adam.keep(0.999, k));
    }
    assertEquals(0.1f, Adam.keep(0.999, 0));
    assertEquals(0.5f, Adam.keep(0.5, 8));
  }

  @Test
  void decayMaySpareWhatHasOneDimension() {
    Network.Parameter matrix =
        new Network.Parameter("m", new long[] {1, 2}, Network.Initial.constant(1));
    Network.Parameter scale =
        new Network.Parameter("s", new long[] {2}, Network.Initial.constant(1));
    Network both =
        new Network("N", "x: Tensor", "    return x\n", List.of(scale, matrix), List.of());
    float[] still = new float[4];
    float[] start = {1, 1, 1, 1};
    Adam sparing = new Adam(settings(0.1, 1, 1, 0.5, new Adam.Decay(0.5, true)), both, start);
    sparing.update(still, 0, 1_000_000);
    assertArrayEquals(new float[] {1, 1, 0.95f, 0.95f}, sparing.weights(), 1e-6f);
    Adam all = new Adam(settings(0.1, 1, 1, 0.5, new Adam.Decay(0.5, false)), both, start);
    all.update(still, 0, 1_000_000);
    assertArrayEquals(new float[] {0.95f, 0.95f, 0.95f, 0.95f}, all.weights(), 1e-6f);
  }
}
