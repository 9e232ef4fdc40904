package io.github.tiltbench.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {
  @TempDir Path folder;

  @Test
  void filesOfAFolderAreListedInOrder() throws IOException {
    Path b = Files.writeString(Files.createDirectory(folder.resolve("a")).resolve("b"), "");
    Path c = Files.writeString(folder.resolve("c"), "");
    assertEquals(List.of(b, c), Digests.files(Mark.of("x"), folder));
    assertEquals(List.of(c), Digests.files(Mark.of("x"), c));
  }
}
