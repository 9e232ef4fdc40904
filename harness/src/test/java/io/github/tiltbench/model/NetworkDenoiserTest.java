package io.github.tiltbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Ddpm;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.engine.network.UNet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkDenoiserTest {
  private static final int SIDE = 4;
  private static final int WIDTH = SIDE * SIDE;
  private static final int[] ITEM = {1, SIDE, SIDE};
  private static final GaussianProcess PROCESS =
      new Ddpm(10, SchedulerConfig.DEFAULT).over(new StateSpace.Euclidean(ITEM));

  private static final TrainedNetwork TRAINED = trained();

  private static TrainedNetwork trained() {
    UNet family = new UNet(2, List.of(8), List.of(1), 8, 2, 3);
    return new TrainedNetwork(
        family,
        List.of("hat", "sock", "glove"),
        Map.of(TrainedNetwork.ITEM, "1,4,4"),
        family.network().initialise(new SplittableRandom(1)));
  }

  private static NetworkDenoiser denoiser(PredictionType type, double guidance) {
    return new NetworkDenoiser(TRAINED, Precision.FLOAT32, type, PROCESS, guidance);
  }

  private static Batch.Reals noise(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] data = new double[rows * WIDTH];
    Arrays.setAll(data, i -> random.nextGaussian());
    return new Batch.Reals(data, ITEM);
  }

  private static int[] levels(int rows) {
    int[] level = new int[rows];
    Arrays.setAll(level, i -> 1 + i % 10);
    return level;
  }

  private static Condition[] conditions(int rows) {
    Condition[] all = {
      new Condition("hat"), new Condition("sock"), new Condition("glove"), Condition.NONE
    };
    Condition[] condition = new Condition[rows];
    Arrays.setAll(condition, i -> all[i % all.length]);
    return condition;
  }

  private static double[] clean(Denoiser denoiser, Batch.Reals x) {
    Prediction p = denoiser.denoise(x, levels(x.size()), conditions(x.size()));
    return ((Prediction.Mean) p).clean().data();
  }

  @Test
  void guidanceExtrapolatesFromNoClassToTheClass() {
    Batch.Reals x = noise(10, 1);
    try (Denoiser free = denoiser(PredictionType.V_PREDICTION, 0);
        Denoiser asked = denoiser(PredictionType.V_PREDICTION, 1);
        Denoiser guided = denoiser(PredictionType.V_PREDICTION, 2.5)) {
      double[] f = clean(free, x);
      double[] a = clean(asked, x);
      double[] expected = new double[f.length];
      Arrays.setAll(expected, i -> f[i] + 2.5 * (a[i] - f[i]));
      assertArrayEquals(expected, clean(guided, x), 1e-5);
      assertTrue(Math.abs(a[9 * WIDTH] - f[9 * WIDTH]) > 1e-6); // row 9 has a class
      assertEquals(a[3 * WIDTH], f[3 * WIDTH], 1e-6); // row 3 has none
    }
  }

  @Test
  void theContrastIsWithAndWithoutGuidance() {
    Batch.Reals x = noise(40, 1); // two micro-batches
    try (Denoiser asked = denoiser(PredictionType.V_PREDICTION, 1);
        Denoiser guided = denoiser(PredictionType.V_PREDICTION, 2.5)) {
      List<Prediction> both = guided.contrast(x, levels(40), conditions(40));
      assertEquals(new Cost(40, 80, 0, 0, 0), guided.odometer());
      assertArrayEquals(clean(asked, x), ((Prediction.Mean) both.get(0)).clean().data(), 1e-5);
      assertArrayEquals(clean(guided, x), ((Prediction.Mean) both.get(1)).clean().data(), 1e-5);
      assertThrows(
          UnsupportedOperationException.class, () -> asked.contrast(x, levels(40), conditions(40)));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2})
  void microBatchesChangeNothing(double guidance) {
    int rows = 70;
    Batch.Reals x = noise(rows, 2);
    try (Denoiser denoiser = denoiser(PredictionType.EPSILON, guidance)) {
      double[] together = clean(denoiser, x);
      for (int row : new int[] {0, 31, 32, 63, 64, 69}) {
        Prediction.Mean alone =
            (Prediction.Mean)
                denoiser.denoise(
                    x.select(new int[] {row}),
                    new int[] {levels(rows)[row]},
                    new Condition[] {conditions(rows)[row]});
        assertArrayEquals(
            Arrays.copyOfRange(together, row * WIDTH, (row + 1) * WIDTH),
            alone.clean().data(),
            1e-4);
      }
    }
  }

  /** Embeddings do not go to the device again at every step. */
  @Test
  void whatConditionsStandForIsMadeOnceForAllSteps() {
    int[] made = {0};
    NetworkDenoiser.Conditioning hats =
        condition -> {
          made[0]++;
          return List.of(new Tensor.Longs(new long[condition.length], condition.length));
        };
    Condition[] all = new Condition[10];
    Arrays.fill(all, new Condition("hat"));
    StateSpace.Euclidean space = new StateSpace.Euclidean(ITEM);
    try (Denoiser kept =
            new NetworkDenoiser(TRAINED.load(), space, hats, PredictionType.EPSILON, PROCESS, 1);
        Denoiser usual = denoiser(PredictionType.EPSILON, 1)) {
      for (int step = 10; step >= 1; step--) {
        int[] level = new int[10];
        Arrays.fill(level, step);
        Batch.Reals x = noise(10, step);
        assertArrayEquals(
            ((Prediction.Mean) usual.denoise(x, level, all)).clean().data(),
            ((Prediction.Mean) kept.denoise(x, level, all)).clean().data());
        kept.linearise(x, level, all).close();
      }
      assertEquals(1, made[0]);
      kept.denoise(noise(3, 1), new int[] {1, 1, 1}, Arrays.copyOf(all, 3));
      assertEquals(2, made[0]);
    }
  }

  /** Trials that share a network run in lockstep; nothing else asks for it. */
  @Test
  void aNetworkGainsFromRows() {
    try (Denoiser denoiser = denoiser(PredictionType.EPSILON, 1)) {
      assertTrue(denoiser.batched());
    }
  }

  @Test
  void theOdometerCountsRowsAndBackwardPasses() {
    Batch.Reals x = noise(40, 3);
    try (Denoiser denoiser = denoiser(PredictionType.V_PREDICTION, 2)) {
      assertEquals(2, denoiser.rowsPerParticle());
      clean(denoiser, x);
      try (Denoiser.Linearised linear = denoiser.linearise(x, levels(40), conditions(40))) {
        linear.pullback(x);
      }
      assertEquals(new Cost(80, 160, 40, 0, 0), denoiser.odometer());
    }
    try (Denoiser denoiser = denoiser(PredictionType.V_PREDICTION, 1)) {
      clean(denoiser, x);
      assertEquals(new Cost(40, 40, 0, 0, 0), denoiser.odometer());
    }
  }

  @ParameterizedTest
  @EnumSource(PredictionType.class)
  void pullbackIsTheDerivativeOfTheCleanMean(PredictionType type) {
    int rows = 35; // two micro-batches under guidance
    Batch.Reals x = noise(rows, 4);
    Batch.Reals direction = noise(rows, 5);
    Batch.Reals cotangent = noise(rows, 6);
    try (Denoiser denoiser = denoiser(type, 2);
        Denoiser.Linearised linear = denoiser.linearise(x, levels(rows), conditions(rows))) {
      assertArrayEquals(
          clean(denoiser, x), ((Prediction.Mean) linear.prediction()).clean().data(), 1e-4);
      double slope = dot(linear.pullback(cotangent).data(), direction.data());
      double step = 1e-2;
      double above = dot(clean(denoiser, moved(x, direction, step)), cotangent.data());
      double below = dot(clean(denoiser, moved(x, direction, -step)), cotangent.data());
      assertEquals((above - below) / (2 * step), slope, 5e-3 * Math.max(10, Math.abs(slope)));
    }
  }

  private static Batch.Reals moved(Batch.Reals x, Batch.Reals direction, double step) {
    double[] data = x.data().clone();
    Arrays.setAll(data, i -> data[i] + step * direction.data()[i]);
    return new Batch.Reals(data, ITEM);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void anUnknownClassIsRefusedByName() {
    try (Denoiser denoiser = denoiser(PredictionType.V_PREDICTION, 2)) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      denoiser.denoise(
                          noise(1, 1), new int[] {1}, new Condition[] {new Condition("shoe")}))
              .getMessage();
      assertEquals("the model has no class shoe, only [hat, sock, glove]", message);
      assertEquals(Cost.ZERO, denoiser.odometer());
    }
  }
}
