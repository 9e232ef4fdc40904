package io.github.tiltbench.benchmarks.trial;

import com.sun.management.ThreadMXBean;
import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.budget.Cost;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.LongAdder;

/**
 * Java heap that trials allocate. JMH's own profiler asks threads that are alive, and the thread of
 * a trial ends with it, so the algorithm itself is made to report what its thread allocated.
 */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final LongAdder elsewhere = new LongAdder();

  /** Bytes that the calling thread has allocated since it began. */
  static long here() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  /** Bytes that algorithms allocated since the last call in threads other than their caller's. */
  long elsewhere() {
    return elsewhere.sumThenReset();
  }

  /** The same algorithm, which also reports here. */
  Algorithm reporting(Algorithm algorithm) {
    Thread caller = Thread.currentThread();
    return new Algorithm() {
      @Override
      public Samples sample(Problem problem, Session session) {
        long before = here();
        Samples samples = algorithm.sample(problem, session);
        if (Thread.currentThread() != caller) {
          elsewhere.add(here() - before);
        }
        return samples;
      }

      @Override
      public Cost cost(Problem problem) {
        return algorithm.cost(problem);
      }

      @Override
      public boolean costIsUpperBound() {
        return algorithm.costIsUpperBound();
      }
    };
  }
}
