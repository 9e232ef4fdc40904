package io.github.tiltbench.engine.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What TensorFlow wrote is read as it is, and what is damaged is refused. */
class TensorBundleTest {
  private static final float[] KERNEL = {1, 2, 3, 4, 5, 6};
  private static final float[] BIAS = {-0.5f, 1e-30f};

  private static BundleBytes bundle() {
    return new BundleBytes()
        .tensor("layer/dense/kernel", KERNEL, 3, 2)
        .tensor("layer/dense/bias", BIAS, 2)
        .tensor("step", new float[] {7});
  }

  private static float[] floats(byte[] bytes) {
    float[] floats = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  @Test
  void variablesAreReadWhereTheyLie() throws IOException {
    TensorBundle bundle = TensorBundle.of(bundle().index());
    assertEquals(
        Set.of("layer/dense/kernel", "layer/dense/bias", "step"), bundle.tensors().keySet());
    assertArrayEquals(new long[] {3, 2}, bundle.tensors().get("layer/dense/kernel").shape());
    assertEquals(0, bundle.tensors().get("step").shape().length);
    List<String> order = new ArrayList<>();
    bundle.read(
        new ByteArrayInputStream(bundle().values()),
        (name, values) -> {
          order.add(name);
          float[] expected =
              name.equals("step") ? new float[] {7} : name.endsWith("bias") ? BIAS : KERNEL;
          assertArrayEquals(expected, floats(values));
        });
    assertEquals(List.of("layer/dense/kernel", "layer/dense/bias", "step"), order);
  }

  private static void refused(String fault, byte[] index) {
    String said =
        assertThrows(IllegalArgumentException.class, () -> TensorBundle.of(index)).getMessage();
    assertTrue(said.contains(fault), said);
    assertEquals(1, said.lines().count());
  }

  @Test
  void anyByteThatHasChangedIsSeen() {
    byte[] index = bundle().index();
    assertEquals(3, TensorBundle.of(index).tensors().size());
    int footer = index.length - 48;
    for (int i = 0; i < index.length; i++) {
      byte[] changed = index.clone();
      changed[i] ^= 4;
      boolean padding = i >= footer + 4 && i < footer + 40;
      if (!padding) {
        assertThrows(IllegalArgumentException.class, () -> TensorBundle.of(changed), "byte " + i);
      }
    }
  }

  @Test
  void anIndexThatIsNoneIsRefused() {
    byte[] index = bundle().index();
    refused("no table of LevelDB", new byte[100]);
    refused("no table of LevelDB", new byte[3]);
    refused("no table of LevelDB", Arrays.copyOf(index, index.length - 1));
    refused("", Arrays.copyOfRange(index, 10, index.length));
  }

  @Test
  void whatCannotBeReadHereIsRefusedByName() {
    refused(
        "variable half: its type is number 19",
        new BundleBytes().tensor("half", 19, new byte[4], 2).index());
    refused(
        "variable short: 4 bytes do not fill its shape [2]",
        new BundleBytes().tensor("short", 1, new byte[4], 2).index());
    refused(
        "variable less: 4 bytes", new BundleBytes().tensor("less", 1, new byte[4], -1, -1).index());
    refused(
        "in 2 files", new BundleBytes().entry("", BundleBytes.header(2, 0), new byte[0]).index());
    refused(
        "big-endian", new BundleBytes().entry("", BundleBytes.header(1, 1), new byte[0]).index());
  }

  private static void unreadable(String fault, byte[] index, byte[] values) {
    TensorBundle bundle = TensorBundle.of(index);
    String said =
        assertThrows(
                IOException.class,
                () -> bundle.read(new ByteArrayInputStream(values), (name, bytes) -> {}))
            .getMessage();
    assertTrue(said.contains(fault), said);
  }

  @Test
  void valuesAreHeldToTheirChecksums() {
    byte[] values = bundle().values();
    for (int i = 0; i < values.length; i++) {
      byte[] changed = values.clone();
      changed[i] ^= 1;
      unreadable("values have another checksum", bundle().index(), changed);
    }
    unreadable(
        "variable step: its values are cut short",
        bundle().index(),
        Arrays.copyOf(values, values.length - 1));
  }

  @Test
  void variablesThatShareBytesAreRefused() {
    byte[] twice =
        new BundleBytes.Message()
            .number(1, 1)
            .message(2, new BundleBytes.Message())
            .number(4, 2)
            .number(5, 4)
            .fixed(6, 0)
            .bytes();
    unreadable(
        "variable second: it overlaps",
        new BundleBytes()
            .tensor("first", new float[] {1})
            .entry("second", twice, new byte[0])
            .index(),
        new BundleBytes().tensor("first", new float[] {1}).values());
  }
}
