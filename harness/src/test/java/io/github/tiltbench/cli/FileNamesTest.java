package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name with letters that the language settings cannot say: a line with the cure. */
class FileNamesTest {
  @TempDir Path folder;

  /** Runs the program on a file whose name a shell spells in bytes. */
  private String said(String command) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no shell");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    "/bin/sh",
                    "-c",
                    "LC_ALL=C exec '"
                        + java
                        + "' -cp '"
                        + System.getProperty("java.class.path")
                        + "' io.github.tiltbench.cli.Main "
                        + command
                        + " \"$(printf 's\\303\\274\\303\\237.yaml')\""))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(2, process.exitValue(), output);
    return output;
  }

  @Test
  void umlautsWithoutUtf8() throws Exception {
    for (String command : List.of("run", "plan", "report")) {
      String output = said(command);
      assertTrue(output.contains("set LC_ALL=C.UTF-8"), output);
      assertTrue(!output.contains("Exception"), output);
    }
  }
}
