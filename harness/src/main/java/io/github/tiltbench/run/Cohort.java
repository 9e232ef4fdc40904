package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.particle.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs trials in lockstep and merges their calls: when every running trial waits for an answer, the
 * queries of one kind become one batch, in trial order.
 *
 * <p>Which queries meet depends on the trials alone and never on timing, so a cohort gives the same
 * bytes each time. Each trial has a thread of its own; the model and the verifier are called on the
 * thread that called {@link #run}, so the engine sees one thread.
 *
 * @param <T> what a trial gives
 */
final class Cohort<T> {
  /** What came of one trial: a value, or what it threw. */
  record Result<T>(T value, Throwable failure) {}

  private static final String STOPPED = "the cohort was stopped";
  private static final Query.Kind[] KINDS = Query.Kind.values();

  private final Evaluator evaluator;
  private final List<Function<Evaluator, T>> trials;
  private final List<TrialThread> threads = new ArrayList<>();

  /** One permit from each thread that has come to wait or to its end. */
  private final Semaphore halted = new Semaphore(0);

  private Cohort(Evaluator evaluator, List<Function<Evaluator, T>> trials) {
    this.evaluator = evaluator;
    this.trials = trials;
  }

  /**
   * Runs trials together.
   *
   * <p>What a trial throws fails that trial alone; what the evaluator throws fails the trials whose
   * queries were in that batch.
   *
   * @return one result a trial, in their order
   * @throws InterruptedException if the calling thread is interrupted; the trials are abandoned
   */
  static <T> List<Result<T>> run(Evaluator evaluator, List<Function<Evaluator, T>> trials)
      throws InterruptedException {
    return new Cohort<>(evaluator, trials).run();
  }

  /**
   * Runs trials one after the other on the calling thread: the same as {@link #run} of a single
   * trial, or where a row is answered alike in any batch, without the waiting for each other.
   *
   * @throws InterruptedException if the calling thread is interrupted before the last trial has
   *     finished; the trials are abandoned
   */
  static <T> List<Result<T>> inTurn(Evaluator evaluator, List<Function<Evaluator, T>> trials)
      throws InterruptedException {
    Evaluator stoppable =
        (query, condition) -> {
          if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException(STOPPED);
          }
          return evaluator.evaluate(query, condition);
        };
    List<Result<T>> results = new ArrayList<>();
    for (Function<Evaluator, T> trial : trials) {
      Result<T> result = result(stoppable, trial);
      results.add(result);
      boolean finished = results.size() == trials.size() && result.failure() == null;
      if (!finished && Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    return results;
  }

  private static <T> Result<T> result(Evaluator evaluator, Function<Evaluator, T> trial) {
    try {
      return new Result<>(trial.apply(evaluator), null);
    } catch (Throwable e) { // every failure of a trial belongs to that trial
      return new Result<>(null, e);
    }
  }

  private List<Result<T>> run() throws InterruptedException {
    try {
      for (Function<Evaluator, T> trial : trials) {
        TrialThread thread = new TrialThread(trial);
        threads.add(thread);
        thread.start();
      }
      try (Arena.Steps arena = Arena.steps()) {
        for (List<TrialThread> waiting = await(threads);
            !waiting.isEmpty();
            waiting = await(waiting)) {
          arena.next();
          serveAll(waiting);
          for (TrialThread thread : waiting) {
            thread.served.release();
          }
        }
      }
      return threads.stream().map(thread -> thread.result).toList();
    } finally {
      threads.forEach(Thread::interrupt);
    }
  }

  /** Those of the running threads that wait, once none of them runs any more. */
  private List<TrialThread> await(List<TrialThread> running) throws InterruptedException {
    halted.acquire(running.size());
    List<TrialThread> waiting = new ArrayList<>();
    for (TrialThread thread : running) {
      if (thread.result == null) {
        waiting.add(thread);
      }
    }
    return waiting;
  }

  /** Kind by kind. */
  private void serveAll(List<TrialThread> waiting) {
    for (Query.Kind kind : KINDS) {
      List<TrialThread> alike = new ArrayList<>();
      for (TrialThread thread : waiting) {
        if (thread.query.kind() == kind) {
          alike.add(thread);
        }
      }
      if (!alike.isEmpty()) {
        serve(alike);
      }
    }
  }

  private void serve(List<TrialThread> alike) {
    try {
      if (alike.size() == 1) {
        TrialThread only = alike.get(0);
        only.answer = only.arena.lend(() -> evaluator.evaluate(only.query, only.condition));
        return;
      }
      Evaluation all =
          evaluator.evaluate(
              Query.joined(alike.stream().map(thread -> thread.query).toList()),
              alike.stream()
                  .flatMap(thread -> Stream.of(thread.condition))
                  .toArray(Condition[]::new));
      int from = 0;
      for (TrialThread thread : alike) {
        int[] own = new int[thread.query.x().size()];
        int first = from;
        Arrays.setAll(own, i -> first + i);
        thread.answer = thread.arena.lend(() -> all.select(own));
        from += own.length;
      }
    } catch (RuntimeException | Error e) {
      alike.forEach(thread -> thread.failure = e);
    }
  }

  /** The thread of one trial, and the evaluator it sees. */
  private final class TrialThread extends Thread implements Evaluator {
    private final Function<Evaluator, T> trial;
    private final Semaphore served = new Semaphore(0);
    private Arena arena;
    private Query query;
    private Condition[] condition;
    private Evaluation answer;
    private Throwable failure;
    private Result<T> result;

    TrialThread(Function<Evaluator, T> trial) {
      super("trial");
      this.trial = trial;
      setDaemon(true);
    }

    @Override
    public void run() {
      arena = Arena.here();
      result = result(this, trial);
      halted.release();
    }

    @Override
    public Evaluation evaluate(Query asked, Condition[] conditions) {
      query = asked;
      condition = conditions;
      halted.release();
      try {
        served.acquire();
      } catch (InterruptedException e) {
        throw new IllegalStateException(STOPPED, e);
      }
      if (failure instanceof Error e) {
        throw e;
      }
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      return answer;
    }
  }
}
