package io.github.tiltbench.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a text encoder made of prompts: a safetensors file with one tensor of single precision a
 * prompt, named by it, all of one shape.
 *
 * @param tensors by prompt
 */
public record Embeddings(Map<String, Tensor.Floats> tensors) {
  /** Refuses an empty file and tensors of several shapes. */
  public Embeddings {
    tensors = Map.copyOf(tensors);
    if (tensors.values().stream().map(t -> Arrays.toString(t.shape())).distinct().count() != 1) {
      throw new IllegalArgumentException("embeddings must be tensors of one shape, at least one");
    }
  }

  /** Those in a file. */
  public static Embeddings of(TensorFile file) {
    return new Embeddings(file.open().tensors());
  }

  /** Whether it has a prompt. */
  public boolean knows(String prompt) {
    return tensors.containsKey(prompt);
  }

  /**
   * One row a prompt.
   *
   * @throws IllegalArgumentException for a prompt it does not have
   */
  public Tensor.Floats rows(List<String> prompts) {
    long[] item = tensors.values().iterator().next().shape();
    int width = Tensor.size(item);
    float[] data = new float[prompts.size() * width];
    for (int i = 0; i < prompts.size(); i++) {
      Tensor.Floats row = tensors.get(prompts.get(i));
      if (row == null) {
        throw new IllegalArgumentException("no embedding of '" + prompts.get(i) + "'");
      }
      System.arraycopy(row.data(), 0, data, i * width, width);
    }
    long[] shape = new long[item.length + 1];
    Arrays.setAll(shape, d -> d == 0 ? prompts.size() : item[d - 1]);
    return new Tensor.Floats(data, shape);
  }
}
