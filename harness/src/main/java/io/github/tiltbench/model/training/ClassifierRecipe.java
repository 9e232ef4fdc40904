package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.learning.Objective;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.TrainedNetwork;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a classifier; reports accuracy and calibration on the test images and writes its reference
 * set.
 */
final class ClassifierRecipe implements Recipe {
  private static final int BATCH = 100;
  private static final int BINS = 15;

  private final ImageContent card;
  private final Images train;
  private final Images test;
  private final int classes;

  ClassifierRecipe(ImageContent card) throws IOException {
    this.card = card;
    this.train = Images.read(card.data(), "train");
    this.test = Images.read(card.data(), "t10k");
    this.classes = card.labels().size();
  }

  @Override
  public Architecture architecture() {
    return card.architecture();
  }

  @Override
  public List<String> labels() {
    return card.labels();
  }

  @Override
  public Objective objective() {
    ImageContent.Settings training = card.training();
    return new ClassObjective(
        train,
        Recipe.draws(training, train.count()),
        classes,
        new ClassObjective.Augmentation(
            training.shift().orElseThrow(),
            training.noise().orElseThrow(),
            training.smoothing().orElseThrow()));
  }

  @Override
  public Map<String, String> notes() {
    return Map.of(TrainedNetwork.ITEM, test.item());
  }

  @Override
  public Map<String, Object> assess(NetworkWeights weights) throws IOException {
    try (TorchModule trained = weights.open().load()) {
      Map<String, Object> report = assess(trained);
      report.putAll(ReferenceImages.write(card, weights, train, test));
      return report;
    }
  }

  private Map<String, Object> assess(TorchModule trained) {
    int hits = 0;
    double nll = 0;
    double[] gap = new double[BINS];
    for (int from = 0; from < test.count(); from += BATCH) {
      int rows = Math.min(BATCH, test.count() - from);
      float[] x = new float[rows * test.area()];
      for (int row = 0; row < rows; row++) {
        test.copy(from + row, x, row);
      }
      float[] log =
          trained.forward(new Tensor.Floats(x, rows, 1, test.side(), test.side())).get(0).data();
      for (int row = 0; row < rows; row++) {
        int label = test.labels()[from + row];
        int best = best(log, row * classes, classes);
        double confidence = Math.exp(log[row * classes + best]);
        int bin = Math.min(BINS - 1, (int) (confidence * BINS));
        gap[bin] += confidence - (best == label ? 1 : 0);
        hits += best == label ? 1 : 0;
        nll -= log[row * classes + label];
      }
    }
    double calibration = 0;
    for (double g : gap) {
      calibration += Math.abs(g) / test.count();
    }
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("test_accuracy", ReportNumbers.share(hits, test.count()));
    report.put("test_nll", ReportNumbers.round(nll / test.count()));
    report.put("test_calibration_error", ReportNumbers.round(calibration));
    return report;
  }

  /** The index, from {@code offset}, of the largest of {@code count} values. */
  static int best(float[] values, int offset, int count) {
    int best = 0;
    for (int k = 1; k < count; k++) {
      if (values[offset + k] > values[offset + best]) {
        best = k;
      }
    }
    return best;
  }
}
