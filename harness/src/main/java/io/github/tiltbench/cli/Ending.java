package io.github.tiltbench.cli;

import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.program.Programs;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * How the process ends: never while a thread is inside the engine; by a signal with {@link
 * Main#STOPPED}, after the command in progress has brought what it does to a good end.
 */
final class Ending {
  private static final Duration NOTICEABLE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static volatile boolean deliberate;
  private static volatile boolean stopping;
  private static volatile Stop onSignal = Stop.NOTHING;

  private Ending() {}

  /**
   * What a command does when a signal stops it.
   *
   * @param settle leaves its files whole; what it locks stays locked until the process ends
   * @param message for the user
   */
  record Stop(Runnable settle, String message) {
    static final Stop NOTHING = new Stop(() -> {}, "stopped");
  }

  /** Takes over the end of this process, and of its threads. */
  static void install() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          quietIfStopping();
          System.err.println("tiltbench: internal fault in thread " + thread.getName() + ": " + e);
        });
    Runtime.getRuntime().addShutdownHook(new Thread(Ending::end, "ending"));
  }

  /** Says what a signal does from now on. */
  static void onSignal(Stop stop) {
    onSignal = stop;
  }

  /** Returns, unless a signal is ending the process: then no failure is worth a word any more. */
  static void quietIfStopping() {
    while (stopping) {
      LockSupport.park();
    }
  }

  /** Ends the process with a code, or with {@link Main#FAILED} if its output was lost. */
  static void exit(int code) {
    String lost = lostOutput();
    if (lost != null && !lost.contains("Broken pipe")) { // such as by head: nothing to say
      System.err.println("tiltbench: standard output cannot be written: " + lost);
    }
    deliberate = true;
    System.exit(lost != null && code == Main.DONE ? Main.FAILED : code);
  }

  /** Why standard output has not taken all that was printed; null if it has. */
  private static String lostOutput() {
    if (!System.out.checkError()) {
      return null;
    }
    try {
      new FileOutputStream(FileDescriptor.out).write('\n'); // the stream keeps no cause
      return "some of it is lost";
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private static void end() {
    if (deliberate) {
      Programs.endAll();
      Torch.close(PATIENCE);
      return;
    }
    stopping = true;
    Stop stop = onSignal;
    stop.settle.run();
    Programs.endAll();
    if (!Torch.close(NOTICEABLE)) {
      System.err.println();
      System.err.println("stopping after the network calls in progress");
      Torch.close(PATIENCE);
    }
    System.err.println();
    System.err.println(stop.message);
    System.err.flush();
    Runtime.getRuntime().halt(Main.STOPPED);
  }
}
