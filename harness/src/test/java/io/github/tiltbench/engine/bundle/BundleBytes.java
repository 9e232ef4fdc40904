package io.github.tiltbench.engine.bundle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Writes bundles as TensorFlow does: values one after the other, and their index. */
public final class BundleBytes {
  private static final int MASK_DELTA = 0xa282ead8;

  private final ByteArrayOutputStream values = new ByteArrayOutputStream();
  private final Map<String, byte[]> entries = new TreeMap<>(Map.of("", header(1, 0)));

  /** A part of a message or of a table. */
  static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message varint(long value) {
      long rest = value;
      for (; (rest & ~0x7f) != 0; rest >>>= 7) {
        out.write((int) ((rest & 0x7f) | 0x80));
      }
      out.write((int) rest);
      return this;
    }

    Message number(int field, long value) {
      return varint(field << 3).varint(value);
    }

    Message message(int field, Message part) {
      byte[] bytes = part.bytes();
      return varint(field << 3 | 2).varint(bytes.length).raw(bytes);
    }

    Message fixed(int field, int value) {
      return varint(field << 3 | 5).raw(little(value));
    }

    Message raw(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  static byte[] little(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  static byte[] header(int files, int endianness) {
    return new Message().number(1, files).number(2, endianness).bytes();
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int c = (int) crc.getValue();
    return (c >>> 15 | c << 17) + MASK_DELTA;
  }

  /** Adds a variable. */
  public BundleBytes tensor(String name, float[] data, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(data);
    return tensor(name, 1, bytes.array(), shape);
  }

  BundleBytes tensor(String name, int type, byte[] bytes, long... shape) {
    Message extents = new Message();
    for (long extent : shape) {
      extents.message(2, new Message().number(1, extent));
    }
    return entry(
        name,
        new Message()
            .number(1, type)
            .message(2, extents)
            .number(4, values.size())
            .number(5, bytes.length)
            .fixed(6, masked(bytes))
            .bytes(),
        bytes);
  }

  BundleBytes entry(String name, byte[] message, byte[] bytes) {
    entries.put(name, message);
    values.writeBytes(bytes);
    return this;
  }

  /** The file of values. */
  public byte[] values() {
    return values.toByteArray();
  }

  /** The index: one block of entries whose keys share their beginnings. */
  public byte[] index() {
    Message table = new Message();
    byte[] data = block(entries);
    byte[] meta = block(Map.of());
    byte[] index = block(Map.of("zzz", new Message().varint(0).varint(data.length - 5).bytes()));
    Message footer =
        new Message()
            .varint(data.length)
            .varint(meta.length - 5)
            .varint(data.length + meta.length)
            .varint(index.length - 5);
    table.raw(data).raw(meta).raw(index).raw(footer.bytes());
    table.raw(new byte[40 - footer.bytes().length]);
    return table.raw(little(0x8b80fb57)).raw(little(0xdb477524)).bytes();
  }

  private static byte[] block(Map<String, byte[]> entries) {
    Message block = new Message();
    byte[] before = {};
    for (Map.Entry<String, byte[]> entry : new TreeMap<>(entries).entrySet()) {
      byte[] key = entry.getKey().getBytes(StandardCharsets.UTF_8);
      int shared = 0;
      while (shared < Math.min(key.length, before.length) && key[shared] == before[shared]) {
        shared++;
      }
      block.varint(shared).varint(key.length - shared).varint(entry.getValue().length);
      block.raw(Arrays.copyOfRange(key, shared, key.length)).raw(entry.getValue());
      before = key;
    }
    block.raw(little(0)).raw(little(1)).raw(new byte[] {0});
    return block.raw(little(masked(block.bytes()))).bytes();
  }
}
