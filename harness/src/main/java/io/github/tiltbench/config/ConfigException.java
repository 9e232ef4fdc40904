package io.github.tiltbench.config;

/**
 * A definition that cannot be used; its message is one line of {@code file:line:column: problem}.
 *
 * <p>The command line prints it as it is and exits with code 2.
 */
public class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST = 2000;

  private final transient Mark at;
  private final String problem;

  public ConfigException(Mark at, String problem) {
    super(at + ": " + oneLine(problem));
    this.at = at;
    this.problem = oneLine(problem);
  }

  /** Where the problem stands. */
  public Mark at() {
    return at;
  }

  /** What is wrong there. */
  public String problem() {
    return problem;
  }

  /** One line of readable length, whatever of the file it quotes. */
  private static String oneLine(String text) {
    String whole =
        text.length() <= LONGEST
            ? text
            : text.substring(0, LONGEST / 2)
                + " ... "
                + text.substring(text.length() - LONGEST / 2);
    return whole
        .strip()
        .replaceAll("\\s*[\\r\\n\\u0085\\u2028\\u2029]+\\s*", "; ")
        .replaceAll("\\p{Cntrl}", "?");
  }
}
