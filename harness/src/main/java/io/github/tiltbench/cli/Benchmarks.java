package io.github.tiltbench.cli;

import java.nio.file.Path;
import java.util.Optional;

/** What measures how fast the program is; found by {@link java.util.ServiceLoader}. */
public interface Benchmarks {
  /**
   * What is to be measured.
   *
   * @param filter a regular expression
   * @param quick fewer sizes, shorter
   * @param list only say what would be measured
   * @param out JSON to write
   * @param earlier JSON to compare with
   * @param bounds JSON to compute the bounds of; nothing is measured
   * @param unet size of a U-Net; nothing but its forwards is measured
   */
  record Request(
      String filter,
      boolean quick,
      boolean list,
      Optional<Path> out,
      Optional<Path> earlier,
      Optional<Path> bounds,
      Optional<String> unet) {}

  /** Measures, prints and writes; the exit code. */
  int run(Request request) throws Exception;
}
