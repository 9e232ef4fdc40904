package io.github.tiltbench.model.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.learning.Adam;
import io.github.tiltbench.engine.learning.MinibatchOrder;
import io.github.tiltbench.engine.learning.Objective;
import io.github.tiltbench.engine.network.ResNet;
import io.github.tiltbench.engine.network.UNet;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final int SIDE = 8;
  private static final PrintStream SILENT =
      new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
  private static final Adam.Settings SETTINGS =
      new Adam.Settings(2e-2, 5, 0.02, 0.9, 0.99, 1, 0.99, Adam.Decay.NONE);

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  /** Stripes, lying or standing: the way they run is the class. */
  private static Images stripes() {
    int count = 64;
    byte[] pixels = new byte[count * SIDE * SIDE];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % 2);
      for (int p = 0; p < SIDE * SIDE; p++) {
        int across = i % 2 == 0 ? p / SIDE : p % SIDE;
        pixels[i * SIDE * SIDE + p] = (byte) ((across + i) % 4 < 2 ? 200 + i % 5 : 0);
      }
    }
    return new Images(count, SIDE, pixels, labels);
  }

  private static Objective velocity() {
    return new VelocityObjective(
        stripes(), new MinibatchOrder(3, 64, 16), CosinePath.of(1000), 2, 0.1);
  }

  private Trainer unet(String name, int steps, String card) {
    return new Trainer(
        new UNet(2, List.of(8, 16), List.of(1, 1), 16, 2, 2).network(),
        velocity(),
        SETTINGS,
        new Trainer.Plan(3, steps, 16, card, folder.resolve(name)));
  }

  @Test
  void aResumedRunEndsAtTheSameBytes() throws IOException {
    Trainer whole = unet("whole", 40, "card");
    assertTrue(whole.run(SILENT, () -> false));

    AtomicInteger asked = new AtomicInteger();
    assertFalse(unet("parts", 40, "card").run(SILENT, () -> asked.incrementAndGet() > 17));
    Trainer rest = unet("parts", 40, "card");
    assertEquals(17, rest.resume());
    assertTrue(rest.run(SILENT, () -> false));

    Safetensors one = Safetensors.read(folder.resolve("whole"));
    Safetensors two = Safetensors.read(folder.resolve("parts"));
    for (String name : one.tensors().keySet()) {
      assertArrayEquals(one.tensors().get(name).data(), two.tensors().get(name).data(), name);
    }
    assertEquals(one.metadata().get("sum"), two.metadata().get("sum"));
    assertThrows(IOException.class, () -> unet("whole", 40, "another card").resume());
  }

  @Test
  void theLossOfADiffusionModelFalls() throws IOException {
    List<Double> seen = new ArrayList<>();
    new Trainer(
            new UNet(2, List.of(8, 16), List.of(1, 1), 16, 2, 2).network(),
            watched(velocity(), seen),
            SETTINGS,
            new Trainer.Plan(3, 120, 16, "card", folder.resolve("loss")))
        .run(SILENT, () -> false);
    assertTrue(mean(seen, 100, 120) < 0.6 * mean(seen, 0, 10), seen.toString());
  }

  @Test
  void theLossOfAClassifierFalls() throws IOException {
    List<Double> seen = new ArrayList<>();
    Objective objective =
        new ClassObjective(
            stripes(),
            new MinibatchOrder(3, 64, 16),
            2,
            new ClassObjective.Augmentation(1, 0.2, 0));
    new Trainer(
            new ResNet(List.of(8), 1, 2).network(),
            watched(objective, seen),
            SETTINGS,
            new Trainer.Plan(3, 80, 16, "card", folder.resolve("classes")))
        .run(SILENT, () -> false);
    assertTrue(mean(seen, 70, 80) < 0.6 * mean(seen, 0, 10), seen.toString());
  }

  /** The same objective, noting the loss of each step. */
  private static Objective watched(Objective objective, List<Double> seen) {
    return step -> {
      Objective.Minibatch batch = objective.draw(step);
      return new Objective.Minibatch(
          batch.inputs(),
          (output, gradient) -> {
            seen.add(batch.loss().of(output, gradient));
            return seen.get(seen.size() - 1);
          });
    };
  }

  private static double mean(List<Double> values, int from, int to) {
    return values.subList(from, to).stream().mapToDouble(v -> v).average().orElseThrow();
  }
}
