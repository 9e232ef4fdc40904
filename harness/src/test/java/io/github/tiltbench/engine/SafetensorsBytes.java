package io.github.tiltbench.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes safetensors files with tensors of any type, as other programs do. */
public final class SafetensorsBytes {
  private final Map<String, String> entries = new LinkedHashMap<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private String padding = "";

  /** Adds a tensor of these bytes. */
  public SafetensorsBytes raw(String key, String type, byte[] bytes, long... shape) {
    int from = data.size();
    data.writeBytes(bytes);
    entries.put(
        key,
        "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(type, Arrays.toString(shape), from, data.size()));
    return this;
  }

  /** Adds a tensor of these values, rounded to a type as the type rounds short fractions. */
  public SafetensorsBytes reals(String key, String type, float[] values, long... shape) {
    int width = type.equals("F64") ? 8 : type.equals("F32") ? 4 : 2;
    ByteBuffer bytes = ByteBuffer.allocate(width * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      int bits = Float.floatToIntBits(value);
      switch (type) {
        case "F64" -> bytes.putDouble(value);
        case "F32" -> bytes.putFloat(value);
        case "BF16" -> bytes.putShort((short) (bits >>> 16));
        default -> bytes.putShort(half(bits));
      }
    }
    return raw(key, type, bytes.array(), shape);
  }

  /** Of a normal number whose fraction fits. */
  private static short half(int bits) {
    int exponent = (bits >>> 23 & 0xff) - 112;
    return (short) ((bits >>> 16 & 0x8000) | exponent << 10 | (bits >>> 13 & 0x3ff));
  }

  /** Makes the header longer, which moves the data. */
  public SafetensorsBytes pad(int bytes) {
    padding = " ".repeat(bytes);
    return this;
  }

  /** The file's content. */
  public byte[] bytes() {
    byte[] header =
        (entries.entrySet().stream()
                    .map(e -> "\"" + e.getKey() + "\":" + e.getValue())
                    .collect(Collectors.joining(",", "{", "}"))
                + padding)
            .getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + header.length + data.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data.toByteArray())
        .array();
  }

  /** Writes the file. */
  public Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }
}
