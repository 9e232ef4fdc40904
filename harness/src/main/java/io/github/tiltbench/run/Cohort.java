package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Guided;
import io.github.tiltbench.algorithm.Sloped;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Contrast;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.particle.Rows;
import io.github.tiltbench.particle.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs trials in lockstep and merges their calls: when every running trial waits for an answer, the
 * requests of one kind become one batch, in trial order.
 *
 * <p>Which requests meet depends on the trials alone and never on timing, so a cohort gives the
 * same bytes each time. Each trial has a thread of its own; the model and the verifier are called
 * on the thread that called {@link #run}, so the engine sees one thread.
 *
 * @param <T> what a trial gives
 */
final class Cohort<T> {
  /** The answer of one trial: a value, or what it threw. */
  record Answer<T>(T value, Throwable failure) {}

  private static final Kind[] KINDS = Kind.values();

  private final Evaluator evaluator;
  private final List<Function<Evaluator, T>> trials;
  private final List<TrialThread> lanes = new ArrayList<>();

  /** One permit from each lane that has come to wait or to its end. */
  private final Semaphore halted = new Semaphore(0);

  private Cohort(Evaluator evaluator, List<Function<Evaluator, T>> trials) {
    this.evaluator = evaluator;
    this.trials = trials;
  }

  /**
   * Runs trials together.
   *
   * <p>What a trial throws fails that trial alone; what the evaluator throws fails the trials whose
   * requests were in that batch.
   *
   * @return one answer a trial, in their order
   * @throws InterruptedException if the calling thread is interrupted; the trials are abandoned
   */
  static <T> List<Answer<T>> run(Evaluator evaluator, List<Function<Evaluator, T>> trials)
      throws InterruptedException {
    return new Cohort<>(evaluator, trials).run();
  }

  /**
   * Runs trials one after the other on the calling thread: the same as {@link #run} where a row is
   * answered alike in any batch, without the waiting for each other.
   *
   * @throws InterruptedException if the calling thread is interrupted between two trials
   */
  static <T> List<Answer<T>> inTurn(Evaluator evaluator, List<Function<Evaluator, T>> trials)
      throws InterruptedException {
    List<Answer<T>> answers = new ArrayList<>();
    for (Function<Evaluator, T> trial : trials) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      answers.add(answer(evaluator, trial));
    }
    return answers;
  }

  private static <T> Answer<T> answer(Evaluator evaluator, Function<Evaluator, T> trial) {
    try {
      return new Answer<>(trial.apply(evaluator), null);
    } catch (Throwable e) { // every failure of a trial belongs to that trial
      return new Answer<>(null, e);
    }
  }

  private List<Answer<T>> run() throws InterruptedException {
    try {
      for (Function<Evaluator, T> trial : trials) {
        TrialThread lane = new TrialThread(trial);
        lanes.add(lane);
        lane.start();
      }
      try (Arena.Steps arena = Arena.steps()) {
        for (List<TrialThread> waiting = await(lanes);
            !waiting.isEmpty();
            waiting = await(waiting)) {
          arena.next();
          serveAll(waiting);
          for (TrialThread lane : waiting) {
            lane.served.release();
          }
        }
      }
      return lanes.stream().map(lane -> lane.answer).toList();
    } finally {
      lanes.forEach(Thread::interrupt);
    }
  }

  /** Those of the running lanes that wait, once none of them runs any more. */
  private List<TrialThread> await(List<TrialThread> running) throws InterruptedException {
    halted.acquire(running.size());
    List<TrialThread> waiting = new ArrayList<>();
    for (TrialThread lane : running) {
      if (lane.answer == null) {
        waiting.add(lane);
      }
    }
    return waiting;
  }

  /** Kind by kind. */
  private void serveAll(List<TrialThread> waiting) {
    for (Kind kind : KINDS) {
      List<TrialThread> alike = new ArrayList<>();
      for (TrialThread lane : waiting) {
        if (lane.request.kind == kind) {
          alike.add(lane);
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
        only.reply = new Reply(only.arena.lend(() -> ask(only.request)), null);
        return;
      }
      Rows<?> rows = ask(Request.joined(alike.stream().map(lane -> lane.request).toList()));
      int from = 0;
      for (TrialThread lane : alike) {
        int[] own = new int[lane.request.x.size()];
        int first = from;
        Arrays.setAll(own, i -> first + i);
        lane.reply = new Reply(lane.arena.lend(() -> rows.select(own)), null);
        from += own.length;
      }
    } catch (RuntimeException | Error e) {
      alike.forEach(lane -> lane.reply = new Reply(null, e));
    }
  }

  private Rows<?> ask(Request request) {
    return request.kind.serve(evaluator, request);
  }

  private enum Kind {
    DENOISE {
      @Override
      Rows<?> serve(Evaluator e, Request r) {
        return e.denoise(r.x, r.level, r.condition);
      }
    },
    CONTRAST {
      @Override
      Rows<?> serve(Evaluator e, Request r) {
        return e.contrast(r.x, r.level, r.condition);
      }
    },
    SCORE {
      @Override
      Rows<?> serve(Evaluator e, Request r) {
        return new Scalars(e.score(r.x, r.condition));
      }
    },
    GUIDE {
      @Override
      Rows<?> serve(Evaluator e, Request r) {
        return e.guide(r.x, r.level, r.condition);
      }
    },
    SLOPE {
      @Override
      Rows<?> serve(Evaluator e, Request r) {
        return e.slope(r.x, r.level, r.condition);
      }
    };

    abstract Rows<?> serve(Evaluator evaluator, Request request);
  }

  private record Request(Kind kind, Batch x, int[] level, Condition[] condition) {
    /** One request for the rows of all, which are of one kind. */
    static Request joined(List<Request> all) {
      return new Request(
          all.get(0).kind,
          Batch.concat(all.stream().map(Request::x).toList()),
          all.stream().flatMapToInt(r -> IntStream.of(r.level)).toArray(),
          all.stream().flatMap(r -> Stream.of(r.condition)).toArray(Condition[]::new));
    }
  }

  /** What was asked for, or a failure. */
  private record Reply(Rows<?> rows, Throwable failure) {}

  /** The thread of one trial, and the evaluator it sees. */
  private final class TrialThread extends Thread implements Evaluator {
    private final Function<Evaluator, T> trial;
    private final Semaphore served = new Semaphore(0);
    private Arena arena;
    private Request request;
    private Reply reply;
    private Answer<T> answer;

    TrialThread(Function<Evaluator, T> trial) {
      super("trial");
      this.trial = trial;
      setDaemon(true);
    }

    @Override
    public void run() {
      arena = Arena.here();
      answer = answer(this, trial);
      halted.release();
    }

    private Rows<?> ask(Request asked) {
      request = asked;
      halted.release();
      try {
        served.acquire();
      } catch (InterruptedException e) {
        throw new IllegalStateException("the cohort was stopped", e);
      }
      if (reply.failure instanceof Error e) {
        throw e;
      }
      if (reply.failure instanceof RuntimeException e) {
        throw e;
      }
      return reply.rows;
    }

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      return (Prediction) ask(new Request(Kind.DENOISE, x, level, condition));
    }

    @Override
    public Contrast contrast(Batch x, int[] level, Condition[] condition) {
      return (Contrast) ask(new Request(Kind.CONTRAST, x, level, condition));
    }

    @Override
    public double[] score(Batch clean, Condition[] condition) {
      return ((Scalars) ask(new Request(Kind.SCORE, clean, new int[0], condition))).values();
    }

    @Override
    public Guided guide(Batch x, int[] level, Condition[] condition) {
      return (Guided) ask(new Request(Kind.GUIDE, x, level, condition));
    }

    @Override
    public Sloped slope(Batch x, int[] level, Condition[] condition) {
      return (Sloped) ask(new Request(Kind.SLOPE, x, level, condition));
    }
  }
}
