package io.github.tiltbench.engine;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A safetensors file: named float32 tensors and a map of text metadata.
 *
 * <p>Format: eight bytes (little-endian) give the length of a JSON header, which gives each
 * tensor's {@code dtype}, {@code shape} and {@code data_offsets}; the raw data follow. A file this
 * reader cannot trust is refused with one line that names the file and the fault.
 */
public record Safetensors(SortedMap<String, Tensor.Floats> tensors, Map<String, String> metadata) {
  private static final int LENGTH_BYTES = 8;
  private static final long MAX_HEADER = 100_000_000; // the format's own limit
  private static final String METADATA = "__metadata__";

  /** Reads a file. */
  public static Safetensors read(Path file) throws IOException {
    try {
      return parse(Files.readAllBytes(file));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Reads the metadata of a file and nothing else. */
  public static Map<String, String> readMetadata(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      readFully(channel, length);
      long size = headerLength(length.flip(), channel.size());
      ByteBuffer header = ByteBuffer.allocate((int) size);
      readFully(channel, header);
      return metadata(header(header.array(), 0, (int) size));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer target) throws IOException {
    while (target.hasRemaining() && channel.read(target) >= 0) {}
  }

  /** Writes the file beside its place and renames it, so that no reader sees half of it. */
  public void write(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path part = absolute.resolveSibling(absolute.getFileName() + ".part");
    Files.createDirectories(absolute.getParent());
    Files.write(part, bytes());
    Files.move(part, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The file's content; tensors in the order of their names. */
  public byte[] bytes() {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put(METADATA, new TreeMap<>(metadata));
    }
    long offset = 0;
    for (Map.Entry<String, Tensor.Floats> entry : tensors.entrySet()) {
      long end = offset + 4L * entry.getValue().data().length;
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("dtype", "F32");
      item.put("shape", entry.getValue().shape());
      item.put("data_offsets", new long[] {offset, end});
      header.put(entry.getKey(), item);
      offset = end;
    }
    String json = new Gson().toJson(header);
    int unaligned = json.getBytes(StandardCharsets.UTF_8).length % LENGTH_BYTES;
    byte[] text =
        (json + " ".repeat(unaligned == 0 ? 0 : LENGTH_BYTES - unaligned))
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(Math.toIntExact(LENGTH_BYTES + text.length + offset))
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(text.length).put(text);
    for (Tensor.Floats tensor : tensors.values()) {
      out.asFloatBuffer().put(tensor.data());
      out.position(out.position() + 4 * tensor.data().length);
    }
    return out.array();
  }

  /**
   * Reads a file's content.
   *
   * @throws IllegalArgumentException naming the fault
   */
  public static Safetensors parse(byte[] content) {
    ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int length = headerLength(in, content.length);
    JsonObject header = header(content, LENGTH_BYTES, length);
    ByteBuffer data = in.position(LENGTH_BYTES + length).slice();
    SortedMap<String, Tensor.Floats> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry : header.entrySet()) {
      if (!entry.getKey().equals(METADATA)) {
        try {
          tensors.put(entry.getKey(), tensor(entry.getValue().getAsJsonObject(), data));
        } catch (RuntimeException e) {
          throw new IllegalArgumentException("tensor " + entry.getKey() + ": " + e.getMessage(), e);
        }
      }
    }
    return new Safetensors(tensors, metadata(header));
  }

  private static int headerLength(ByteBuffer in, long fileSize) {
    if (in.remaining() < LENGTH_BYTES) {
      throw new IllegalArgumentException("not a safetensors file: shorter than its length field");
    }
    long length = in.getLong();
    if (length < 2 || length > Math.min(MAX_HEADER, fileSize - LENGTH_BYTES)) {
      throw new IllegalArgumentException(
          "not a safetensors file: header length " + length + " in " + fileSize + " bytes");
    }
    return (int) length;
  }

  private static Map<String, String> metadata(JsonObject header) {
    Map<String, String> metadata = new TreeMap<>();
    if (header.has(METADATA)) {
      try {
        header
            .getAsJsonObject(METADATA)
            .entrySet()
            .forEach(e -> metadata.put(e.getKey(), e.getValue().getAsString()));
      } catch (RuntimeException e) {
        throw new IllegalArgumentException("__metadata__ is not a map of texts", e);
      }
    }
    return metadata;
  }

  private static JsonObject header(byte[] content, int from, int length) {
    try {
      return JsonParser.parseString(new String(content, from, length, StandardCharsets.UTF_8))
          .getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException("not a safetensors file: header is not a JSON object", e);
    }
  }

  private static Tensor.Floats tensor(JsonObject item, ByteBuffer data) {
    JsonElement type = item.get("dtype");
    if (type == null || !type.getAsString().equals("F32")) {
      throw new IllegalArgumentException("dtype " + type + " is not supported, only \"F32\" is");
    }
    long[] shape = longs(item.get("shape"));
    long[] offsets = longs(item.get("data_offsets"));
    if (offsets.length != 2
        || offsets[0] < 0
        || offsets[1] < offsets[0]
        || offsets[1] > data.capacity()) {
      throw new IllegalArgumentException(
          "data_offsets outside of the " + data.capacity() + " bytes of data");
    }
    int size = Tensor.size(shape);
    if (offsets[1] - offsets[0] != 4L * size) {
      throw new IllegalArgumentException("data_offsets do not fit the shape");
    }
    float[] values = new float[size];
    data.slice((int) offsets[0], 4 * size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return new Tensor.Floats(values, shape);
  }

  private static long[] longs(JsonElement array) {
    if (array == null || !array.isJsonArray()) {
      throw new IllegalArgumentException("shape or data_offsets is missing");
    }
    long[] values = new long[array.getAsJsonArray().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.getAsJsonArray().get(i).getAsLong();
      if (values[i] < 0) {
        throw new IllegalArgumentException("negative shape or data_offsets");
      }
    }
    return values;
  }
}
