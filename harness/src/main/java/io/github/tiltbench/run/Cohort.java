package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Guided;
import io.github.tiltbench.algorithm.Sloped;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Contrast;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Rows;
import io.github.tiltbench.particle.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

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

  private final Evaluator evaluator;
  private final List<Function<Evaluator, T>> trials;
  private final List<Lane> lanes = new ArrayList<>();

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

  private List<Answer<T>> run() throws InterruptedException {
    try {
      for (Function<Evaluator, T> trial : trials) {
        Lane lane = new Lane(trial);
        lanes.add(lane);
        lane.start();
      }
      for (List<Lane> waiting = awaitAll(); !waiting.isEmpty(); waiting = awaitAll()) {
        for (Kind kind : Kind.values()) {
          List<Lane> alike = waiting.stream().filter(l -> l.request.kind == kind).toList();
          if (!alike.isEmpty()) {
            serve(alike);
          }
        }
        synchronized (this) {
          waiting.forEach(lane -> lane.request = null);
          notifyAll();
        }
      }
      return lanes.stream().map(lane -> lane.answer).toList();
    } finally {
      lanes.forEach(Thread::interrupt);
    }
  }

  /** The running lanes, once all of them wait; none when all have finished. */
  private synchronized List<Lane> awaitAll() throws InterruptedException {
    while (lanes.stream().anyMatch(lane -> lane.answer == null && lane.request == null)) {
      wait();
    }
    return lanes.stream().filter(lane -> lane.answer == null).toList();
  }

  private void serve(List<Lane> alike) {
    try {
      Request all = alike.stream().map(lane -> lane.request).reduce(Request::join).orElseThrow();
      Rows<?> rows = all.kind.serve(evaluator, all);
      int from = 0;
      for (Lane lane : alike) {
        int[] own = new int[lane.request.x.size()];
        int first = from;
        Arrays.setAll(own, i -> first + i);
        lane.reply = new Reply(rows.select(own), null);
        from += own.length;
      }
    } catch (RuntimeException | Error e) {
      alike.forEach(lane -> lane.reply = new Reply(null, e));
    }
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
    Request join(Request next) {
      return new Request(
          kind, x.concat(next.x), joined(level, next.level), joined(condition, next.condition));
    }

    private static int[] joined(int[] a, int[] b) {
      int[] both = Arrays.copyOf(a, a.length + b.length);
      System.arraycopy(b, 0, both, a.length, b.length);
      return both;
    }

    private static Condition[] joined(Condition[] a, Condition[] b) {
      Condition[] both = Arrays.copyOf(a, a.length + b.length);
      System.arraycopy(b, 0, both, a.length, b.length);
      return both;
    }
  }

  /** What was asked for, or a failure. */
  private record Reply(Rows<?> rows, Throwable failure) {}

  /** The thread of one trial, and the evaluator it sees. */
  private final class Lane extends Thread implements Evaluator {
    private final Function<Evaluator, T> trial;
    private Request request;
    private Reply reply;
    private Answer<T> answer;

    Lane(Function<Evaluator, T> trial) {
      super("trial");
      this.trial = trial;
      setDaemon(true);
    }

    @Override
    public void run() {
      Answer<T> given;
      try {
        given = new Answer<>(trial.apply(this), null);
      } catch (Throwable e) { // every failure of a trial belongs to that trial
        given = new Answer<>(null, e);
      }
      synchronized (Cohort.this) {
        answer = given;
        Cohort.this.notifyAll();
      }
    }

    private Rows<?> ask(Request asked) {
      synchronized (Cohort.this) {
        request = asked;
        Cohort.this.notifyAll();
        try {
          while (request != null) {
            Cohort.this.wait();
          }
        } catch (InterruptedException e) {
          throw new IllegalStateException("the cohort was stopped", e);
        }
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
