package io.github.tiltbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GateTest {
  private final Gate gate = new Gate();
  private final AtomicInteger passed = new AtomicInteger();

  private Thread start(Runnable call) {
    Thread thread = new Thread(() -> passed.addAndGet(gate.pass(() -> run(call))));
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static int run(Runnable call) {
    call.run();
    return 1;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoIsInsideComesOutAndNobodyComesIn() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    Thread first =
        start(
            () -> {
              inside.countDown();
              await(leave);
            });
    inside.await();
    assertFalse(gate.close(Duration.ofMillis(20)), "closed over a call");
    start(() -> {}).join(); // it stayed open
    assertEquals(1, passed.get());
    leave.countDown();
    assertTrue(gate.close(Duration.ofSeconds(10)));
    first.join();
    assertEquals(2, passed.get());
    Thread late = start(() -> {});
    late.join(50);
    assertTrue(late.isAlive(), "passed a closed gate");
    assertEquals(2, passed.get());
  }

  /** A call within a call, when somebody already waits to close, must not wait for itself. */
  @Test
  void aCallWithinACallPasses() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Thread nested =
        start(
            () -> {
              inside.countDown();
              await(go);
              gate.pass(() -> 0);
            });
    inside.await();
    Thread closer = new Thread(() -> gate.close(Duration.ofSeconds(10)));
    closer.start();
    while (closer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    go.countDown();
    closer.join();
    nested.join(10_000);
    assertEquals(1, passed.get());
  }
}
