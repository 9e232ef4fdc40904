package io.github.tiltbench.engine.program;

/** A program that does not start, answer or keep to the protocol; the message is one line. */
public final class ProgramFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST = 600;

  ProgramFailure(Program program, String problem) {
    this(program.toString(), problem);
  }

  /**
   * The failure of a program that a study does not write out.
   *
   * @param program its name
   */
  public ProgramFailure(String program, String problem) {
    super(program + ": " + shortened(problem));
  }

  private static String shortened(String problem) {
    String line =
        problem.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ").replaceAll("\\p{Cntrl}", "?");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + " ...";
  }
}
