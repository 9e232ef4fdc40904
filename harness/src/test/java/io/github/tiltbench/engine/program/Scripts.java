package io.github.tiltbench.engine.program;

import io.github.tiltbench.cli.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Python programs in a folder, beside the worker that they import. */
public record Scripts(Path folder) {
  /** Puts the worker there. */
  public Scripts {
    copy(Main.class, "new/program/tiltbench_worker.py", folder);
  }

  /** Puts a program of the tests there. */
  public Scripts with(String name) {
    copy(Scripts.class, "/program/" + name, folder);
    return this;
  }

  /** Puts one of the examples for users there. */
  public Scripts example(String name) {
    copy(Main.class, "new/program/" + name, folder);
    return this;
  }

  /** Puts a program there. */
  public Scripts with(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A program of the folder, of version 1, with patience for a test. */
  public Program program(String name, String... arguments) {
    return program(60, 60, name, arguments);
  }

  /** The same with its own timeouts. */
  public Program program(double start, double call, String name, String... arguments) {
    List<String> command = new ArrayList<>(List.of("python3", name));
    command.addAll(List.of(arguments));
    return new Program(
        command,
        List.of(
            ProgramFile.of(folder.resolve(name)),
            ProgramFile.of(folder.resolve("tiltbench_worker.py"))),
        "1",
        Optional.of(new Timeouts(OptionalDouble.of(start), OptionalDouble.of(call))));
  }

  private static void copy(Class<?> place, String name, Path folder) {
    try (InputStream in = place.getResourceAsStream(name)) {
      Files.write(folder.resolve(Path.of(name).getFileName()), in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
