package io.github.tiltbench.engine.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The encodings that tables and protocol buffers have in common. */
final class Wire {
  private static final int MASK_DELTA = 0xa282ead8;

  private Wire() {}

  /**
   * A field of a protocol buffer.
   *
   * @param number its tag
   * @param value of a whole number; else 0
   * @param bytes of a text or a message; else empty
   */
  record Field(int number, long value, ByteBuffer bytes) {}

  /** A whole number in groups of seven bits, the lowest first. */
  static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte group = in.get();
      value |= (long) (group & 0x7f) << shift;
      if (group >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than 64 bits");
  }

  /** A length or a place, which must not go beyond an array. */
  static int size(ByteBuffer in) {
    long size = varint(in);
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a length of " + size);
    }
    return (int) size;
  }

  /** That many bytes more, as a buffer of their own. */
  static ByteBuffer next(ByteBuffer in, int bytes) {
    if (bytes > in.remaining()) {
      throw new IllegalArgumentException(
          bytes + " bytes are wanted where " + in.remaining() + " are left");
    }
    ByteBuffer next = in.slice(in.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + bytes);
    return next;
  }

  /** The fields of a message. */
  static List<Field> fields(ByteBuffer message) {
    List<Field> fields = new ArrayList<>();
    while (message.hasRemaining()) {
      int tag = size(message);
      ByteBuffer none = ByteBuffer.allocate(0);
      fields.add(
          switch (tag & 7) {
            case 0 -> new Field(tag >>> 3, varint(message), none);
            case 1 -> new Field(tag >>> 3, next(message, 8).getLong(), none);
            case 2 -> new Field(tag >>> 3, 0, next(message, size(message)));
            case 5 -> new Field(tag >>> 3, next(message, 4).getInt(), none);
            default -> throw new IllegalArgumentException("a field of wire type " + (tag & 7));
          });
    }
    return fields;
  }

  /** CRC-32C of bytes, masked as LevelDB and TensorFlow store it. */
  static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }
}
