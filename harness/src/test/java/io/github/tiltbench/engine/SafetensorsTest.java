package io.github.tiltbench.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  private static Safetensors example() {
    return new Safetensors(
        new TreeMap<>(
            Map.of(
                "b", new Tensor.Floats(new float[] {1, -2, 3, Float.MIN_VALUE, 5, 6}, 2, 3),
                "a", new Tensor.Floats(new float[] {0.5f}),
                "empty", new Tensor.Floats(new float[0], 0, 4))),
        Map.of("note", "é, \"quoted\""));
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  @Test
  void whatIsWrittenIsRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sub").resolve("w.safetensors");
    example().write(file);
    Safetensors read = Safetensors.read(file);
    assertEquals(example().metadata(), read.metadata());
    assertEquals(example().tensors().keySet(), read.tensors().keySet());
    for (String name : read.tensors().keySet()) {
      assertArrayEquals(example().tensors().get(name).data(), read.tensors().get(name).data());
      assertArrayEquals(example().tensors().get(name).shape(), read.tensors().get(name).shape());
    }
    assertArrayEquals(example().bytes(), Files.readAllBytes(file));
    assertFalse(Files.exists(folder.resolve("sub").resolve("w.safetensors.part")));
  }

  @Test
  void readsAFileOfAnotherWriter() {
    byte[] file = file("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}  ", 8);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putFloat(file.length - 4, 2.5f);
    assertArrayEquals(new float[] {0, 2.5f}, Safetensors.parse(file).tensors().get("x").data());
  }

  @Test
  void dataStartAlignedToEightBytes() {
    assertEquals(
        0, ByteBuffer.wrap(example().bytes()).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'x':{'dtype':'F16','shape':[2],'data_offsets':[0,4]}} | is not supported",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} | outside of the 8 bytes",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}} | negative",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | outside of the 8 bytes",
        "{'x':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | do not fit the shape",
        "{'x':{'dtype':'F32','shape':[4294967297,4294967297],'data_offsets':[0,4]}} | overflow",
        "{'x':{'dtype':'F32','shape':[2]}} | missing",
        "{'x':{'shape':[2],'data_offsets':[0,8]}} | dtype null",
        "{'x':3} | tensor x",
        "[1] | not a JSON object",
        "{'x' | not a JSON object"
      })
  void refusesAHeaderItCannotTrust(String header, String fault) {
    byte[] file = file(header.replace('\'', '"'), 8);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Safetensors.parse(file)).getMessage();
    assertTrue(message.contains(fault), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void refusesABadHeaderLength(@TempDir Path folder) throws IOException {
    for (long length : new long[] {-1, 0, 1, 1000, Long.MAX_VALUE}) {
      byte[] file = example().bytes();
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Path path = folder.resolve("bad.safetensors");
      Files.write(path, file);
      String message = assertThrows(IOException.class, () -> Safetensors.read(path)).getMessage();
      assertTrue(message.startsWith(path + ": not a safetensors file: header length"), message);
    }
    assertThrows(IllegalArgumentException.class, () -> Safetensors.parse(new byte[3]));
  }
}
