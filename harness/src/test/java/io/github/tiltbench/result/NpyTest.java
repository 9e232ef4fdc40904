package io.github.tiltbench.result;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.diffusion.Batch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpyTest {
  private static byte[] file(String shape, int floats) {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }".indent(0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(header.length());
    out.write(0);
    out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(new byte[4 * floats]);
    return out.toByteArray();
  }

  @Test
  void whatWasWrittenComesBack() {
    Batch.Reals batch = new Batch.Reals(new double[] {0.5, -1, 0.25, 2}, new int[] {1, 2});
    Batch.Reals read = Npy.read(Npy.write(batch));
    assertArrayEquals(batch.data(), read.data());
    assertArrayEquals(batch.item(), read.item());
    assertEquals(3, Npy.read(file("3, 2", 6)).size());
  }

  /** The product of the sizes may be any number, and none once it has wrapped around. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "65536, 65536, 65536, 65536 | 0 | a NumPy file of the wrong size",
        "999999999, 999999999 | 4 | a NumPy file of the wrong size",
        "2, 0 | 0 | a NumPy file of the wrong size",
        "2, 3 | 5 | a NumPy file of the wrong size",
        "99999999999 | 0 | not a NumPy file of 32-bit floats",
        "3 4 | 12 | not a NumPy file of 32-bit floats",
        "-1 | 0 | not a NumPy file of 32-bit floats",
        ", | 0 | not a NumPy file of 32-bit floats",
      })
  void sizesThatTheFileDoesNotHaveAreRefused(String shape, int floats, String problem) {
    byte[] file = file(shape, floats);
    assertEquals(
        problem, assertThrows(IllegalArgumentException.class, () -> Npy.read(file)).getMessage());
  }
}
