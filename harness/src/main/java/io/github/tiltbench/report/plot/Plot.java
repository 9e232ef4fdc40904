package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Chart;

/** A figure, or the reason why there is none. */
sealed interface Plot {
  /** A figure that shows something. */
  record Drawn(Chart chart) implements Plot {}

  /**
   * No figure.
   *
   * @param what it would have shown
   * @param reason one clause
   */
  record Refused(String what, String reason) implements Plot {
    /** Both in a sentence. */
    String sentence() {
      return "No figure of " + what + ": " + reason + ".";
    }
  }
}
