package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code tiltbench cluster} writes. */
class ClusterCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"master.sh", "worker.sh", "gpus.sh", "submit.txt"})
  void scriptsAreFilledAndTheShellReadsThem(String name) throws IOException, InterruptedException {
    Map<String, String> words =
        Map.of("gpus", "2", "memory", "4 GB", "megabytes", "4096", "jar", "jars/harness.jar");
    String text = ScriptTemplate.filled("spark/" + name, words);
    assertFalse(text.matches("(?s).*@[a-z]+@.*"), text);
    if (name.endsWith(".sh")) {
      Path script = Files.writeString(folder.resolve(name), text);
      assertEquals(0, new ProcessBuilder("bash", "-n", script.toString()).start().waitFor());
    }
  }

  @Test
  void theSecretIsForTheOwnerAlone() throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    ClusterCommand.settings(one, 6, 0);
    ClusterCommand.settings(two, 6, 2);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(one)));
    List<String> lines = Files.readAllLines(one);
    assertEquals("spark.authenticate true", lines.get(0));
    assertTrue(lines.get(1).matches("spark.authenticate.secret [0-9a-f]{64}"), lines.get(1));
    assertEquals("spark.executor.memory 6g", lines.get(2));
    assertEquals(3, lines.size());
    List<String> others = Files.readAllLines(two);
    assertFalse(lines.get(1).equals(others.get(1)), "a secret of its own");
    assertTrue(others.contains("spark.task.resource.gpu.amount 1"), others.toString());
  }

  @Test
  void onlyJarsAreCopied() {
    assertEquals(List.of(Path.of("a.jar"), Path.of("b.jar")), ClusterCommand.jars("b.jar:a.jar"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> ClusterCommand.jars("a.jar:classes"))
            .getMessage();
    assertEquals(
        "cluster copies the libraries of the built program, and this one runs from classes; start"
            + " it with the launcher",
        message);
  }
}
