package io.github.tiltbench.run;

import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Heartbeat;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.StoreException;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.TrialId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Lets others see how a run goes: a {@link Heartbeat} in its folder, renewed while it lasts.
 *
 * <p>A folder that takes no heartbeat stops no run; nobody sees it run, that is all.
 */
public final class Pulse implements Observer, AutoCloseable {
  private final Store store;
  private final long start = System.nanoTime();
  private final Set<TrialId> running = new HashSet<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "pulse");
            thread.setDaemon(true);
            return thread;
          });
  private int trials;
  private int finished;
  private int failed;
  private long nfe;
  private double busy;

  /** Of the process that writes to a store. */
  public Pulse(Store store) {
    this.store = store;
  }

  @Override
  public synchronized void started(int trials, long nfe, int finished) {
    this.trials = trials;
    long every = Heartbeat.EVERY.toMillis();
    Future<?> unused = // ends with the clock
        clock.scheduleWithFixedDelay(this::beat, 0, every, TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void more(int trials, long nfe) {
    this.trials += trials;
  }

  @Override
  public synchronized void begun(List<TrialId> trials) {
    running.addAll(trials);
  }

  @Override
  public synchronized void finished(Trial trial) {
    running.remove(trial.id());
    finished++;
    nfe += trial.cost().nfe();
    busy += trial.wallSeconds();
  }

  @Override
  public synchronized void failed(Failure failure) {
    running.remove(failure.id());
    failed++;
  }

  private void beat() {
    try {
      store.say(said());
    } catch (StoreException e) {
      // the run says itself when its trials cannot be stored
    }
  }

  private synchronized Heartbeat said() {
    Map<String, Integer> cells = new TreeMap<>();
    running.forEach(id -> cells.merge(id.cell(), 1, Integer::sum));
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Heartbeat(
        store.writer(),
        store.shard().toString(),
        seconds,
        trials,
        finished,
        failed,
        nfe,
        busy,
        cells);
  }

  /** Ends it, and takes the heartbeat away. */
  @Override
  public void close() {
    clock.shutdown();
    try {
      clock.awaitTermination(Heartbeat.EVERY.toMillis(), TimeUnit.MILLISECONDS);
      store.unsay();
    } catch (StoreException e) {
      // what stays behind is known to be of a process that has ended
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
