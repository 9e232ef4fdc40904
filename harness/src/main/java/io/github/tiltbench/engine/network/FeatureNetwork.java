package io.github.tiltbench.engine.network;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import java.util.Arrays;

/**
 * A trained classifier that gives its features beside its log-probabilities; the caller closes it.
 */
public final class FeatureNetwork implements AutoCloseable {
  /** Rows of one forward. */
  private static final int MICRO_BATCH = 64;

  private final TorchModule module;
  private final int[] item;
  private final int features;
  private final int classes;

  /**
   * Loads a classifier.
   *
   * @throws IllegalArgumentException if the network is none
   */
  public FeatureNetwork(TrainedNetwork trained) {
    if (!(trained.architecture() instanceof ClassNetwork network)) {
      throw new IllegalArgumentException("features are those of a classifier");
    }
    item = trained.item();
    features = network.features();
    classes = network.classes();
    module = TorchModule.load(network.withFeatures().archive(trained.weights()));
  }

  /**
   * What it says of some images.
   *
   * @param features the input of its last layer, one row an image
   * @param logProbabilities one row an image
   */
  public record Output(float[][] features, float[][] logProbabilities) {}

  /** Runs images, row after row, in batches. */
  public Output of(float[] images) {
    int area = Tensor.size(Arrays.stream(item).asLongStream().toArray());
    int count = images.length / area;
    float[][] rows = new float[count][];
    float[][] log = new float[count][];
    for (int from = 0; from < count; from += MICRO_BATCH) {
      int to = Math.min(count, from + MICRO_BATCH);
      float[] out = forward(Arrays.copyOfRange(images, from * area, to * area), to - from);
      for (int i = from; i < to; i++) {
        int at = (i - from) * (features + classes);
        rows[i] = Arrays.copyOfRange(out, at, at + features);
        log[i] = Arrays.copyOfRange(out, at + features, at + features + classes);
      }
    }
    return new Output(rows, log);
  }

  /** The features of some images, one row each. */
  public double[][] features(double[] images) {
    float[] rounded = new float[images.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) images[i];
    }
    float[][] single = of(rounded).features();
    double[][] rows = new double[single.length][features];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < features; k++) {
        rows[i][k] = single[i][k];
      }
    }
    return rows;
  }

  private float[] forward(float[] images, int count) {
    long[] shape = new long[item.length + 1];
    Arrays.setAll(shape, d -> d == 0 ? count : item[d - 1]);
    return module.forward(new Tensor.Floats(images, shape)).get(0).data();
  }

  @Override
  public void close() {
    module.close();
  }
}
