package io.github.tiltbench.report.summary;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.summary.StudyComponents.Hindrance;
import io.github.tiltbench.result.StoreException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Keeps what goes wrong in one number in the place of that number.
 *
 * <p>A number that its data cannot carry is a refusal of the statistics and no fault, and so is one
 * whose files cannot be read. Whatever else is thrown while a number is computed ends here, and
 * nowhere else: the number is refused as an internal fault, the rest of the page stands, and
 * whoever asked for the page is told.
 */
public final class Faults {
  private final Queue<String> found = new ConcurrentLinkedQueue<>();

  /**
   * What is computed, or what takes its place where the computation throws.
   *
   * @param what names it in {@link #found}
   * @param refused makes the stand-in from a reason, one clause
   */
  public <T> T contained(
      String what, Supplier<? extends T> number, Function<String, ? extends T> refused) {
    try {
      return number.get();
    } catch (Hindrance | StoreException | Axis.Unplottable e) {
      return refused.apply(e.getMessage());
    } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError e) {
      found.add(what + ": " + text(e));
      return refused.apply("internal fault: " + text(e));
    }
  }

  /** The faults so far, each what was computed and what was thrown, in alphabetical order. */
  public List<String> found() {
    return found.stream().sorted().toList();
  }

  private static String text(Throwable e) {
    StackTraceElement[] trace = e.getStackTrace();
    return e.getClass().getSimpleName()
        + (e.getMessage() == null
            ? ""
            : " \"" + e.getMessage().lines().findFirst().orElse("") + "\"")
        + (trace.length == 0
            ? ""
            : " at " + trace[0].getFileName() + ":" + trace[0].getLineNumber());
  }
}
