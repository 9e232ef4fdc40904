package %room%;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.cli.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class %type%Test {
  @TempDir Path folder;

  /** The best of some samples is nearer than one. */
  @Test
  void isSomethingToAimAt() throws Exception {
    assertEquals(0, Main.run("run", "study.yaml", "--out", folder.toString()));
    assertTrue(mean("best-of-n") > mean("pretrained"));
  }

  /** The mean reward of an algorithm, as the report has it. */
  private double mean(String algorithm) throws Exception {
    for (String line : Files.readAllLines(folder.resolve("tables/summary.csv"))) {
      if (line.contains("," + algorithm + ",") && line.contains(",*,mean,")) {
        return Double.parseDouble(line.split(",\\*,mean,")[1].split(",")[0]);
      }
    }
    throw new AssertionError("no mean of " + algorithm);
  }
}
