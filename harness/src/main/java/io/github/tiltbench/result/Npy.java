package io.github.tiltbench.result;

import io.github.tiltbench.diffusion.Batch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** NumPy files, version 1.0, of little-endian 32-bit floats in row-major order. */
final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '<f4', 'fortran_order': False, 'shape': "
              + "\\(([0-9]{1,9}(?:, [0-9]{1,9})*),?\\), \\}\\s*");

  private Npy() {}

  /** A file of shape {size, item...}. */
  static byte[] write(Batch.Reals batch) {
    String shape =
        Arrays.stream(batch.item()).mapToObj(n -> ", " + n).collect(Collectors.joining());
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': ("
            + batch.size()
            + (shape.isEmpty() ? "," : shape)
            + "), }";
    int used = MAGIC.length + Short.BYTES + header.length() + 1;
    String padded = header + " ".repeat(Math.floorMod(-used, ALIGNMENT)) + "\n";
    ByteBuffer out =
        ByteBuffer.allocate(
                MAGIC.length
                    + Short.BYTES
                    + padded.length()
                    + Math.multiplyExact(Float.BYTES, batch.data().length))
            .order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).putShort((short) padded.length());
    out.put(padded.getBytes(StandardCharsets.US_ASCII));
    for (double value : batch.data()) {
      out.putFloat((float) value);
    }
    return out.array();
  }

  /**
   * The batch of a file that {@link #write} made.
   *
   * @throws IllegalArgumentException if it is another kind of file
   */
  static Batch.Reals read(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < MAGIC.length + 2
        || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IllegalArgumentException("not a NumPy file");
    }
    int length = in.position(MAGIC.length).getShort() & 0xffff;
    int data = MAGIC.length + Short.BYTES + length;
    Matcher header =
        HEADER.matcher(
            new String(
                file,
                MAGIC.length + Short.BYTES,
                Math.max(0, Math.min(length, file.length - MAGIC.length - Short.BYTES)),
                StandardCharsets.US_ASCII));
    if (!header.matches()) {
      throw new IllegalArgumentException("not a NumPy file of 32-bit floats");
    }
    int[] shape = Arrays.stream(header.group(1).split(", ")).mapToInt(Integer::parseInt).toArray();
    long held = (file.length - (long) data) / Float.BYTES;
    long wanted = 1;
    for (int i = 0; i < shape.length; i++) {
      wanted *= shape[i];
      if ((i > 0 && shape[i] == 0) || wanted > held) {
        throw new IllegalArgumentException("a NumPy file of the wrong size");
      }
    }
    if (file.length - data != wanted * Float.BYTES) {
      throw new IllegalArgumentException("a NumPy file of the wrong size");
    }
    double[] values = new double[(int) wanted];
    in.position(data);
    for (int i = 0; i < values.length; i++) {
      values[i] = in.getFloat();
    }
    return new Batch.Reals(values, Arrays.copyOfRange(shape, 1, shape.length));
  }
}
