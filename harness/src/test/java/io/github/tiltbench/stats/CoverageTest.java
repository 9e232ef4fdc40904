package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  /** The same allowance for means of few values and for quantiles over fixed prompts. */
  @Test
  void roughlyOfFew() {
    assertAll(CoverageStudy.few(200, 199).stream().map(r -> honest(r, 0.062)));
    assertAll(
        CoverageStudy.fixed(200, 199).stream()
            .map(r -> (Executable) () -> assertEquals(0.955, r.coverage(), 0.067, "" + r)));
  }

  /** An interval covers 93 %, or at most 7 % of all miss without having said that they may. */
  private static Executable honest(CoverageStudy.Row r, double allowed) {
    return () ->
        assertTrue(
            r.coverage() >= 0.95 - allowed
                || (double) r.unwarned() / r.intervals() <= 0.05 + allowed,
            "" + r);
  }

  /**
   * The whole study, which takes minutes: every line covers 93 to 97 %, three standard errors of
   * 2000 experiments allowed; means of few values may cover less where they say so. It leaves its
   * table in {@code target/coverage.csv}.
   */
  @Test
  @Tag("slow")
  void precisely() throws IOException {
    List<CoverageStudy.Row> rows = CoverageStudy.all(2000, 399, 64, 128, 512);
    List<CoverageStudy.Row> few = CoverageStudy.few(2000, 399);
    List<CoverageStudy.Row> fixed = CoverageStudy.fixed(2000, 399);
    List<CoverageStudy.Row> all = Stream.of(rows, few, fixed).flatMap(List::stream).toList();
    Files.createDirectories(TABLE.getParent());
    Files.writeString(TABLE, CoverageStudy.csv(all));
    assertAll(few.stream().map(r -> honest(r, 0.02 + 3 * ERROR)));
    assertAll(
        Stream.concat(rows.stream(), fixed.stream())
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
                    CoverageStudy.Target.MEAN,
                    CoverageStudy.Law.HEAVY,
                    6,
                    48,
                    "t, draws",
                    25,
                    95,
                    2,
                    3,
                    10,
                    4)));
    assertEquals(
        List.of(
            "target,law,prompts,n,method,experiments,refused,coverage,standard_error,below,above,"
                + "noted,missed_unnoted",
            "mean,heavy,6,48,\"t, draws\",125,0.2000,0.9500,0.0218,0.0200,0.0300,0.1000,0.0400"),
        Stream.of(csv.split("\n", -1)).filter(l -> !l.isEmpty()).toList());
  }
}
