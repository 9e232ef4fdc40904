package io.github.tiltbench.result;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Mark;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Something in a result folder that is not as it was written; reported, and its trial run again.
 *
 * @param at the file, with line and column where they are known
 * @param problem one clause
 */
public record Damage(Mark at, String problem) {
  /** Damage of a line, counted from 1. */
  static Damage of(Path file, int line, String problem) {
    return new Damage(new Mark(file.toString(), line, 0), problem);
  }

  /** Something else that stands where the program has a folder; empty if nothing does. */
  static Optional<Damage> ofFolder(Path folder) {
    return Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(folder)
        ? Optional.of(new Damage(Mark.of(folder.toString()), "is there and is no folder"))
        : Optional.empty();
  }

  /** What a reader refused. */
  static Damage of(ConfigException e) {
    return new Damage(e.at(), e.problem());
  }

  /** The same without the folder and the column. */
  public String brief() {
    String line = at.line() > 0 ? " line " + at.line() : "";
    return Path.of(at.file()).getFileName() + line + ": " + problem;
  }

  @Override
  public String toString() {
    return at + ": " + problem;
  }
}
