package io.github.tiltbench.engine;

import com.google.gson.Gson;
import io.github.tiltbench.config.OwnFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A safetensors file: named tensors and a map of text metadata.
 *
 * <p>Format: eight bytes (little-endian) give the length of a JSON header, which gives each
 * tensor's {@code dtype}, {@code shape} and {@code data_offsets}; the raw data follow. Real values
 * of any width are read as single precision, whole numbers as longs; written are F32 and I64. A
 * file that does not keep to the format, or holds a value that is not finite, is refused with one
 * line that names the file and the fault.
 *
 * @param tensors real ones by name
 * @param integers whole-numbered ones by name
 * @param metadata texts by name
 */
public record Safetensors(
    SortedMap<String, Tensor.Floats> tensors,
    SortedMap<String, Tensor.Longs> integers,
    Map<String, String> metadata) {
  private static final int CHUNK = 1 << 20;

  /** A file of real tensors. */
  public Safetensors(SortedMap<String, Tensor.Floats> tensors, Map<String, String> metadata) {
    this(tensors, new TreeMap<>(), metadata);
  }

  /** Reads a file of any size. */
  public static Safetensors read(Path file) throws IOException {
    try (SafetensorsInput in = new SafetensorsInput(file)) {
      return read(in);
    }
  }

  /** Reads a file from its first byte to its last. */
  static Safetensors read(SafetensorsInput in) throws IOException {
    SafetensorsHeader header = in.header();
    SortedMap<String, Tensor.Floats> tensors = new TreeMap<>();
    SortedMap<String, Tensor.Longs> integers = new TreeMap<>();
    try {
      for (Map.Entry<String, SafetensorsHeader.Entry> tensor : header.inOrder()) {
        SafetensorsHeader.Entry entry = tensor.getValue();
        if (entry.type().real()) {
          tensors.put(tensor.getKey(), reals(in, entry, tensor.getKey()));
        } else {
          integers.put(tensor.getKey(), integers(in, entry));
        }
      }
    } catch (IllegalArgumentException e) {
      throw in.fault(e);
    }
    return new Safetensors(tensors, integers, header.metadata());
  }

  /** Reads all that follows a header and refuses values that are not finite. */
  static void check(SafetensorsInput in, SafetensorsHeader header) throws IOException {
    for (Map.Entry<String, SafetensorsHeader.Entry> tensor : header.inOrder()) {
      StoredType type = tensor.getValue().type();
      int size = Tensor.size(tensor.getValue().shape());
      for (int i = 0; i < size; i += CHUNK) {
        ByteBuffer chunk = in.next(Math.min(CHUNK, size - i) * type.bytes());
        while (type.real() && chunk.hasRemaining()) {
          if (!Float.isFinite(type.real(chunk))) {
            int at = i + chunk.position() / type.bytes() - 1;
            throw in.fault(
                new IllegalArgumentException(
                    "tensor " + tensor.getKey() + ": value " + at + " is not finite"));
          }
        }
      }
    }
  }

  private static Tensor.Floats reals(
      SafetensorsInput in, SafetensorsHeader.Entry entry, String name) throws IOException {
    StoredType type = entry.type();
    float[] values = new float[Tensor.size(entry.shape())];
    for (int i = 0; i < values.length; ) {
      int many = Math.min(CHUNK, values.length - i);
      ByteBuffer chunk = in.next(many * type.bytes());
      for (int end = i + many; i < end; i++) {
        values[i] = type.real(chunk);
        if (!Float.isFinite(values[i])) {
          throw new IllegalArgumentException("tensor " + name + ": value " + i + " is not finite");
        }
      }
    }
    return new Tensor.Floats(values, entry.shape());
  }

  private static Tensor.Longs integers(SafetensorsInput in, SafetensorsHeader.Entry entry)
      throws IOException {
    StoredType type = entry.type();
    long[] values = new long[Tensor.size(entry.shape())];
    for (int i = 0; i < values.length; ) {
      int many = Math.min(CHUNK, values.length - i);
      ByteBuffer chunk = in.next(many * type.bytes());
      for (int end = i + many; i < end; i++) {
        values[i] = type.whole(chunk);
      }
    }
    return new Tensor.Longs(values, entry.shape());
  }

  /** Writes the file beside its place and renames it, so that no reader sees half of it. */
  public void write(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Files.createDirectories(absolute.getParent());
    OwnFiles.write(absolute, bytes());
  }

  /** The file's content; tensors in the order of their names, real ones first. */
  public byte[] bytes() {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put(SafetensorsHeader.METADATA, new TreeMap<>(metadata));
    }
    long offset = 0;
    for (Map.Entry<String, Tensor.Floats> entry : tensors.entrySet()) {
      long end = offset + 4L * entry.getValue().data().length;
      header.put(entry.getKey(), item("F32", entry.getValue().shape(), offset, end));
      offset = end;
    }
    for (Map.Entry<String, Tensor.Longs> entry : integers.entrySet()) {
      long end = offset + 8L * entry.getValue().data().length;
      header.put(entry.getKey(), item("I64", entry.getValue().shape(), offset, end));
      offset = end;
    }
    byte[] text = padded(new Gson().toJson(header)).getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(Math.toIntExact(SafetensorsInput.LENGTH_BYTES + text.length + offset))
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(text.length).put(text);
    for (Tensor.Floats tensor : tensors.values()) {
      out.asFloatBuffer().put(tensor.data());
      out.position(out.position() + 4 * tensor.data().length);
    }
    for (Tensor.Longs tensor : integers.values()) {
      out.asLongBuffer().put(tensor.data());
      out.position(out.position() + 8 * tensor.data().length);
    }
    return out.array();
  }

  /** A header with blanks behind it, so that the data are aligned. */
  static String padded(String json) {
    int length = json.getBytes(StandardCharsets.UTF_8).length;
    return json + " ".repeat(-length & SafetensorsInput.LENGTH_BYTES - 1);
  }

  /** What a header says of a tensor. */
  static Map<String, Object> item(String type, long[] shape, long from, long to) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("dtype", type);
    item.put("shape", shape);
    item.put("data_offsets", new long[] {from, to});
    return item;
  }
}
