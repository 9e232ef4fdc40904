package io.github.tiltbench.config;

/**
 * A place in a file; line and column count from 1, 0 means that only the file, or the line, is
 * known.
 *
 * @param file name as the user wrote it
 */
public record Mark(String file, int line, int column) {
  /** The file as a whole. */
  public static Mark of(String file) {
    return new Mark(file, 0, 0);
  }

  /** {@code file:line:column}, or as much of it as is known. */
  @Override
  public String toString() {
    return file + (line == 0 ? "" : ":" + line) + (column == 0 ? "" : ":" + column);
  }

  /** The place inside the file, for a message that has named the file already. */
  String inFile() {
    return "line " + line + ", column " + column;
  }
}
