package io.github.tiltbench.verifier.published;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TensorFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The logit, or the log-probability, of the class that a sample was asked to be.
 *
 * @param labels names of the classes, by number; a class may be asked for by its number too
 * @param wording which class
 * @param classifier from features to logits, where the network does not give logits itself
 * @param probability whether it is the log-probability
 */
record LabelHead(
    List<String> labels, Wording wording, Optional<Classifier> classifier, boolean probability)
    implements FeatureHead {

  /** A linear map from the features of one layer or of the last four. */
  record Classifier(float[] weight, float[] bias) {
    private static final int LAYERS = 4;

    /**
     * The map in a file.
     *
     * @param width features of a token
     * @throws IllegalArgumentException if it is none
     */
    static Classifier of(TensorFile file, int width) {
      Map<String, Tensor.Floats> tensors = file.open().tensors();
      Tensor.Floats weight = tensors.get("weight");
      Tensor.Floats bias = tensors.get("bias");
      long one = 2L * width;
      long more = (LAYERS + 1L) * width;
      if (weight == null
          || bias == null
          || tensors.size() != 2
          || weight.shape().length != 2
          || weight.shape()[0] != bias.data().length
          || (weight.shape()[1] != one && weight.shape()[1] != more)) {
        throw new IllegalArgumentException(
            "head %s is no classifier of the model: weight [classes, %d or %d] and bias [classes]"
                    .formatted(file.file(), one, more)
                + " are wanted");
      }
      return new Classifier(weight.data(), bias.data());
    }

    /** The number of features. */
    int features() {
      return weight.length / bias.length;
    }

    double[] logits(float[] features) {
      double[] logits = new double[bias.length];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = bias[i];
        for (int j = 0; j < features.length; j++) {
          logits[i] += (double) weight[i * features.length + j] * features[j];
        }
      }
      return logits;
    }

    float[] pullback(double[] slope, int features) {
      float[] back = new float[features];
      for (int j = 0; j < features; j++) {
        double sum = 0;
        for (int i = 0; i < slope.length; i++) {
          sum += slope[i] * weight[i * features + j];
        }
        back[j] = (float) sum;
      }
      return back;
    }
  }

  @Override
  public double score(float[] features, Condition condition) {
    double[] logits = logits(features);
    int asked = asked(condition, logits.length);
    return probability ? logits[asked] - logSum(logits) : logits[asked];
  }

  @Override
  public float[] slope(float[] features, Condition condition) {
    double[] logits = logits(features);
    double[] slope = new double[logits.length];
    if (probability) {
      double logSum = logSum(logits);
      for (int i = 0; i < slope.length; i++) {
        slope[i] = -Math.exp(logits[i] - logSum);
      }
    }
    slope[asked(condition, logits.length)] += 1;
    if (classifier.isPresent()) {
      return classifier.get().pullback(slope, features.length);
    }
    float[] own = new float[slope.length];
    for (int i = 0; i < own.length; i++) {
      own[i] = (float) slope[i];
    }
    return own;
  }

  private double[] logits(float[] features) {
    if (classifier.isPresent()) {
      return classifier.get().logits(features);
    }
    double[] logits = new double[features.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = features[i];
    }
    return logits;
  }

  private static double logSum(double[] logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - most);
    }
    return most + Math.log(sum);
  }

  private int asked(Condition condition, int classes) {
    return number(wording.of(condition), labels, classes);
  }

  /**
   * The number of a class.
   *
   * @throws IllegalArgumentException if there is none of this name or number
   */
  static int number(String text, List<String> labels, int classes) {
    int label = labels.indexOf(text);
    if (label < 0 && text.matches("[0-9]{1,6}")) {
      label = Integer.parseInt(text);
    }
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "there is no class '" + text + "' among the " + classes + " of the classifier");
    }
    return label;
  }
}
