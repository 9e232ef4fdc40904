package io.github.tiltbench.engine.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceSetTest {
  private static final ReferenceSet SET =
      new ReferenceSet(
          new float[][] {{1, 2}, {3, 4}, {5, 6}},
          new int[] {0, 1, 1},
          new float[] {0, 0},
          new float[] {1, 1},
          "digest",
          "images");

  @TempDir Path folder;

  private void write(SortedMap<String, Tensor.Floats> tensors, Map<String, String> metadata)
      throws IOException {
    new Safetensors(tensors, metadata).write(folder.resolve(ReferenceSet.FILE));
  }

  private String refusal() {
    return assertThrows(IllegalArgumentException.class, () -> ReferenceSet.read(folder))
        .getMessage();
  }

  @Test
  void whatWasWrittenComesBack() throws IOException {
    write(SET.file().tensors(), SET.file().metadata());
    ReferenceSet read = ReferenceSet.read(folder);
    assertArrayEquals(SET.features(), read.features());
    assertArrayEquals(SET.labels(), read.labels());
    assertEquals(SET.source(), read.source());
  }

  @Test
  void tensorsThatDoNotFitTogetherAreRefused() throws IOException {
    Path file = folder.resolve(ReferenceSet.FILE);
    for (String name : new String[] {"labels", "centre", "scale", "features"}) {
      SortedMap<String, Tensor.Floats> tensors = new TreeMap<>(SET.file().tensors());
      tensors.put(name, new Tensor.Floats(new float[5], 5));
      write(tensors, SET.file().metadata());
      assertEquals(
          file + ": not a reference set: features, labels, centre and scale do not fit together",
          refusal());
    }
    write(SET.file().tensors(), Map.of());
    assertEquals(
        file + ": not a reference set: it does not say which weights and images made it",
        refusal());
  }
}
