package io.github.tiltbench.result;

import java.nio.file.Path;

/**
 * Something in a result folder that is not as it was written; reported, and its trial run again.
 *
 * @param file where
 * @param line from 1, or 0 for the file as a whole
 * @param problem one clause
 */
public record Damage(Path file, int line, String problem) {
  @Override
  public String toString() {
    return file + (line > 0 ? ":" + line : "") + ": " + problem;
  }
}
