package io.github.tiltbench.config;

/**
 * A definition that cannot be used; its message is one line of {@code file:line:column: problem}.
 *
 * <p>The command line prints it as it is and exits with code 2.
 */
public class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Mark at;

  public ConfigException(Mark at, String problem) {
    super(at + ": " + oneLine(problem));
    this.at = at;
  }

  /** Where the problem stands. */
  public Mark at() {
    return at;
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ");
  }
}
