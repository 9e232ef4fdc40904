package io.github.tiltbench.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** A gate that any number of calls pass until it is closed; then they wait for ever. */
final class Gate {
  /** Shared by the calls inside, held alone by who has closed the gate. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  /** Makes a call; calls within calls pass as well. */
  <T> T pass(Supplier<T> call) {
    lock.readLock().lock();
    try {
      return call.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Closes it for good and waits until all calls are out.
   *
   * @return whether they are; if not in time, the gate stays open
   */
  boolean close(Duration most) {
    try {
      return lock.writeLock().tryLock(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
