package io.github.tiltbench.cli;

import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.run.Observer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * Progress of a run in NFE: one line that is redrawn on a terminal, a line every 30 seconds
 * elsewhere.
 */
final class Progress implements Observer {
  private static final int BAR = 24;
  private static final long QUIET = Duration.ofSeconds(30).toNanos();
  private static final long REDRAW = Duration.ofMillis(200).toNanos();
  private static final int MOST_FAILURES = 5;

  private final PrintStream out;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private long last = start;
  private long allNfe;
  private long doneNfe;
  private int trials;
  private int done;
  private int failures;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void started(int trials, long nfe, int finished) {
    this.trials = trials;
    this.allNfe = nfe;
    String kept = finished == 0 ? "" : String.format(Locale.ROOT, ", %,d kept", finished);
    out.printf(Locale.ROOT, "%,d trials to run%s, %,d NFE%n", trials, kept, nfe);
  }

  @Override
  public void judging(int trials, Set<String> judges) {
    out.printf(
        Locale.ROOT, "%,d stored trials to be scored by %s%n", trials, String.join(", ", judges));
  }

  @Override
  public synchronized void more(int trials, long nfe) {
    this.trials += trials;
    this.allNfe += nfe;
  }

  @Override
  public synchronized void finished(Trial trial) {
    done++;
    doneNfe += trial.cost().nfe();
    show();
  }

  @Override
  public synchronized void failed(Failure failure) {
    done++;
    failures++;
    if (failures <= MOST_FAILURES) {
      clear();
      out.println("failed: " + failure.id() + ": " + failure.kind() + ": " + failure.message());
    }
    show();
  }

  @Override
  public void divided(String calls) {
    clear();
    out.println("out of memory, so in halves from now on: " + calls);
  }

  @Override
  public synchronized void relearning(String why) {
    clear();
    out.println("learned anew: " + why);
  }

  private void show() {
    long now = System.nanoTime();
    if (now - last < (terminal ? REDRAW : QUIET) && done < trials) {
      return;
    }
    last = now;
    String line = line((now - start) / 1e9);
    if (terminal) {
      out.print("\r" + line + "\033[K");
      out.flush();
    } else {
      out.println(line);
    }
  }

  private String line(double seconds) {
    double share = allNfe == 0 ? 1 : (double) doneNfe / allNfe;
    double left = doneNfe == 0 ? Double.NaN : seconds * (allNfe - doneNfe) / doneNfe;
    String bar = terminal ? bar(share) + " " : "";
    return String.format(
        Locale.ROOT,
        "%s%3.0f%%  %,d/%,d trials  %,.0f NFE/s  %s gone, %s left%s",
        bar,
        100 * share,
        done,
        trials,
        doneNfe / seconds,
        Numbers.time(seconds),
        Double.isNaN(left) ? "?" : Numbers.time(left),
        failures == 0 ? "" : "  " + failures + " failed");
  }

  private static String bar(double share) {
    int full = (int) Math.round(BAR * Math.min(1, share));
    return "[" + "=".repeat(full) + " ".repeat(BAR - full) + "]";
  }

  /** Ends the redrawn line, so that what follows has a line of its own. */
  void close() {
    if (terminal && done > 0) {
      out.println();
    }
  }

  private void clear() {
    if (terminal) {
      out.print("\r\033[K");
    }
  }
}
