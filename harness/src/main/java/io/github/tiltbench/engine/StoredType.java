package io.github.tiltbench.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** How a safetensors file stores values: real numbers or whole ones. */
public enum StoredType {
  F64(8, true),
  F32(4, true),
  F16(2, true),
  BF16(2, true),
  I64(8, false),
  I32(4, false),
  U32(4, false),
  I16(2, false),
  U16(2, false),
  I8(1, false),
  U8(1, false),
  BOOL(1, false);

  private final int bytes;
  private final boolean real;

  StoredType(int bytes, boolean real) {
    this.bytes = bytes;
    this.real = real;
  }

  /** The type of a name in a file. */
  static StoredType of(String name, String at) {
    return Arrays.stream(values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    at + "dtype " + name + " is not one of " + Arrays.toString(values())));
  }

  /** Bytes a value. */
  int bytes() {
    return bytes;
  }

  /** Whether values are real numbers. */
  public boolean real() {
    return real;
  }

  /** The next value; of double precision the nearest of single precision. */
  float real(ByteBuffer in) {
    return switch (this) {
      case F64 -> (float) in.getDouble();
      case F32 -> in.getFloat();
      case F16 -> half(in.getShort());
      case BF16 -> Float.intBitsToFloat(in.getShort() << 16);
      default -> whole(in);
    };
  }

  /** The next value, of any type, as it is. */
  double value(ByteBuffer in) {
    if (this == F64) {
      return in.getDouble();
    }
    return real ? real(in) : whole(in);
  }

  /** The next whole number. */
  long whole(ByteBuffer in) {
    return switch (this) {
      case I64 -> in.getLong();
      case I32 -> in.getInt();
      case U32 -> Integer.toUnsignedLong(in.getInt());
      case I16 -> in.getShort();
      case U16 -> Short.toUnsignedLong(in.getShort());
      case I8 -> in.get();
      case U8, BOOL -> Byte.toUnsignedLong(in.get());
      default -> throw new IllegalStateException(this + " is not whole");
    };
  }

  /** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
  private static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Float.intBitsToFloat(((exponent + 112) << 23) | (fraction << 13));
        };
    return bits < 0 ? -magnitude : magnitude;
  }
}
