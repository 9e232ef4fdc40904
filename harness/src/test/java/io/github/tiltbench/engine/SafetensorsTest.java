package io.github.tiltbench.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  @TempDir Path folder;

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
  void whatIsWrittenIsRead() throws IOException {
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
    assertArrayEquals(new String[] {"w.safetensors"}, folder.resolve("sub").toFile().list());
  }

  private Safetensors read(byte[] file) throws IOException {
    return Safetensors.read(Files.write(folder.resolve("w.safetensors"), file));
  }

  private static byte[] file(String type, String shape, ByteBuffer data) {
    String header =
        "{\"x\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%d]}} "
            .formatted(type, shape, data.capacity());
    byte[] file = file(header, data.capacity());
    ByteBuffer.wrap(file).position(file.length - data.capacity()).put(data.duplicate().clear());
    return file;
  }

  private static ByteBuffer data(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void realsOfAnyWidthAreReadAsSinglePrecision() throws IOException {
    float[] expected = {0, 2.5f, -0.0f, -65504};
    for (String type : List.of("F64", "F32", "F16", "BF16")) {
      ByteBuffer data =
          switch (type) {
            case "F64" -> data(32).putDouble(0).putDouble(2.5).putDouble(-0.0).putDouble(-65504);
            case "F32" -> data(16).putFloat(0).putFloat(2.5f).putFloat(-0.0f).putFloat(-65504);
            case "F16" ->
                data(8)
                    .putShort((short) 0)
                    .putShort((short) 0x4100)
                    .putShort((short) 0x8000)
                    .putShort((short) 0xfbff);
            default ->
                data(8)
                    .putShort((short) 0)
                    .putShort((short) 0x4020)
                    .putShort((short) 0x8000)
                    .putShort((short) 0xc780);
          };
      float[] read = read(file(type, "[2,2]", data)).tensors().get("x").data();
      if (type.equals("BF16")) {
        assertArrayEquals(new float[] {0, 2.5f, -0.0f, -65536}, read); // 8 bits of fraction
      } else {
        assertArrayEquals(expected, read, type);
      }
    }
  }

  /** All 65,536 halves against the definition of the format. */
  @Test
  void everyHalfIsReadExactly() throws IOException {
    ByteBuffer halves = data(2 * 63488);
    List<Double> expected = new ArrayList<>();
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 31;
      if (exponent < 31) {
        halves.putShort((short) bits);
        double fraction = (bits & 1023) / 1024.0;
        double value =
            exponent == 0
                ? fraction * Math.pow(2, -14)
                : (1 + fraction) * Math.pow(2, exponent - 15);
        expected.add(bits < 1 << 15 ? value : -value);
      }
    }
    float[] read = read(file("F16", "[63488]", halves)).tensors().get("x").data();
    for (int i = 0; i < read.length; i++) {
      assertEquals(expected.get(i), read[i]);
    }
  }

  @Test
  void wholeNumbersAreReadAsLongs() throws IOException {
    Map<String, long[]> expected =
        Map.of(
            "I64", new long[] {-1, 2},
            "I32", new long[] {-1, 2},
            "U32", new long[] {(1L << 32) - 1, 2},
            "I16", new long[] {-1, 2},
            "U16", new long[] {65535, 2},
            "I8", new long[] {-1, 2},
            "U8", new long[] {255, 2});
    for (Map.Entry<String, long[]> type : expected.entrySet()) {
      int width = Integer.parseInt(type.getKey().substring(1)) / 8;
      ByteBuffer data = data(2 * width);
      for (int i = 0; i < width; i++) {
        data.put(i, (byte) -1);
      }
      data.put(width, (byte) 2);
      Safetensors read = read(file(type.getKey(), "[2]", data));
      assertArrayEquals(type.getValue(), read.integers().get("x").data(), type.getKey());
      assertTrue(read.tensors().isEmpty());
    }
    Safetensors both =
        new Safetensors(
            new TreeMap<>(Map.of("w", new Tensor.Floats(new float[] {1}, 1))),
            new TreeMap<>(Map.of("ids", new Tensor.Longs(new long[] {7, 8}, 2))),
            Map.of());
    assertArrayEquals(new long[] {7, 8}, read(both.bytes()).integers().get("ids").data());
  }

  /** Of a file above 2 GB (a sparse one, which costs no disk) offsets are not cut to 32 bits. */
  @Test
  void aFileAboveTwoGigabytesIsUnderstood() throws IOException {
    long gigabyte = 1L << 30;
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"a\":\"b\"}");
    for (int i = 0; i < 3; i++) {
      header.append(
          ",\"t%d\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
              .formatted(i, gigabyte, i * gigabyte, (i + 1) * gigabyte));
    }
    byte[] start = file(header.append('}').toString(), 0);
    Path file = folder.resolve("big.safetensors");
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(start);
      out.setLength(start.length + 3 * gigabyte);
    }
    try (SafetensorsInput in = new SafetensorsInput(file)) {
      SafetensorsHeader read = in.header();
      assertEquals(Map.of("a", "b"), read.metadata());
      assertEquals(2 * gigabyte, read.tensors().get("t2").from());
    }
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
        "{'x':{'dtype':'F8_E5M2','shape':[8],'data_offsets':[0,8]}} | dtype F8_E5M2 is not one of",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} | outside of the 8 bytes",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}} | -8 is not a size",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | not a start and an end",
        "{'x':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | do not fit the shape",
        "{'x':{'dtype':'F32','shape':[4294967297,4294967297],'data_offsets':[0,8]}} | more values",
        "{'x':{'dtype':'F32','shape':[2147483648],'data_offsets':[0,8]}} | more values",
        "{'x':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}} | not a list of numbers",
        "{'x':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}} | 2.0 is not a size",
        "{'x':{'dtype':'F32','shape':[2]}} | missing",
        "{'x':{'shape':[2],'data_offsets':[0,8]}} | missing",
        "{'x':{'dtype':null,'shape':[2],'data_offsets':[0,8]}} | dtype is not a text",
        "{'x':{'dtype':'F32','shape':[1],'shape':[2],'data_offsets':[0,8]}} | shape stands twice",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 4 bytes follow the last tensor",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | a hole of 4 bytes",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
            + "'y':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | tensor y: its data overlap",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'x':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | its name stands twice",
        "{'__metadata__':{'a':1}} | not a map of texts",
        "{'__metadata__':{'a':'b','a':'c'}} | a stands twice",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}{} | header",
        "{'x':3} | tensor x",
        "[1] | not a JSON object",
        "{'x' | not a JSON object"
      })
  void refusesAHeaderItCannotTrust(String header, String fault) {
    byte[] file = file(header.replace('\'', '"'), 8);
    String message = assertThrows(IOException.class, () -> read(file)).getMessage();
    assertTrue(message.startsWith(folder.resolve("w.safetensors") + ": "), message);
    assertTrue(message.contains(fault), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void refusesAHeaderThatIsNotUtf8() {
    byte[] file = file("{\"?\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
    file[10] = (byte) 0xff;
    String message = assertThrows(IOException.class, () -> read(file)).getMessage();
    assertTrue(message.endsWith("header is not UTF-8"), message);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesAValueThatIsNotFinite(float value) {
    byte[] file = file("F32", "[2]", data(8).putFloat(1).putFloat(value));
    String message = assertThrows(IOException.class, () -> read(file)).getMessage();
    assertEquals(folder.resolve("w.safetensors") + ": tensor x: value 1 is not finite", message);
  }

  @Test
  void isNotWrittenThroughALink() throws IOException {
    Path outside = Files.writeString(folder.resolve("outside"), "mine");
    Path link = Files.createSymbolicLink(folder.resolve("w.safetensors"), outside);
    String message = assertThrows(IOException.class, () -> example().write(link)).getMessage();
    assertTrue(message.startsWith(link + ": is a symbolic link to " + outside), message);
    assertEquals("mine", Files.readString(outside));
  }

  @Test
  void refusesWhatIsNotARegularFile() {
    String message =
        assertThrows(IOException.class, () -> Safetensors.read(Path.of("/dev/zero"))).getMessage();
    assertEquals("/dev/zero: not a regular file", message);
  }

  @Test
  void refusesABadHeaderLength() throws IOException {
    for (long length : new long[] {-1, 0, 1, 1000, Long.MAX_VALUE}) {
      byte[] file = example().bytes();
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Path path = folder.resolve("bad.safetensors");
      Files.write(path, file);
      String message = assertThrows(IOException.class, () -> Safetensors.read(path)).getMessage();
      assertTrue(message.startsWith(path + ": not a safetensors file: header length"), message);
    }
    assertThrows(IOException.class, () -> read(new byte[3]));
  }
}
