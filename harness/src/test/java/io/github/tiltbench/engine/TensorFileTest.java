package io.github.tiltbench.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFileTest {
  private static final byte[] NAMED = content(1);
  private static final byte[] OTHER = content(2);

  @TempDir Path folder;
  private Path path;
  private TensorFile file;

  @BeforeEach
  void name() throws IOException {
    path = Files.write(folder.resolve("w.safetensors"), NAMED);
    file = TensorFile.of(path);
  }

  private static byte[] content(float value) {
    TreeMap<String, Tensor.Floats> real = new TreeMap<>();
    real.put("b", new Tensor.Floats(new float[] {value, 3}, 2));
    real.put("a", new Tensor.Floats(new float[] {value}, 1));
    TreeMap<String, Tensor.Longs> whole = new TreeMap<>();
    whole.put("n", new Tensor.Longs(new long[] {7}, 1));
    return new Safetensors(real, whole, Map.of("k", "v")).bytes();
  }

  private static float value(Safetensors content) {
    return content.tensors().get("a").data()[0];
  }

  @Test
  void isItsContentWhenItWasNamed() {
    assertEquals(
        new TensorFile(path, Digests.sha256(NAMED), Set.of("a", "b"), Map.of("k", "v")), file);
    assertEquals(Map.of("", Digests.sha256(NAMED)), file.digests());
    assertArrayEquals(new float[] {1, 3}, file.open().tensors().get("b").data());
  }

  @Test
  void anotherContentIsNotOpened() throws IOException {
    Files.write(path, OTHER);
    String message = assertThrows(UncheckedIOException.class, file::open).getMessage();
    assertTrue(
        message.endsWith(
            path
                + ": it has changed since it was named: sha256 is "
                + Digests.sha256(OTHER)
                + ", not "
                + Digests.sha256(NAMED)),
        message);
    Files.write(path, NAMED);
    assertEquals(1, value(file.open()));
  }

  /** Renamed away or overwritten in place half-way: what was read is what was digested. */
  @Test
  void digestIsThatOfTheBytesThatTheTensorsAreMadeOf() throws IOException {
    Path other = Files.write(folder.resolve("other"), OTHER);
    try (SafetensorsInput in = new SafetensorsInput(path)) {
      Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
      assertEquals(1, value(Safetensors.read(in)));
      assertEquals(Digests.sha256(NAMED), in.sha256());
    }
    try (SafetensorsInput in = new SafetensorsInput(path)) {
      Files.write(path, NAMED);
      assertEquals(1, value(Safetensors.read(in)));
      assertEquals(Digests.sha256(NAMED), in.sha256());
    }
  }

  /** Another process swaps the file all the time. */
  @Test
  void noSwapIsEverOpened() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread swapper =
        new Thread(
            () -> {
              try {
                for (int i = 0; !done.get(); i++) {
                  Path part = Files.write(folder.resolve("part"), i % 2 == 0 ? OTHER : NAMED);
                  Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    swapper.start();
    int opened = 0;
    try {
      for (int i = 0; i < 2000; i++) {
        try {
          assertEquals(1, value(file.open()));
          opened++;
        } catch (UncheckedIOException e) {
          assertTrue(e.getMessage().contains("it has changed since it was named"), e.getMessage());
        }
      }
    } finally {
      done.set(true);
      swapper.join();
    }
    assertTrue(opened > 20 && opened < 1980, opened + " of 2000 met the file that was named");
  }
}
