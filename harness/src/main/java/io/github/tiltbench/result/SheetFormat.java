package io.github.tiltbench.result;

import java.io.IOException;
import java.nio.file.Path;

/** A file format that sheets can be written in; others are found on the class path as services. */
public interface SheetFormat {
  /** The ending of its file names, without the dot. */
  String ending();

  /** Writes all rows to a new file. */
  void write(Sheet sheet, Path file) throws IOException;
}
