package io.github.tiltbench.engine.program;

import io.github.tiltbench.config.Keyed;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A program as a study names it.
 *
 * @param command the program and its arguments; those that name one of the files mean the private
 *     copy that is run
 * @param files what it is made of; they are part of the cell's key
 * @param version what it calls itself; raised by its author when anything changes that the files do
 *     not show, such as a library
 * @param timeouts how long it is waited for, no part of the key
 */
public record Program(
    List<String> command, List<ProgramFile> files, String version, Optional<Timeouts> timeouts)
    implements Keyed {
  private static final int LABEL = 60;

  /** Refuses an empty command, files of one name and a command that names none of them. */
  public Program {
    command = List.copyOf(command);
    files = List.copyOf(files);
    if (command.isEmpty() || command.get(0).isBlank()) {
      throw new IllegalArgumentException(
          "command must be a program and its arguments, such as [python3, my_reward.py]");
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("files must be what the program is made of");
    }
    Set<String> names = new HashSet<>();
    for (ProgramFile file : files) {
      if (!names.add(file.name())) {
        throw new IllegalArgumentException(
            "files has two of the name " + file.name() + ", and the program would find but one");
      }
    }
    List<ProgramFile> known = files;
    if (command.stream().allMatch(argument -> copy(argument, known).isEmpty())) {
      throw new IllegalArgumentException(
          "command names none of its files, "
              + String.join(", ", known.stream().map(ProgramFile::name).toList())
              + ", so what it runs would be no part of the key");
    }
    if (version.isBlank()) {
      throw new IllegalArgumentException("version must be what the program calls itself");
    }
  }

  /** Where the copy of what an argument names lies in the folder of copies; empty if none does. */
  private static Optional<String> copy(String argument, List<ProgramFile> files) {
    try {
      Path path = Path.of(argument).normalize();
      if (path.toString().isEmpty()) {
        return Optional.empty();
      }
      Stream<String> itself =
          files.stream().filter(f -> f.path().endsWith(path)).map(f -> f.name());
      Stream<String> within =
          files.stream()
              .flatMap(
                  f ->
                      f.digests().keySet().stream()
                          .filter(n -> f.path().resolveSibling(n).endsWith(path)));
      return Stream.concat(itself, within).findFirst();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** The command for copies of the files in a folder, in which it is to be run. */
  List<String> within(Path folder) {
    List<String> within = new ArrayList<>();
    for (String argument : command) {
      Optional<String> copy = copy(argument, files);
      within.add(
          copy.map(c -> within.isEmpty() ? folder.resolve(c).toString() : c).orElse(argument));
    }
    return within;
  }

  Timeouts patience() {
    return timeouts.orElse(Timeouts.DEFAULT);
  }

  @Override
  public Object key() {
    return Map.of("command", command, "files", files, "version", version);
  }

  /** What it is, for the record of a run: its version and the digests of its files. */
  public String identity() {
    StringBuilder text = new StringBuilder("version ").append(version);
    files.forEach(
        file ->
            file.digests()
                .forEach((name, sha) -> text.append(", ").append(name).append(' ').append(sha)));
    return text.toString();
  }

  /** The command as a user knows it, shortened. */
  @Override
  public String toString() {
    String text = String.join(" ", command);
    return text.length() <= LABEL ? text : text.substring(0, LABEL - 3) + "...";
  }
}
