package io.github.tiltbench.verifier.published;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TensorFile;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code weight . e + bias} of features e: the head of the aesthetic predictors of LAION.
 *
 * <p>The second version has five linear layers with nothing between them when it is used, which are
 * one affine map. Sources: LAION-AI/aesthetic-predictor; christophschuhmann/
 * improved-aesthetic-predictor.
 */
record AffineHead(double[] weight, double bias) implements FeatureHead {
  private static final int[] LINEAR = {0, 2, 4, 6, 7};

  /**
   * The head in a file: {@code weight} and {@code bias}, or {@code layers.0} to {@code layers.7}.
   *
   * @param features how many there are
   * @throws IllegalArgumentException if it is no affine map of so many
   */
  static AffineHead of(TensorFile file, int features) {
    SortedMap<String, Tensor.Floats> tensors = file.open().tensors();
    SortedMap<Integer, String> layers = new TreeMap<>();
    tensors.keySet().stream()
        .filter(key -> key.matches("layers\\.[0-9]{1,3}\\.weight"))
        .forEach(key -> layers.put(Integer.valueOf(key.split("\\.", -1)[1]), key));
    int[] found = layers.keySet().stream().mapToInt(Integer::intValue).toArray();
    if (!layers.isEmpty() && !Arrays.equals(found, LINEAR)) {
      throw new IllegalArgumentException(
          "head "
              + file.file()
              + " has layers "
              + layers.keySet()
              + ", between which there are activations: only "
              + Arrays.toString(LINEAR)
              + " are an affine map");
    }
    String[] stems =
        layers.isEmpty()
            ? new String[] {""}
            : layers.keySet().stream().map(i -> "layers." + i + ".").toArray(String[]::new);
    if (tensors.size() != 2 * stems.length) {
      throw new IllegalArgumentException(
          "head " + file.file() + " has tensors " + tensors.keySet() + ", not those of a head");
    }
    double[] weight = {1};
    double bias = 0;
    for (int i = stems.length - 1; i >= 0; i--) {
      double[] b = tensor(tensors, stems[i] + "bias", file);
      double[] w = tensor(tensors, stems[i] + "weight", file);
      if (b.length != weight.length || w.length % b.length != 0) {
        throw new IllegalArgumentException(
            "head " + file.file() + ": the layers " + stems[i] + "* do not fit together");
      }
      bias += dot(weight, b);
      weight = times(weight, w);
    }
    if (weight.length != features) {
      throw new IllegalArgumentException(
          "head "
              + file.file()
              + " is for embeddings of "
              + weight.length
              + " features, those of the tower have "
              + features);
    }
    return new AffineHead(weight, bias);
  }

  private static double[] tensor(Map<String, Tensor.Floats> tensors, String key, TensorFile file) {
    Tensor.Floats tensor = tensors.get(key);
    if (tensor == null) {
      throw new IllegalArgumentException("head " + file.file() + " has no " + key);
    }
    double[] values = new double[tensor.data().length];
    Arrays.setAll(values, i -> tensor.data()[i]);
    return values;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** A row times a matrix. */
  private static double[] times(double[] row, double[] matrix) {
    double[] product = new double[matrix.length / row.length];
    for (int i = 0; i < matrix.length; i++) {
      product[i % product.length] += row[i / product.length] * matrix[i];
    }
    return product;
  }

  @Override
  public double score(float[] features, Condition condition) {
    double sum = bias;
    for (int i = 0; i < weight.length; i++) {
      sum += weight[i] * features[i];
    }
    return sum;
  }

  @Override
  public float[] slope(float[] features, Condition condition) {
    float[] slope = new float[weight.length];
    for (int i = 0; i < slope.length; i++) {
      slope[i] = (float) weight[i];
    }
    return slope;
  }
}
