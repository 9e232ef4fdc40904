package io.github.tiltbench.engine;

import java.util.ArrayList;
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
    List<Tensor.Floats> rows = new ArrayList<>();
    for (String prompt : prompts) {
      Tensor.Floats row = tensors.get(prompt);
      if (row == null) {
        throw new IllegalArgumentException("no embedding of '" + prompt + "'");
      }
      rows.add(row);
    }
    return stacked(rows);
  }

  /** Tensors of one shape, at least one, as the rows of a larger one. */
  public static Tensor.Floats stacked(List<Tensor.Floats> rows) {
    long[] item = rows.get(0).shape();
    int width = Tensor.size(item);
    float[] data = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i).data(), 0, data, i * width, width);
    }
    long[] shape = new long[item.length + 1];
    Arrays.setAll(shape, d -> d == 0 ? rows.size() : item[d - 1]);
    return new Tensor.Floats(data, shape);
  }
}
