package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.stats.SequentialStudy.Coverage;
import io.github.tiltbench.stats.SequentialStudy.Law;
import io.github.tiltbench.stats.SequentialStudy.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** How often the truth lies in the interval at every look of a run. */
class SequentialCoverageTest {
  private static final Path FOLDER = Path.of("target");

  /** 200 runs a line have a standard error of 1.5 %; three of them are allowed. */
  @Test
  void allLooksCoverAndAFixedIntervalDoesNot() {
    List<Coverage> rows =
        List.of(
            SequentialStudy.coverage(Target.MEDIAN, Law.NORMAL, 200, 16, 128),
            SequentialStudy.coverage(Target.UPPER_DECILE, Law.ZERO_INFLATED, 200, 16, 128),
            SequentialStudy.coverage(Target.MEDIAN, Law.CLUSTERED, 200, 16, 64),
            SequentialStudy.coverage(Target.SHARE, Law.BINARY, 200, 16, 128),
            SequentialStudy.coverage(Target.MEAN, Law.NORMAL, 200, 256, 1024),
            SequentialStudy.coverage(Target.MEAN, Law.CLUSTERED_LOGNORMAL, 200, 64, 256));
    assertAll(
        rows.stream().map(r -> (Executable) () -> assertTrue(r.all() >= 0.95 - 0.046, "" + r)));
    assertAll(rows.stream().map(r -> (Executable) () -> assertTrue(r.naive() < 0.9, "" + r)));
  }

  /**
   * The whole study of 1,000 runs a line, which takes minutes: each covers 94 %. It leaves its
   * tables in {@code target/sequential.csv} and {@code target/stopping.csv}.
   */
  @Test
  @Tag("slow")
  void precisely() throws IOException {
    List<Coverage> rows = SequentialStudy.coverages(1000, 512, 2048);
    Files.createDirectories(FOLDER);
    Files.writeString(FOLDER.resolve("sequential.csv"), SequentialStudy.csv(rows));
    Files.writeString(
        FOLDER.resolve("stopping.csv"), SequentialStudy.stopsCsv(SequentialStudy.stops(1000)));
    assertAll(rows.stream().map(r -> (Executable) () -> assertTrue(r.all() >= 0.94, "" + r)));
    assertAll(
        rows.stream()
            .filter(r -> r.target() != Target.MEDIAN || r.law() != Law.ZERO_INFLATED) // surely 0
            .map(r -> (Executable) () -> assertTrue(r.naive() < 0.9, "" + r)));
  }

  /** The study takes the short way for clusters: what it counts as covered is in the interval. */
  @Test
  void anIntervalHoldsWhateverThereIsLittleEvidenceAgainst() {
    SplittableRandom r = new SplittableRandom(8);
    double[] nodes = QuantileSequence.nodes(0.5);
    for (int run = 0; run < 20; run++) {
      double[][] rounds =
          IntStream.range(0, 40).mapToObj(i -> r.doubles(4).toArray()).toArray(double[][]::new);
      double[] ends = SequentialStudy.uniform(Target.MEDIAN, Law.CLUSTERED, rounds, 40);
      for (double q : new double[] {0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7}) {
        double[] below =
            Arrays.stream(rounds)
                .mapToDouble(x -> Arrays.stream(x).filter(v -> v <= q).count() / 4.0)
                .toArray();
        boolean kept = Bets.ofRounds(below, 0.5, nodes) < Math.log(20);
        assertEquals(kept, ends[0] <= q && q < ends[1], "run " + run + ", " + q);
      }
    }
  }

  @Test
  void tablesHaveALineForEachRow() {
    assertEquals(
        "target,law,first_round,last_round,looks,studies,coverage,standard_error,"
            + "fixed_n_coverage,fixed_n_standard_error\n"
            + "upper-decile,zero-inflated,16,512,32,100,0.960,0.020,0.500,0.050\n",
        SequentialStudy.csv(
            List.of(
                new Coverage(
                    Target.UPPER_DECILE, Law.ZERO_INFLATED, 16, 512, 32, 100, 0.96, 0.5))));
    assertEquals(
        "wins,0.4,16,4096,100,60,58,62,100,1.000,50,115",
        SequentialStudy.stopsCsv(
                List.of(
                    new SequentialStudy.Stop("wins", 0.4, 16, 4096, 100, 60, 1, 100, 1, 50, 115)))
            .split("\n", -1)[1]);
  }
}
