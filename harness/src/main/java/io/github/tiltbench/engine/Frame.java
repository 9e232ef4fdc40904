package io.github.tiltbench.engine;

import com.google.gson.Gson;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A message to or from another program: texts by name and arrays by name, written as the content of
 * a safetensors file whose metadata the texts are.
 *
 * <p>Unlike the weights of a network, values may be of double precision and need not be finite.
 *
 * @param fields texts by name
 * @param tensors arrays by name
 */
public record Frame(Map<String, String> fields, Map<String, Values> tensors) {
  /** The most bytes that a message may have: an array's limit. */
  public static final int MOST = Integer.MAX_VALUE - 16;

  /** Copies both maps. */
  public Frame {
    fields = new TreeMap<>(fields);
    tensors = new LinkedHashMap<>(tensors);
  }

  /**
   * A row-major array.
   *
   * @param data its values
   * @param single whether it is written in single precision
   * @param shape extents
   */
  public record Values(double[] data, boolean single, long... shape) {
    /** Refuses a shape that does not hold the values. */
    public Values {
      if (data.length != Tensor.size(shape)) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(shape) + " does not hold " + data.length + " values");
      }
    }

    private int bytes() {
      return Math.multiplyExact(data.length, single ? Float.BYTES : Double.BYTES);
    }
  }

  /** The content of the safetensors file. */
  public byte[] bytes() {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put(SafetensorsHeader.METADATA, fields);
    long end = 0;
    for (Map.Entry<String, Values> tensor : tensors.entrySet()) {
      Values values = tensor.getValue();
      long from = end;
      end += values.bytes();
      header.put(
          tensor.getKey(),
          Map.of(
              "dtype",
              (values.single ? StoredType.F32 : StoredType.F64).name(),
              "shape",
              values.shape,
              "data_offsets",
              new long[] {from, end}));
    }
    byte[] json = new Gson().toJson(header).getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(Math.toIntExact(SafetensorsInput.LENGTH_BYTES + json.length + end))
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(json.length).put(json);
    for (Values values : tensors.values()) {
      for (double value : values.data) {
        if (values.single) {
          out.putFloat((float) value);
        } else {
          out.putDouble(value);
        }
      }
    }
    return out.array();
  }

  /**
   * Reads the content of a safetensors file.
   *
   * @throws IllegalArgumentException naming the fault
   */
  public static Frame parse(byte[] content) {
    ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (content.length < SafetensorsInput.LENGTH_BYTES) {
      throw new IllegalArgumentException("shorter than the length of a header");
    }
    long length = in.getLong();
    if (length < 2 || length > in.remaining()) {
      throw new IllegalArgumentException(
          "header length " + length + " in " + content.length + " bytes");
    }
    byte[] json = new byte[(int) length];
    in.get(json);
    SafetensorsHeader header = SafetensorsHeader.parse(json, in.remaining());
    Map<String, Values> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, SafetensorsHeader.Entry> tensor : header.inOrder()) {
      SafetensorsHeader.Entry entry = tensor.getValue();
      double[] values = new double[Tensor.size(entry.shape())];
      for (int i = 0; i < values.length; i++) {
        values[i] = entry.type().value(in);
      }
      tensors.put(tensor.getKey(), new Values(values, false, entry.shape()));
    }
    return new Frame(header.metadata(), tensors);
  }
}
