package io.github.tiltbench.metric.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tiltbench.verifier.OracleGolden;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Choices by the distance of a whole population from real data. */
class FrechetSweepTest {
  private static final int WIDTH = 5;

  private static <T> T read(JsonElement element, Class<T> type) {
    return new Gson().fromJson(element, type);
  }

  private static FrechetDistance.Gaussian published() {
    double[][] covariance = OracleGolden.rows("reference_covariance");
    return new FrechetDistance.Gaussian(
        OracleGolden.row("reference_mean"),
        Symmetric.root(covariance),
        Symmetric.nonNegative(covariance));
  }

  private static Moments moments(List<double[]> points) {
    Moments moments = new Moments(4);
    points.forEach(moments::add);
    return moments;
  }

  private static List<double[]> with(List<double[]> points, double[] more) {
    return Stream.concat(points.stream(), Stream.of(more)).toList();
  }

  /** Distances with each candidate added, the nearest joining those accepted. */
  @Test
  void distancesAreThosePublished() {
    List<double[]> accepted = List.of(OracleGolden.rows("accepted"));
    double[][][] candidates = read(OracleGolden.root().get("candidates"), double[][][].class);
    FrechetDistance.Gaussian gaussian = published();
    for (int slot = 0; slot < 3; slot++) {
      JsonObject step = OracleGolden.root().getAsJsonArray("steps").get(slot).getAsJsonObject();
      double before = gaussian.distance(moments(accepted));
      assertEquals(step.get("fd_before").getAsDouble(), before, 1e-9);
      List<double[]> standing = accepted;
      double[] each =
          Arrays.stream(candidates[slot])
              .mapToDouble(c -> gaussian.distance(moments(with(standing, c))))
              .toArray();
      assertArrayEquals(read(step.get("fd_with_each"), double[].class), each, 1e-9);
      int chosen = step.get("chosen").getAsInt();
      assertEquals(Arrays.stream(each).min().orElseThrow(), each[chosen]);
      influences(step, gaussian, accepted, candidates[slot]);
      accepted = with(accepted, candidates[slot][chosen]);
    }
    assertEquals(
        OracleGolden.root().get("final_fd").getAsDouble(),
        gaussian.distance(moments(accepted)),
        1e-9);
  }

  /** The published influences are minus the slopes of the distance, but for one constant. */
  private static void influences(
      JsonObject step,
      FrechetDistance.Gaussian gaussian,
      List<double[]> accepted,
      double[][] candidates) {
    double[] influence = read(step.get("influence"), double[].class);
    double[] slope =
        Arrays.stream(candidates)
            .mapToDouble(
                c ->
                    (mixed(gaussian, accepted, c, 1e-5) - mixed(gaussian, accepted, c, -1e-5))
                        / 2e-5)
            .toArray();
    for (int i = 1; i < slope.length; i++) {
      assertEquals(influence[i] - influence[0], slope[0] - slope[i], 1e-5);
    }
    int highest =
        IntStream.range(0, slope.length)
            .reduce((a, b) -> slope[b] < slope[a] ? b : a)
            .orElseThrow();
    assertEquals(step.get("influence_choice").getAsInt(), highest);
  }

  /** The distance of a law that is a candidate with a small probability, else one accepted. */
  private static double mixed(
      FrechetDistance.Gaussian gaussian, List<double[]> accepted, double[] c, double share) {
    Moments moments = moments(accepted);
    double biased = (accepted.size() - 1.0) / accepted.size();
    double[] mean = moments.mean();
    double[][] covariance = moments.covariance();
    double[] moved = new double[4];
    double[][] spread = new double[4][4];
    for (int i = 0; i < 4; i++) {
      moved[i] = mean[i] + share * (c[i] - mean[i]);
      for (int j = 0; j < 4; j++) {
        spread[i][j] =
            (1 - share) * (biased * covariance[i][j] + share * (c[i] - mean[i]) * (c[j] - mean[j]));
      }
    }
    return gaussian.distance(moved, spread);
  }

  private static final Reference REAL =
      new Reference(normals(1, 300), new int[300], List.of("real"));

  private static double[][] normals(int seed, int rows) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] points = new double[rows][3];
    for (double[] point : points) {
      Arrays.setAll(point, k -> random.nextGaussian() * (k + 1));
    }
    return points;
  }

  /** Samples that are too narrow and off their place, in families of five. */
  private static double[][] candidates(int families) {
    double[][] rows = normals(2, families * WIDTH);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = FrechetSweep.row(0, Arrays.stream(rows[i]).map(x -> 0.8 * x + 0.3).toArray());
    }
    return rows;
  }

  private static double distance(FrechetSweep sweep, double[][] rows, int[] kept) {
    return -sweep.scores(Arrays.stream(kept).mapToObj(i -> rows[i]).toArray(double[][]::new))[0];
  }

  /** Family by family no other member would have been better where it was chosen. */
  @Test
  void eachMemberIsTheNearestOfItsFamilyInItsTurn() {
    FrechetSweep sweep = new FrechetSweep(List.of(REAL));
    double[][] rows = candidates(20);
    int[] kept = sweep.keep(rows, WIDTH);
    int[] standing = IntStream.range(0, 20).map(family -> family * WIDTH).toArray();
    double first = distance(sweep, rows, standing);
    for (int family = 0; family < 20; family++) {
      int best = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int i = family * WIDTH; i < (family + 1) * WIDTH; i++) {
        standing[family] = i;
        double distance = distance(sweep, rows, standing);
        best = distance < least ? i : best;
        least = Math.min(least, distance);
      }
      standing[family] = best;
    }
    assertArrayEquals(standing, kept);
    assertTrue(distance(sweep, rows, kept) < 0.5 * first);
  }

  /** One candidate a family leaves no choice; the order of a family but changes the index. */
  @Test
  void orderWithinAFamilyChangesTheIndexAlone() {
    FrechetSweep sweep = new FrechetSweep(List.of(REAL));
    double[][] rows = candidates(20);
    assertArrayEquals(IntStream.range(0, 100).toArray(), sweep.keep(rows, 1));
    double[][] turned = rows.clone();
    for (int family = 1; family < 20; family++) { // the first of the first one stands throughout
      for (int i = 0; i < WIDTH; i++) {
        turned[family * WIDTH + i] = i == 0 ? rows[family * WIDTH] : rows[(family + 1) * WIDTH - i];
      }
    }
    int[] kept = sweep.keep(rows, WIDTH);
    int[] again = sweep.keep(turned, WIDTH);
    for (int family = 0; family < 20; family++) {
      assertArrayEquals(rows[kept[family]], turned[again[family]]);
    }
  }

  /** Each trial is held against the real data that its rows name. */
  @Test
  void everyRowNamesItsReference() {
    Reference far =
        new Reference(
            Arrays.stream(normals(3, 300))
                .map(p -> new double[] {p[0] + 9, p[1], p[2]})
                .toArray(double[][]::new),
            new int[300],
            List.of("far"));
    FrechetSweep both = new FrechetSweep(List.of(REAL, far));
    double[][] rows = candidates(20);
    double[][] other = Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    Arrays.stream(other).forEach(row -> row[0] = 1);
    assertTrue(both.scores(other)[0] < both.scores(rows)[0] - 60);
    assertArrayEquals(new FrechetSweep(List.of(REAL)).scores(rows), both.scores(rows));
  }
}
