package io.github.tiltbench.model.training;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.engine.network.FeatureNetwork;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.ReferenceSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the reference set of a trained classifier: its features of the first {@value #EACH} test
 * images of every class, with mean and deviation of its features over all training images.
 */
public final class ReferenceImages {
  private static final int EACH = 200;
  private static final int BATCH = 1000;

  private ReferenceImages() {}

  /** Makes it anew for the weights beside a card. */
  public static Map<String, Object> write(Path file) throws IOException {
    Card card = Card.read(file);
    if (!(card.content() instanceof ImageContent content)) {
      throw new IllegalArgumentException(file + ": a reference set is that of a classifier");
    }
    ImageContent.Data data = content.data();
    return write(
        content,
        NetworkWeights.of(card.folder()),
        Images.read(data, "train"),
        Images.read(data, "t10k"));
  }

  /**
   * Writes it beside the weights of a card.
   *
   * @return what to record of it
   */
  static Map<String, Object> write(
      ImageContent card, NetworkWeights weights, Images train, Images test) throws IOException {
    ReferenceSet set;
    try (FeatureNetwork network = new FeatureNetwork(weights.open())) {
      int[] index = first(test);
      float[][] features = features(network, test, index, 0, index.length);
      int[] labels = new int[index.length];
      for (int i = 0; i < index.length; i++) {
        labels[i] = test.labels()[index[i]];
      }
      double[][] moments = moments(network, train);
      set =
          new ReferenceSet(
              features,
              labels,
              floats(moments[0]),
              floats(moments[1]),
              weights.file().sha256(),
              "the first " + EACH + " test images of each class of " + card.data().name());
    }
    set.file().write(weights.folder().resolve(ReferenceSet.FILE));
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("reference_source", set.source());
    record.put("reference_images", set.labels().length);
    record.put("reference_features", set.centre().length);
    record.put("reference_sha256", Digests.sha256(set.file().bytes()));
    return record;
  }

  /** The first images of every class, in file order. */
  private static int[] first(Images images) {
    Map<Byte, Integer> seen = new LinkedHashMap<>();
    List<Integer> index = new ArrayList<>();
    for (int i = 0; i < images.count(); i++) {
      if (seen.merge(images.labels()[i], 1, Integer::sum) <= EACH) {
        index.add(i);
      }
    }
    return index.stream().mapToInt(Integer::intValue).toArray();
  }

  private static float[][] features(
      FeatureNetwork network, Images images, int[] index, int from, int to) {
    float[] pixels = new float[(to - from) * images.area()];
    for (int i = from; i < to; i++) {
      images.copy(index[i], pixels, i - from);
    }
    return network.of(pixels).features();
  }

  /** Mean and standard deviation of each feature over all images. */
  private static double[][] moments(FeatureNetwork network, Images images) {
    int[] index = new int[images.count()];
    Arrays.setAll(index, i -> i);
    double[] mean = null;
    double[] squares = null;
    int n = 0;
    for (int from = 0; from < index.length; from += BATCH) {
      int to = Math.min(index.length, from + BATCH);
      for (float[] row : features(network, images, index, from, to)) {
        if (mean == null) {
          mean = new double[row.length];
          squares = new double[row.length];
        }
        n++;
        for (int k = 0; k < row.length; k++) {
          double off = row[k] - mean[k];
          mean[k] += off / n;
          squares[k] += off * (row[k] - mean[k]);
        }
      }
    }
    for (int k = 0; k < squares.length; k++) {
      squares[k] = Math.sqrt(squares[k] / (n - 1));
    }
    return new double[][] {mean, squares};
  }

  private static float[] floats(double[] x) {
    float[] f = new float[x.length];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) x[i];
    }
    return f;
  }
}
