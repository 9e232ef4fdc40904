package io.github.tiltbench.metric.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.ReferenceSet;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.metric.sample.Cloud;
import io.github.tiltbench.metric.sample.Distance;
import io.github.tiltbench.metric.sample.FrechetDistance;
import io.github.tiltbench.metric.sample.KernelDistance;
import io.github.tiltbench.metric.sample.Neighbours;
import io.github.tiltbench.metric.sample.Points;
import io.github.tiltbench.metric.sample.Reference;
import io.github.tiltbench.stats.Estimate;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether the shipped classifier is fit to compare images by: on 300 test images of Fashion-MNIST,
 * 30 a class, none of them in the reference set.
 */
class NetworkFeaturesTest {
  private static final Path JUDGE = Path.of("../datasets/models/fashion-judge").normalize();
  private static final int SIDE = 28;
  private static final int AREA = SIDE * SIDE;
  private static final int EACH = 30;
  private static final List<Double> LEVELS = List.of(0.0, 0.4, 0.6, 0.8, 1.0);

  private static double[][] images;
  private static Extractor judge;

  @BeforeAll
  static void open() throws IOException {
    BufferedImage sheet = ImageIO.read(NetworkFeaturesTest.class.getResource("fashion-mnist.png"));
    images = new double[10 * EACH][AREA];
    for (int i = 0; i < images.length; i++) {
      for (int p = 0; p < AREA; p++) {
        int x = i % EACH * SIDE + p % SIDE;
        int y = i / EACH * SIDE + p / SIDE;
        images[i][p] = sheet.getRaster().getSample(x, y, 0) / 127.5 - 1;
      }
    }
    judge = new NetworkFeatures(NetworkWeights.of(JUDGE)).open();
  }

  @AfterAll
  static void close() {
    judge.close();
  }

  private static Features features(double[][] pictures) {
    double[] flat = Arrays.stream(pictures).flatMapToDouble(Arrays::stream).toArray();
    return judge.of(new Batch.Reals(flat, new int[] {1, SIDE, SIDE}));
  }

  private static Reference reference() {
    return judge.reference().orElseThrow();
  }

  /** Ten trials, each with every tenth picture. */
  private static Cloud cloud(double[][] pictures) {
    double[][] points = features(pictures).points();
    int trials = 10;
    List<Points> dealt =
        IntStream.range(0, trials)
            .mapToObj(
                t ->
                    Points.of(
                        "-",
                        IntStream.range(0, points.length)
                            .filter(i -> i % trials == t)
                            .mapToObj(i -> points[i])
                            .toArray(double[][]::new)))
            .toList();
    return new Cloud(dealt, false);
  }

