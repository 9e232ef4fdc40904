package io.github.tiltbench.report.summary;

/**
 * A sample of tokens as text.
 *
 * @param given what the prompt had put there already, the beginning; may be empty
 * @param written what follows it
 */
public record SampleText(String given, String written) {
  /** All of it. */
  public String text() {
    return given + written;
  }
}
