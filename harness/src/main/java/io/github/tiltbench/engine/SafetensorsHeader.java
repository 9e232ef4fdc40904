package io.github.tiltbench.engine;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The header of a safetensors file: where each tensor lies, and the metadata.
 *
 * <p>Held to the format: UTF-8, each name once, and data that the tensors fill without overlap,
 * hole or rest.
 *
 * @param tensors by name
 * @param metadata texts by name
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  /**
   * One tensor.
   *
   * @param type how its values are stored
   * @param shape extents
   * @param from its first byte, counted from the end of the header
   * @param to the byte behind its last
   */
  record Entry(StoredType type, long[] shape, long from, long to) {}

  /**
   * Reads a header.
   *
   * @param dataBytes how many bytes follow it
   * @throws IllegalArgumentException naming the fault
   */
  static SafetensorsHeader parse(byte[] content, long dataBytes) {
    String text = text(content);
    if (!text.startsWith("{")) {
      throw new IllegalArgumentException("header is not a JSON object");
    }
    Map<String, Entry> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new TreeMap<>();
    try (JsonReader json = new JsonReader(new StringReader(text))) {
      json.setStrictness(Strictness.STRICT);
      json.beginObject();
      while (json.hasNext()) {
        String name = json.nextName();
        if (name.equals(METADATA) ? !metadata.isEmpty() : tensors.containsKey(name)) {
          throw new IllegalArgumentException("tensor " + name + ": its name stands twice");
        } else if (name.equals(METADATA)) {
          metadata(json, metadata);
        } else {
          tensors.put(name, entry(json, name));
        }
      }
      json.endObject();
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalArgumentException("header goes on behind its end");
      }
    } catch (MalformedJsonException | EOFException e) {
      throw new IllegalArgumentException("header is not a JSON object", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("header cannot be read: " + e.getMessage(), e);
    }
    SafetensorsHeader header = new SafetensorsHeader(tensors, metadata);
    header.checkFilled(dataBytes);
    return header;
  }

  private static String text(byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("header is not UTF-8", e);
    }
  }

  private static void metadata(JsonReader json, Map<String, String> metadata) throws IOException {
    expect(json, JsonToken.BEGIN_OBJECT, METADATA + " is not a map of texts");
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      expect(json, JsonToken.STRING, METADATA + " is not a map of texts");
      if (metadata.put(name, json.nextString()) != null) {
        throw new IllegalArgumentException(METADATA + ": " + name + " stands twice");
      }
    }
    json.endObject();
  }

  private static Entry entry(JsonReader json, String name) throws IOException {
    String at = "tensor " + name + ": ";
    expect(json, JsonToken.BEGIN_OBJECT, at + "not an object");
    StoredType type = null;
    long[] shape = null;
    long[] offsets = null;
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      boolean twice = false;
      switch (key) {
        case "dtype" -> {
          twice = type != null;
          expect(json, JsonToken.STRING, at + "dtype is not a text");
          type = StoredType.of(json.nextString(), at);
        }
        case "shape" -> {
          twice = shape != null;
          shape = sizes(json, at + key);
        }
        case "data_offsets" -> {
          twice = offsets != null;
          offsets = sizes(json, at + key);
        }
        default -> json.skipValue();
      }
      if (twice) {
        throw new IllegalArgumentException(at + key + " stands twice");
      }
    }
    json.endObject();
    if (type == null || shape == null || offsets == null) {
      throw new IllegalArgumentException(at + "dtype, shape or data_offsets is missing");
    }
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw new IllegalArgumentException(at + "data_offsets are not a start and an end");
    }
    if (offsets[1] - offsets[0] != bytes(type, shape, at)) {
      throw new IllegalArgumentException(at + "data_offsets do not fit the shape");
    }
    return new Entry(type, shape, offsets[0], offsets[1]);
  }

  private static long bytes(StoredType type, long[] shape, String at) {
    try {
      return Math.multiplyExact(type.bytes(), (long) Tensor.size(shape));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          at + "the shape " + Arrays.toString(shape) + " holds more values than an array", e);
    }
  }

  private static long[] sizes(JsonReader json, String what) throws IOException {
    expect(json, JsonToken.BEGIN_ARRAY, what + " is not a list of numbers");
    List<Long> sizes = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      expect(json, JsonToken.NUMBER, what + " is not a list of numbers");
      String number = json.nextString();
      if (!number.matches("\\d{1,18}")) {
        throw new IllegalArgumentException(what + ": " + number + " is not a size");
      }
      sizes.add(Long.parseLong(number));
    }
    json.endArray();
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private static void expect(JsonReader json, JsonToken token, String otherwise)
      throws IOException {
    if (json.peek() != token) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** Names of the real tensors. */
  Set<String> reals() {
    return tensors.entrySet().stream()
        .filter(tensor -> tensor.getValue().type().real())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The tensors in the order in which their data lie in the file. */
  List<Map.Entry<String, Entry>> inOrder() {
    return tensors.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().from())
                .thenComparingLong(e -> e.getValue().to()))
        .toList();
  }

  private void checkFilled(long dataBytes) {
    long end = 0;
    for (Map.Entry<String, Entry> tensor : inOrder()) {
      Entry entry = tensor.getValue();
      if (entry.from() != end || entry.to() > dataBytes) {
        String fault =
            entry.to() > dataBytes
                ? "data_offsets end outside of the " + dataBytes + " bytes of data"
                : entry.from() < end
                    ? "its data overlap with those of another tensor"
                    : "there is a hole of " + (entry.from() - end) + " bytes before its data";
        throw new IllegalArgumentException("tensor " + tensor.getKey() + ": " + fault);
      }
      end = entry.to();
    }
    if (end != dataBytes) {
      throw new IllegalArgumentException((dataBytes - end) + " bytes follow the last tensor");
    }
  }
}
