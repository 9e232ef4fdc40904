package io.github.tiltbench.model.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.NoiseSchedule;
import io.github.tiltbench.diffusion.SchedulerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsTest {
  @Test
  void trainingAndInferenceShareASchedule() {
    String keys = "{\"beta_schedule\": \"squaredcos_cap_v2\"}";
    double[] rounded = NoiseSchedule.of(SchedulerFile.of("keys", keys)).alphaBar();
    double[] bars = CosinePath.of(1000).alphaBars();
    for (int t = 0; t < 999; t++) {
      // A float's rounding of 1 - beta, a hundred times over.
      assertEquals(rounded[t], bars[t], 1e-5);
      assertEquals(1 - rounded[t], 1 - bars[t], 3e-3 * (1 - bars[t]));
    }
    assertEquals(bars[998] * 0.001, bars[999], 1e-12); // the last beta is capped at 0.999
  }

  @Test
  void sharesCarryWilsonIntervals() {
    // Wilson 1927 for 8 of 10.
    assertEquals(
        "{share=0.8, ci95_low=0.49016, ci95_high=0.94332, n=10}",
        ReportNumbers.share(8, 10).toString());
  }

  @Test
  void dataOfAnotherDigestAreRefused(@TempDir Path folder) throws IOException {
    String images = "train-images-idx3-ubyte.gz";
    Files.write(folder.resolve(images), new byte[] {1, 2, 3});
    ImageContent.Data data = new ImageContent.Data("n", folder, Map.of(images, "abc"));
    String message = assertThrows(IOException.class, () -> Images.read(data, "train")).getMessage();
    assertTrue(message.contains("sha256"), message);
  }
}
