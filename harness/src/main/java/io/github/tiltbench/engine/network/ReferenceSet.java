package io.github.tiltbench.engine.network;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Features of real images that a classifier was not trained on, beside its weights: what samples
 * are held against.
 *
 * @param features one row an image, as the network gives them
 * @param labels class of each image
 * @param centre mean of each feature over the training images
 * @param scale standard deviation of each feature over the training images
 * @param weights SHA-256 of the weights file that made them
 * @param source which images, in words
 */
public record ReferenceSet(
    float[][] features,
    int[] labels,
    float[] centre,
    float[] scale,
    String weights,
    String source) {
  /** The name of the file in a model's folder. */
  public static final String FILE = "reference.safetensors";

  private static final String WEIGHTS = "weights_sha256";
  private static final String SOURCE = "source";

  /** Whether a model's folder has one. */
  public static boolean exists(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /**
   * Reads that of a model's folder.
   *
   * @throws IllegalArgumentException if the file holds something else
   */
  public static ReferenceSet read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return of(file, Safetensors.read(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The one that a file holds.
   *
   * @throws IllegalArgumentException if it holds something else
   */
  public static ReferenceSet of(Path file, Safetensors content) {
    SortedMap<String, Tensor.Floats> tensors = content.tensors();
    if (!tensors.keySet().equals(Set.of("features", "labels", "centre", "scale"))) {
      throw new IllegalArgumentException(file + ": not a reference set: " + tensors.keySet());
    }
    float[] flat = tensors.get("features").data();
    float[] labels = tensors.get("labels").data();
    int width = tensors.get("centre").data().length;
    if (flat.length != (long) labels.length * width
        || tensors.get("scale").data().length != width) {
      throw new IllegalArgumentException(
          file + ": not a reference set: features, labels, centre and scale do not fit together");
    }
    if (!content.metadata().keySet().containsAll(Set.of(WEIGHTS, SOURCE))) {
      throw new IllegalArgumentException(
          file + ": not a reference set: it does not say which weights and images made it");
    }
    float[][] rows = new float[labels.length][width];
    int[] classes = new int[labels.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(flat, i * width, rows[i], 0, width);
      classes[i] = (int) labels[i];
    }
    return new ReferenceSet(
        rows,
        classes,
        tensors.get("centre").data(),
        tensors.get("scale").data(),
        content.metadata().get(WEIGHTS),
        content.metadata().get(SOURCE));
  }

  /** The file. */
  public Safetensors file() {
    int width = centre.length;
    float[] flat = new float[features.length * width];
    float[] classes = new float[labels.length];
    for (int i = 0; i < features.length; i++) {
      System.arraycopy(features[i], 0, flat, i * width, width);
      classes[i] = labels[i];
    }
    SortedMap<String, Tensor.Floats> tensors = new TreeMap<>();
    tensors.put("features", new Tensor.Floats(flat, features.length, width));
    tensors.put("labels", new Tensor.Floats(classes, classes.length));
    tensors.put("centre", new Tensor.Floats(centre, width));
    tensors.put("scale", new Tensor.Floats(scale, width));
    return new Safetensors(tensors, Map.of(WEIGHTS, weights, SOURCE, source));
  }
}