  private static Estimate.Interval value(Distance<Reference> distance, Cloud cloud) {
    Estimate e = distance.estimate(cloud, reference(), 0.95);
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  private static double[][] map(IntFunction<double[]> change) {
    return IntStream.range(0, images.length).mapToObj(change).toArray(double[][]::new);
  }

  private static double[] noisy(int i, double level) {
    SplittableRandom random = new SplittableRandom(i);
    return Arrays.stream(images[i])
        .map(v -> Math.max(-1, Math.min(1, v + 0.5 * level * random.nextGaussian())))
        .toArray();
  }

  /** A Gaussian of up to two pixels, along the lines and along the columns. */
  private static double[] blurred(int i, double level) {
    return level == 0 ? images[i] : blurred(blurred(images[i], level, 1), level, SIDE);
  }

  private static double[] blurred(double[] image, double level, int stride) {
    double[] out = new double[AREA];
    for (int p = 0; p < AREA; p++) {
      int at = p / stride % SIDE;
      double sum = 0;
      double total = 0;
      for (int q = 0; q < SIDE; q++) {
        double w = Math.exp(-(q - at) * (q - at) / (8 * level * level));
        sum += w * image[p + (q - at) * stride];
        total += w;
      }
      out[p] = sum / total;
    }
    return out;
  }

  /** A grey square of up to 14 pixels in the middle. */
  private static double[] covered(int i, double level) {
    double[] out = images[i].clone();
    int half = (int) (7 * level);
    for (int p = 0; p < AREA; p++) {
      int off = Math.max(Math.abs(p / SIDE - 14), Math.abs(p % SIDE - 14));
      out[p] = off < half ? 0 : out[p];
    }
    return out;
  }

  @Test
  void realImagesAreWithinTwoFloorsOfRealImages() {
    Cloud real = cloud(images);
    String method = value(new FrechetDistance(), real).method();
    assertTrue(method.endsWith("not resolved from zero"), method);
    assertEquals(1, value(new Neighbours(Neighbours.What.DENSITY), real).value(), 0.25);
    assertTrue(value(new Neighbours(Neighbours.What.COVERAGE), real).value() > 0.9);
  }

  /** Half a pixel of blur is not seen in 300 images; from 0.8 on every level is. */
  @Test
  void distancesRiseWithEveryKindOfDamage() {
    assertRising("noise", level -> map(i -> noisy(i, level)));
    assertRising("blur", level -> map(i -> blurred(i, level)));
    assertRising("occlusion", level -> map(i -> covered(i, level)));
    assertRising(
        "classes left out",
        level -> Arrays.copyOf(images, (int) Math.round((1 - level / 2) * images.length)));
  }

  private interface Damage {
    double[][] at(double level);
  }

  private static void assertRising(String what, Damage damage) {
    List<Cloud> clouds = LEVELS.stream().map(l -> cloud(damage.at(l))).toList();
    for (Distance<Reference> distance :
        List.of(new FrechetDistance(), new KernelDistance(KernelDistance.Kernel.CUBIC))) {
      double[] values = clouds.stream().mapToDouble(c -> value(distance, c).value()).toArray();
      for (int k = 1; k < values.length; k++) {
        assertTrue(
            values[k] > values[k - 1],
            () -> distance.name() + " of " + what + ": " + Arrays.toString(values));
      }
    }
  }

  @Test
  void probabilitiesAreThoseOfTheClassifier() {
    double[][] p = features(images).probabilities();
    int hits = 0;
    for (int i = 0; i < p.length; i++) {
      assertEquals(1, Arrays.stream(p[i]).sum(), 1e-5);
      hits += p[i][i / EACH] > 0.5 ? 1 : 0;
    }
    // 91 % of test images; four standard errors of 300 draws are 6.6 %
    assertTrue(hits >= 0.84 * p.length, hits + " of " + p.length);
  }

  @Test
  void anotherNetworksReferenceIsRefused(@TempDir Path folder) throws IOException {
    Files.copy(JUDGE.resolve(TrainedNetwork.FILE), folder.resolve(TrainedNetwork.FILE));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new NetworkFeatures(NetworkWeights.of(folder)))
            .getMessage()
            .startsWith("path has no reference.safetensors"));
    ReferenceSet set = ReferenceSet.read(JUDGE);
    new ReferenceSet(
            set.features(), set.labels(), set.centre(), set.scale(), "0".repeat(64), set.source())
        .file()
        .write(folder.resolve(ReferenceSet.FILE));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new NetworkFeatures(NetworkWeights.of(folder)).open())
            .getMessage()
            .endsWith("the reference set is not of these weights; make it anew"));
  }

  @Test
  void sequencesAreOneHotAndLargeSamplesNeedAnExtractor() {
    Raw tokens = new Raw(new StateSpace.Sequence(2, Vocabulary.ids(3)));
    double[][] points = tokens.of(new Batch.Tokens(new int[] {2, 0, 1, 1}, 2)).points();
    assertEquals("[0.0, 0.0, 1.0, 1.0, 0.0, 0.0]", Arrays.toString(points[0]));
    assertEquals("[0.0, 1.0, 0.0, 0.0, 1.0, 0.0]", Arrays.toString(points[1]));
    Raw raw = new Raw(new StateSpace.Euclidean(new int[] {1, SIDE, SIDE}));
    Batch image = new Batch.Reals(images[0], new int[] {1, SIDE, SIDE});
    assertThrows(IllegalArgumentException.class, () -> raw.of(image));
    assertThrows(
        IllegalArgumentException.class,
        () -> judge.of(new Batch.Reals(new double[4], new int[] {2, 2})));
  }
}
