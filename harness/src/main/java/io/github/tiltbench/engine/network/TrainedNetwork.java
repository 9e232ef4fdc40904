package io.github.tiltbench.engine.network;

import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weights together with what is needed to run them: a weights file describes itself.
 *
 * @param labels names of the classes, in the order of their numbers; none where there are none
 * @param notes further metadata, such as the noise schedule of a diffusion model
 */
public record TrainedNetwork(
    Architecture architecture,
    List<String> labels,
    Map<String, String> notes,
    SortedMap<String, Tensor.Floats> weights) {
  /** The name of the weights file in a model's folder. */
  public static final String FILE = "weights.safetensors";

  /** The note with the shape of one state or image, such as {@code 1,28,28}. */
  public static final String ITEM = "item";

  private static final String ARCHITECTURE = "architecture";
  private static final String LABELS = "labels";

  /** What a weights file holds. */
  static TrainedNetwork of(Path file, Safetensors content) throws IOException {
    Map<String, String> notes = new TreeMap<>(content.metadata());
    String architecture = notes.remove(ARCHITECTURE);
    String labels = notes.remove(LABELS);
    if (architecture == null || labels == null) {
      throw new IOException(file + ": no architecture or labels in the metadata");
    }
    List<String> names = labels.isEmpty() ? List.of() : List.of(labels.split(",", -1));
    Architecture family = Architecture.of(file + " (architecture)", architecture);
    if (names.size() != family.classes()) {
      throw new IOException(
          file
              + ": "
              + names.size()
              + " labels in the metadata for "
              + family.classes()
              + " classes");
    }
    return new TrainedNetwork(family, names, notes, content.tensors());
  }

  /** The shape of one state or image. */
  public int[] item() {
    String note = note(ITEM);
    if (!note.matches("[1-9][0-9]{0,5}(,[1-9][0-9]{0,5}){0,7}")) {
      throw new IllegalArgumentException("the weights call their item " + note + ", not a shape");
    }
    return Arrays.stream(note.split(",", -1)).mapToInt(Integer::parseInt).toArray();
  }

  /** One of the notes. */
  public String note(String key) {
    String note = notes.get(key);
    if (note == null) {
      throw new IllegalArgumentException("the weights say nothing of their " + key);
    }
    return note;
  }

  /** The weights file. */
  public Safetensors file() {
    Map<String, String> metadata = new TreeMap<>(notes);
    metadata.put(ARCHITECTURE, architecture.json());
    metadata.put(LABELS, String.join(",", labels));
    return new Safetensors(weights, metadata);
  }

  /** Loads it in single precision, ready to run; the caller closes it. */
  public TorchModule load() {
    return load(Precision.FLOAT32);
  }

  /** Loads it, ready to run; the caller closes it. */
  public TorchModule load(Precision precision) {
    return architecture.network().load(weights, precision);
  }
}
