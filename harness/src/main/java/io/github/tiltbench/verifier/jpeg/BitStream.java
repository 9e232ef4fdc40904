package io.github.tiltbench.verifier.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing array of bytes, written bit by bit with a zero byte stuffed after each 0xFF. */
final class BitStream {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes;
  private int size;
  private long pending;
  private int bits;

  BitStream(int capacity) {
    bytes = new byte[capacity];
  }

  /** Begins anew, with bytes as they are. */
  void restart(byte[] head) {
    size = 0;
    pending = 0;
    bits = 0;
    raw(head);
  }

  /** How many bytes are written. */
  int size() {
    return size;
  }

  /** Appends bytes as they are. */
  void raw(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
  }

  /** Appends the lowest {@code count} bits of a value, at most 27. */
  void bits(int value, int count) {
    pending = pending << count | value;
    bits += count;
    if (bits >= 32) {
      bits -= 32;
      coded((int) (pending >>> bits));
    }
  }

  /** Fills the last byte with ones and writes out what is pending. */
  void align() {
    int fill = -bits & 7;
    bits((1 << fill) - 1, fill);
    while (bits > 0) {
      bits -= 8;
      coded((byte) (pending >>> bits));
    }
  }

  private void coded(int word) {
    room(8);
    if ((word & ~(word + 0x01010101) & 0x80808080) == 0) {
      INT.set(bytes, size, word);
      size += 4;
    } else {
      for (int shift = 24; shift >= 0; shift -= 8) {
        coded((byte) (word >>> shift));
      }
    }
  }

  private void coded(byte value) {
    room(2);
    bytes[size++] = value;
    if (value == (byte) 0xFF) {
      bytes[size++] = 0;
    }
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length + more);
    }
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }
}
