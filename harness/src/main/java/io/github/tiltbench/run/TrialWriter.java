package io.github.tiltbench.run;

import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Judgement;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.TrialId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Brings outcomes to the disk on a thread of its own: each time all that wait, as one group with
 * one flush a file.
 *
 * <p>Groups form while the flush before them takes its time: trials that take seconds are written
 * one cohort at a time, trials that take less than a flush do not wait for theirs. A crash costs
 * what has not been flushed: the group being written and, at most, {@value #MOST_WAITING} cohorts
 * behind it. The observer hears of a trial when it is on the disk.
 */
final class TrialWriter implements AutoCloseable {
  private static final int MOST_WAITING = 64;

  /**
   * What a cohort left.
   *
   * @param verdicts on trials that an earlier run has stored
   * @param divided calls that did not fit the memory, for the first time in a worker
   */
  record Finished(
      List<Worker.Outcome> outcomes, List<Worker.Verdict> verdicts, List<String> divided) {}

  /** Handed over last; anything else has outcomes or verdicts. */
  private static final Finished END = new Finished(List.of(), List.of(), List.of());

  private final Set<TrialId> missing;
  private final Store store;
  private final Observer observer;
  private final BlockingQueue<Finished> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Set<String> divided = new HashSet<>();
  private final Thread thread = new Thread(this::write, "trial-writer");
  private volatile Throwable refusal;
  private int failed;

  /**
   * Starts the thread.
   *
   * @param missing the trials to store; what else is handed over is dropped
   */
  TrialWriter(Set<TrialId> missing, Store store, Observer observer) {
    this.missing = missing;
    this.store = store;
    this.observer = observer;
    thread.start();
  }

  /**
   * Takes what a cohort left; waits while too many wait.
   *
   * @throws io.github.tiltbench.result.StoreException if the store has refused a group before
   */
  void take(Finished cohort) throws InterruptedException {
    rethrow();
    waiting.put(cohort);
  }

  /**
   * Waits until all that was taken is on the disk.
   *
   * @return how many trials failed
   * @throws io.github.tiltbench.result.StoreException if the store refused a group
   */
  int finish() {
    close();
    rethrow();
    return failed;
  }

  /** Waits until all that was taken is on the disk, or refused; an interrupt is kept for later. */
  @Override
  public void close() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        waiting.put(END);
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void rethrow() {
    if (refusal instanceof Error e) {
      throw e;
    }
    if (refusal instanceof RuntimeException e) {
      throw e;
    }
  }

  private void write() {
    List<Finished> group = new ArrayList<>();
    do {
      group.clear();
      try {
        group.add(waiting.take());
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      }
      waiting.drainTo(group);
      if (refusal == null) {
        try {
          record(group);
        } catch (RuntimeException | Error e) {
          refusal = e; // what comes from now on is dropped, so that nobody waits in vain
        }
      }
    } while (!group.get(group.size() - 1).equals(END));
  }

  private void record(List<Finished> group) {
    List<Trial> trials = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    List<Judgement> judgements = new ArrayList<>();
    for (Finished cohort : group) {
      for (Worker.Verdict verdict : cohort.verdicts) {
        judgements.addAll(verdict.judgements());
        failures.addAll(verdict.failures());
      }
      for (String calls : cohort.divided) {
        if (divided.add(calls)) {
          store.divided(calls);
          observer.divided(calls);
        }
      }
      for (Worker.Outcome outcome : cohort.outcomes) {
        if (outcome.failure() != null && missing.contains(outcome.failure().id())) {
          failures.add(outcome.failure());
        } else if (outcome.trial() != null && missing.contains(outcome.trial().id())) {
          trials.add(outcome.trial());
        }
      }
    }
    store.append(trials, failures);
    store.judge(judgements);
    failed += failures.size();
    failures.forEach(observer::failed);
    trials.forEach(observer::finished);
  }
}
