package io.github.tiltbench.model.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.tiltbench.diffusion.NoiseSchedule;
import io.github.tiltbench.diffusion.SchedulerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsTest {
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
  void anEpochSeesEachImageOnce() {
    Draws draws = new Draws(1, 12, 5);
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
    assertArrayEquals(Arrays.copyOfRange(seen, 35, 40), new Draws(1, 12, 5).indices(7));
  }

  @Test
  void trainingAndInferenceShareASchedule() {
    JsonObject keys = new JsonObject();
    keys.addProperty("beta_schedule", "squaredcos_cap_v2");
    double[] rounded = NoiseSchedule.of(SchedulerFile.of(keys)).alphaBar();
    double[] bars = VelocityObjective.cosine(1000);
    for (int t = 0; t < 999; t++) {
      // A float's rounding of 1 - beta, a hundred times over.
      assertEquals(rounded[t], bars[t], 1e-5);
      assertEquals(1 - rounded[t], 1 - bars[t], 3e-3 * (1 - bars[t]));
    }
    assertEquals(bars[998] * 0.001, bars[999], 1e-12); // the last beta is capped at 0.999
  }

  @Test
  void firstAdamStepIsTheLearningRate() {
    Adam adam = new Adam(new Adam.Settings(0.1, 1, 0.9, 0.99, 1e9, 0.5, 0), 2);
    double norm = adam.update(new float[] {3, -4}, 0, 1_000_000);
    assertEquals(5, norm, 1e-6);
    assertArrayEquals(new float[] {-0.1f, 0.1f}, adam.weights, 1e-6f);
    assertArrayEquals(new float[] {-0.09f, 0.09f}, adam.average, 1e-6f); // keeps 1/10 of the start
  }

  @Test
  void ratesWarmUpAndDecayToTwoPerCent() {
    Adam.Settings settings = new Adam.Settings(1, 10, 0.9, 0.99, 1, 0.99, 0);
    assertEquals(0.1, settings.rate(0, 1000), 1e-3);
    assertEquals(0.51, settings.rate(500, 1000), 1e-3);
    assertEquals(0.02, settings.rate(1000, 1000), 1e-9);
  }

  @Test
  void sharesCarryWilsonIntervals() {
    // Wilson 1927 for 8 of 10.
    assertEquals(
        "{share=0.8, ci95_low=0.49016, ci95_high=0.94332, n=10}",
        new Share(8, 10).report().toString());
  }

  @Test
  void cardsNameTheKeyThatIsWrong(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("card.yaml");
    Files.writeString(file, "kind: classifier\ntraining: {steps: many}\n");
    Card card = Card.read(file);
    String message =
        assertThrows(IllegalArgumentException.class, () -> card.map("training").integer("steps"))
            .getMessage();
    assertEquals(file + ": training.steps must be a whole number, is many", message);
    Files.writeString(file, "kind: [");
    assertTrue(
        assertThrows(IOException.class, () -> Card.read(file)).getMessage().startsWith("" + file));
  }

  @Test
  void dataOfAnotherDigestAreRefused(@TempDir Path folder) throws IOException {
    String images = "train-images-idx3-ubyte.gz";
    Files.write(folder.resolve(images), new byte[] {1, 2, 3});
    Path file = folder.resolve("card.yaml");
    Files.writeString(file, "data: {path: '" + folder + "', sha256: {" + images + ": abc}}\n");
    Card data = Card.read(file).map("data");
    String message = assertThrows(IOException.class, () -> Images.read(data, "train")).getMessage();
    assertTrue(message.contains("sha256"), message);
  }
}
