package io.github.tiltbench.engine.published.diffusers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.StatedWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A U-Net of Stable Diffusion 1.5's size, whose weights are a file of 3.4 GB. */
@Tag("slow")
class FullSizeTest {
  @TempDir Path folder;

  /** The memory of this process that is no page of a file, in GiB. */
  private static double memory() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("RssAnon:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          / (double) (1 << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T timed(String what, Supplier<T> work) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long wall = System.nanoTime();
    long cpu = system.getProcessCpuTime();
    T result = work.get();
    System.out.printf(
        "%-28s %6.1f s, %6.1f s of CPU, private memory %.2f GiB%n",
        what, (System.nanoTime() - wall) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9, memory());
    return result;
  }

  private static Tensor.Floats input(String name, int... shape) {
    long[] extents = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      extents[i] = shape[i];
    }
    return new Tensor.Floats(StatedWeights.input(name, Tensor.size(extents)), extents);
  }

  private static List<Tensor.Floats> step(TorchModule module, int rows) {
    float[] t = new float[rows];
    Arrays.fill(t, 801);
    return module.forward(
        input("x", rows, 4, 64, 64), new Tensor.Floats(t, rows), input("ctx", rows, 77, 768));
  }

  @Test
  @EnabledOnOs(OS.LINUX) // which says how much memory is private
  void itLoadsWithoutACopyOfItsWeightsAndSteps() throws IOException {
    PublishedNetwork network =
        UNet2DConditionModel.of(
                ReferenceCase.node(
                    ReferenceCase.json(ReferenceCase.FOLDER.resolve("configs/sd15.json"))
                        .getAsJsonObject("unet/config.json")))
            .network();
    assertEquals(859_520_964, network.size());
    Path file = new StatedWeights(1).write(folder.resolve("w.safetensors"), List.of(network));
    Checkpoint checkpoint = timed("name: digest and check", () -> Checkpoint.of(file));
    double before = memory();
    try (TorchModule module = timed("load", () -> network.load(checkpoint, Precision.FLOAT32))) {
      assertTrue(memory() - before < 0.3, "weights were copied: " + memory() + " GiB");
      float[] once = timed("step of 1 row", () -> step(module, 1)).get(0).data();
      float[] again = timed("step of 1 row again", () -> step(module, 1)).get(0).data();
      assertArrayEquals(once, again);
      float[] two = timed("step of 2 rows", () -> step(module, 2)).get(0).data();
      for (int i = 0; i < once.length; i++) {
        assertEquals(once[i], two[i], 1e-4);
      }
      assertTrue(memory() - before < 1.5, "a step of 2 rows holds " + memory() + " GiB");
    }
  }
}
