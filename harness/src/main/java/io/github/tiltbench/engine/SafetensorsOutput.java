package io.github.tiltbench.engine;

import com.google.gson.Gson;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * A new safetensors file of single precision that may be too large for memory: its tensors lie in
 * the order of their names and are written in any.
 */
public final class SafetensorsOutput implements Closeable {
  private final FileChannel file;
  private final Map<String, Long> places = new HashMap<>();

  /**
   * Begins a file.
   *
   * @param path where there is none yet
   * @param shapes of the tensors by name
   */
  public SafetensorsOutput(Path path, SortedMap<String, long[]> shapes) throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    long offset = 0;
    for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
      long end = offset + 4L * Tensor.size(tensor.getValue());
      header.put(tensor.getKey(), Safetensors.item("F32", tensor.getValue(), offset, end));
      places.put(tensor.getKey(), offset);
      offset = end;
    }
    byte[] text = Safetensors.padded(new Gson().toJson(header)).getBytes(StandardCharsets.UTF_8);
    long data = (long) SafetensorsInput.LENGTH_BYTES + text.length;
    places.replaceAll((name, place) -> data + place);
    this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    ByteBuffer start = ByteBuffer.allocate((int) data).order(ByteOrder.LITTLE_ENDIAN);
    write(start.putLong(text.length).put(text).flip(), 0);
  }

  /** Writes the values of a tensor, little-endian. */
  public void put(String name, ByteBuffer values) throws IOException {
    write(values, places.get(name));
  }

  private void write(ByteBuffer bytes, long place) throws IOException {
    long at = place;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
