package io.github.tiltbench.engine.bundle;

import io.github.tiltbench.engine.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The variables of single precision that TensorFlow saved in one file, by the index that goes with
 * it ({@code variables.index}).
 *
 * <p>Source: tensorflow, core/protobuf/tensor_bundle.proto.
 *
 * @param tensors by name
 */
public record TensorBundle(SortedMap<String, Entry> tensors) {
  private static final int FLOAT = 1;

  /**
   * Where a variable lies.
   *
   * @param shape extents
   * @param from its first byte in the file of values, where they are little-endian
   * @param bytes how many it has
   * @param checksum masked CRC-32C of them
   */
  public record Entry(long[] shape, long from, int bytes, int checksum) {}

  /** Takes what is done with a variable. */
  public interface Reader {
    /** Reads one variable, whose values are right by their checksum. */
    void read(String name, byte[] values) throws IOException;
  }

  /**
   * The variables that an index names.
   *
   * @throws IllegalArgumentException in one line that names the variable and the fault
   */
  public static TensorBundle of(byte[] index) {
    try {
      return read(index);
    } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException e) {
      throw new IllegalArgumentException("the index is cut short or damaged", e);
    }
  }

  private static TensorBundle read(byte[] index) {
    SortedMap<String, Entry> tensors = new TreeMap<>();
    for (Map.Entry<String, ByteBuffer> each : LevelTable.read(index).entrySet()) {
      if (each.getKey().isEmpty()) {
        requirePlain(each.getValue());
      } else {
        tensors.put(each.getKey(), entry(each.getKey(), each.getValue()));
      }
    }
    return new TensorBundle(Collections.unmodifiableSortedMap(tensors));
  }

  private static void requirePlain(ByteBuffer header) {
    for (Wire.Field field : Wire.fields(header)) {
      if (field.number() == 1 && field.value() != 1) {
        throw new IllegalArgumentException("the values lie in " + field.value() + " files");
      }
      if (field.number() == 2 && field.value() != 0) {
        throw new IllegalArgumentException("the values are big-endian");
      }
    }
  }

  private static Entry entry(String name, ByteBuffer message) {
    List<Long> shape = new ArrayList<>();
    long type = 0;
    long from = 0;
    long bytes = 0;
    int checksum = 0;
    for (Wire.Field field : Wire.fields(message)) {
      switch (field.number()) {
        case 1 -> type = field.value();
        case 2 -> shape.addAll(extents(field.bytes()));
        case 4 -> from = field.value();
        case 5 -> bytes = field.value();
        case 6 -> checksum = (int) field.value();
        default -> {
          // nothing else is said of a whole variable of one file
        }
      }
    }
    long[] extents = shape.stream().mapToLong(Long::longValue).toArray();
    if (type != FLOAT) {
      throw new IllegalArgumentException(
          "variable " + name + ": its type is number " + type + ", not single precision");
    }
    if (from < 0
        || Arrays.stream(extents).anyMatch(e -> e < 0)
        || bytes != 4L * Tensor.size(extents)) {
      throw new IllegalArgumentException(
          "variable " + name + ": " + bytes + " bytes do not fill its shape " + shape);
    }
    return new Entry(extents, from, Math.toIntExact(bytes), checksum);
  }

  private static List<Long> extents(ByteBuffer shape) {
    List<Long> extents = new ArrayList<>();
    for (Wire.Field dimension : Wire.fields(shape)) {
      if (dimension.number() == 2) {
        long extent = 0;
        for (Wire.Field field : Wire.fields(dimension.bytes())) {
          extent = field.number() == 1 ? field.value() : extent;
        }
        extents.add(extent);
      }
    }
    return extents;
  }

  /**
   * Reads all variables in the order in which they lie.
   *
   * @param values the file of values from its first byte on
   * @throws IOException in one line that names the variable and the fault
   */
  public void read(InputStream values, Reader reader) throws IOException {
    long at = 0;
    List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(tensors.entrySet());
    inOrder.sort(Comparator.comparingLong(e -> e.getValue().from));
    for (Map.Entry<String, Entry> each : inOrder) {
      Entry entry = each.getValue();
      if (entry.from < at) {
        throw new IOException("variable " + each.getKey() + ": it overlaps with another");
      }
      values.skipNBytes(entry.from - at);
      byte[] bytes = values.readNBytes(entry.bytes);
      if (bytes.length < entry.bytes) {
        throw new IOException("variable " + each.getKey() + ": its values are cut short");
      }
      if (Wire.checksum(ByteBuffer.wrap(bytes)) != entry.checksum) {
        throw new IOException("variable " + each.getKey() + ": its values have another checksum");
      }
      reader.read(each.getKey(), bytes);
      at = entry.from + entry.bytes;
    }
  }
}
