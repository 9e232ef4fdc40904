package io.github.tiltbench.config;

/**
 * A place in a definition file; line and column count from 1, 0 means that only the file is known.
 *
 * @param file name as the user wrote it
 */
public record Mark(String file, int line, int column) {
  /** The file as a whole. */
  public static Mark of(String file) {
    return new Mark(file, 0, 0);
  }

  /** {@code file:line:column}, or the file alone. */
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }

  /** The place inside the file, for a message that has named the file already. */
  String inFile() {
    return "line " + line + ", column " + column;
  }
}
