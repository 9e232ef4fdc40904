package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** How often nominal 95 % intervals contain the truth. */
class CoverageTest {
  /** Of a coverage of 0.95 in 2000 experiments. */
  private static final double ERROR = Math.sqrt(0.95 * 0.05 / 2000);

  private static final Path TABLE = Path.of("target", "coverage.csv");

  /** 200 experiments a line have a standard error of 1.5 %; 4 of them are allowed, in both ways. */
  @Test
  void roughly() {
    List<CoverageStudy.Row> rows = CoverageStudy.all(200, 199, 64);
    assertEquals(25, rows.size());
    assertAll(
        rows.stream().map(r -> (Executable) () -> assertEquals(0.95, r.coverage(), 0.062, "" + r)));
  }

  /**
   * The whole study, which takes minutes: every line covers 93 to 97 %, three standard errors of
   * 2000 experiments allowed. It leaves its table in {@code target/coverage.csv}.
   */
  @Test
  @Tag("slow")
  void precisely() throws IOException {
    List<CoverageStudy.Row> rows = CoverageStudy.all(2000, 399, 64, 128, 512);
    Files.createDirectories(TABLE.getParent());
    Files.writeString(TABLE, CoverageStudy.csv(rows));
    assertAll(
        rows.stream()
            .map(
                r ->
                    (Executable) () -> assertEquals(0.95, r.coverage(), 0.02 + 3 * ERROR, "" + r)));
  }

  @Test
  void tableHasALineForEachRow() {
    String csv =
        CoverageStudy.csv(
            List.of(
                new CoverageStudy.Row(
                    CoverageStudy.Target.MEAN, CoverageStudy.Law.HEAVY, 64, "t, draws", 95, 2, 3)));
    assertEquals(
        List.of(
            "target,law,n,method,experiments,coverage,standard_error,below,above",
            "mean,heavy,64,\"t, draws\",100,0.9500,0.0218,0.0200,0.0300"),
        Stream.of(csv.split("\n", -1)).filter(l -> !l.isEmpty()).toList());
  }
}
