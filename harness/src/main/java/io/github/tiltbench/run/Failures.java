package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.VerifierFailure;
import io.github.tiltbench.budget.Overdrawn;
import io.github.tiltbench.engine.OutOfDeviceMemory;
import io.github.tiltbench.engine.program.ProgramFailure;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.study.TrialId;

/** Names for what can go wrong in a trial. */
final class Failures {
  private Failures() {}

  /** The failure that a throwable is: a kind to group by and one line to read. */
  static Failure of(TrialId id, Throwable e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof Overdrawn) {
      return new Failure(id, "overdrawn", message);
    }
    if (e instanceof VerifierFailure) {
      return new Failure(id, "verifier", message);
    }
    if (e instanceof ModelFailure) {
      return new Failure(id, "model", message);
    }
    if (e instanceof ProgramFailure) {
      return new Failure(id, "program", message);
    }
    if (e instanceof OutOfMemoryError || OutOfDeviceMemory.saidBy(e)) {
      return new Failure(id, "memory", message);
    }
    StackTraceElement[] trace = e.getStackTrace();
    String where = trace.length == 0 ? "" : " at " + trace[0];
    return new Failure(id, "exception", e.getClass().getSimpleName() + ": " + message + where);
  }
}
