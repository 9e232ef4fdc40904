package io.github.tiltbench.particle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Memory for the rows of a chain: an array taken during one step is given out again two steps
 * later, so that a running chain allocates nothing large.
 *
 * <p>A loop over levels opens {@link #steps} and calls {@link Steps#next} before each step. Between
 * two calls of {@code next} everything taken in the step before and in the running one is valid:
 * states, predictions and gradients of a step may be read in the next one and no later. What must
 * live longer is copied, or made with {@code new}; numbers that are carried along with the
 * particles (weights, twists, origins) are never taken from here. When the loop closes its steps,
 * the arrays still in use are left to the collector and stay valid, so a loop may return its last
 * states. Outside of any such loop an array is simply new.
 *
 * <p>Memory belongs to the thread. Contents of an array taken are undefined; with assertions on,
 * they are NaN, and so is everything that was given back, so that a test which reads an array after
 * its time fails.
 */
public final class Arena {
  /** How many arrays of a length are kept for later. */
  private static final int KEPT = 16;

  private static final ThreadLocal<Arena> OF_THREAD = ThreadLocal.withInitial(Arena::new);

  private final Map<Integer, Deque<double[]>> free = new HashMap<>();
  private Steps running;

  private Arena() {}

  /** The arena of the calling thread. */
  public static Arena here() {
    return OF_THREAD.get();
  }

  /** An array of undefined content, valid for this step and the next. */
  public static double[] doubles(int length) {
    return here().take(length);
  }

  /** A copy of an array, valid for this step and the next. */
  public static double[] copy(double[] values) {
    double[] copy = doubles(values.length);
    System.arraycopy(values, 0, copy, 0, copy.length);
    return copy;
  }

  /** Begins a loop over steps on the calling thread; loops nest. */
  public static Steps steps() {
    return here().new Steps();
  }

  /**
   * Does work with the calling thread taking its arrays from this arena, whose own thread must be
   * waiting meanwhile.
   */
  public <T> T lend(Supplier<T> work) {
    Arena own = here();
    OF_THREAD.set(this);
    try {
      return work.get();
    } finally {
      OF_THREAD.set(own);
    }
  }

  private double[] take(int length) {
    if (running == null) {
      return new double[length];
    }
    Deque<double[]> ready = free.get(length);
    double[] array = ready == null || ready.isEmpty() ? new double[length] : ready.pop();
    assert poison(array);
    running.now.add(array);
    return array;
  }

  private static boolean poison(double[] array) {
    Arrays.fill(array, Double.NaN);
    return true;
  }

  /** A loop over steps. */
  public final class Steps implements AutoCloseable {
    private final Steps outer;
    private List<double[]> now = new ArrayList<>();
    private List<double[]> before = new ArrayList<>();

    private Steps() {
      outer = running;
      running = this;
    }

    /** Ends a step: what was taken in the one before it may be given out again. */
    public void next() {
      for (double[] array : before) {
        assert poison(array);
        Deque<double[]> ready = free.computeIfAbsent(array.length, length -> new ArrayDeque<>());
        if (ready.size() < KEPT) {
          ready.push(array);
        }
      }
      before.clear();
      List<double[]> emptied = before;
      before = now;
      now = emptied;
    }

    /**
     * Ends the loop; arrays taken in its last two steps stay as they are. The outermost loop leaves
     * nothing behind: a worker's next cell has batches of other lengths.
     */
    @Override
    public void close() {
      running = outer;
      if (outer == null) {
        free.clear();
      }
    }
  }
}
