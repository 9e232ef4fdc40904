package io.github.tiltbench.benchmarks.trial;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** CPU time of the measuring thread, which others on the machine do not stretch. */
final class CallCpu {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private CallCpu() {}

  /** Nanoseconds that a call takes. */
  static long nanos(Runnable call) {
    long start = THREADS.getCurrentThreadCpuTime();
    call.run();
    return THREADS.getCurrentThreadCpuTime() - start;
  }
}
