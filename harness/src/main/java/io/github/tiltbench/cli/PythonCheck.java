package io.github.tiltbench.cli;

import io.github.tiltbench.run.SelfTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What programs in Python meet on this machine. */
final class PythonCheck {
  private static final String ASK =
      "import sys, importlib.util as u; print(sys.version.split()[0] + ''.join(', ' + m for m in"
          + " ('numpy', 'torch', 'diffusers') if u.find_spec(m)))";
  private static final long SECONDS = 60;

  private PythonCheck() {}

  /** The version of {@code python3} and which libraries of the examples it has, if it is there. */
  static Optional<String> version() throws InterruptedException {
    try {
      Process python =
          new ProcessBuilder("python3", "-c", ASK)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      python.getOutputStream().close();
      String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean sound = python.waitFor(SECONDS, TimeUnit.SECONDS) && python.exitValue() == 0;
      return sound ? Optional.of(said.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The example of a reward with a gradient, run as a study would run it. */
  static SelfTest.Check example() {
    try {
      Path folder = Files.createTempDirectory("tiltbench-");
      try {
        Map<String, String> files = NewCommand.programs("doctor");
        for (Map.Entry<String, String> file : files.entrySet()) {
          Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
        return SelfTest.program(
            folder.resolve("reward_with_gradient.py"), folder.resolve("tiltbench_worker.py"));
      } finally {
        for (String name : NewCommand.programs("doctor").keySet()) {
          Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
