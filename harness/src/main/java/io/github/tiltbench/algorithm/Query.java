package io.github.tiltbench.algorithm;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.ReverseProcess;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A question about states that the model or the reward answers, and what it costs.
 *
 * @param kind what is asked
 * @param x the states
 * @param level the level of each state, T..1; of clean states 0
 * @param to the level that each state's step goes to, under its own; of clean states 0. It matters
 *     on chains of second order alone, where a prediction is made for a step
 * @param cotangent one row a state, for {@link Kind#PULLBACK} alone
 * @param estimate the clean estimate on the way to each state, for {@link Kind#REWARD} alone
 */
public record Query(
    Kind kind,
    Batch x,
    int[] level,
    int[] to,
    Optional<Batch.Reals> cotangent,
    Optional<Batch.Reals> estimate) {
  /** The closed list of what can be asked; {@link Evaluation} has a part for each thing named. */
  public enum Kind {
    /** The prediction. One NFE a row, two for a step of second order. */
    PREDICTION(1, 0, 0),

    /**
     * The predictions before and after classifier-free guidance, only where {@link
     * Problem#contrasted}. One NFE a row.
     */
    GUIDANCE(1, 0, 0),

    /** The reward of clean states. One REWARD a row. */
    REWARD(0, 0, 1),

    /**
     * The prediction, the reward of its clean estimate and that reward's gradient in the state. One
     * NFE, one BACKWARD and one REWARD a row.
     */
    GRADIENT(1, 1, 1),

    /**
     * The same with the gradient in the estimate alone: no BACKWARD, since nothing is propagated
     * through the model.
     */
    ESTIMATE_GRADIENT(1, 0, 1),

    /** The reward of clean states and its gradient in them. One REWARD a row. */
    REWARD_GRADIENT(0, 0, 1),

    /**
     * The prediction and the gradient of {@code <cotangent, prediction>} in the state. One NFE and
     * one BACKWARD a row, two of each for a step of second order.
     */
    PULLBACK(1, 1, 0);

    private final int nfe;
    private final int backward;
    private final int reward;

    Kind(int nfe, int backward, int reward) {
      this.nfe = nfe;
      this.backward = backward;
      this.reward = reward;
    }

    /** Whether it asks for the prediction that a step takes, of which there may be two behind. */
    boolean ofSteps() {
      return this == PREDICTION || this == PULLBACK;
    }

    /** Whether it is about states on their way, which have a level, and not about clean ones. */
    public boolean denoises() {
      return nfe > 0;
    }
  }

  /** Refuses a list of levels that is not one a row, and a cotangent out of place. */
  public Query {
    if (cotangent.isPresent() != (kind == Kind.PULLBACK)) {
      throw new IllegalArgumentException("a cotangent belongs to a pullback, and to nothing else");
    }
    if (estimate.isPresent() && kind != Kind.REWARD) {
      throw new IllegalArgumentException("an estimate belongs to a reward, and to nothing else");
    }
    if (level.length != x.size() || to.length != x.size()) {
      throw new IllegalArgumentException(level.length + " levels for " + x.size() + " states");
    }
  }

  /** About states of one level T..1. */
  public Query(Kind kind, Batch x, int level) {
    this(kind, x, all(level, x.size()));
  }

  /** About states of levels of their own, on their way one level down. */
  public Query(Kind kind, Batch x, int[] level) {
    this(kind, x, level, below(level), Optional.empty(), Optional.empty());
  }

  /** The predictions for a step from one level T..1 to another under it. */
  public static Query prediction(Batch x, int level, int to) {
    return new Query(
        Kind.PREDICTION,
        x,
        all(level, x.size()),
        all(to, x.size()),
        Optional.empty(),
        Optional.empty());
  }

  /** The pullback of one cotangent a state through the prediction for such a step. */
  public static Query pullback(Batch x, int level, int to, Batch.Reals cotangent) {
    return new Query(
        Kind.PULLBACK,
        x,
        all(level, x.size()),
        all(to, x.size()),
        Optional.of(cotangent),
        Optional.empty());
  }

  private static int[] below(int[] level) {
    return Arrays.stream(level).map(l -> Math.max(0, l - 1)).toArray();
  }

  private static int[] all(int level, int size) {
    int[] levels = new int[size];
    Arrays.fill(levels, level);
    return levels;
  }

  /** The reward of clean states. */
  public static Query reward(Batch clean) {
    return new Query(Kind.REWARD, clean, 0);
  }

  /** The reward of clean states, beside the estimates on the way to them where there are any. */
  public static Query reward(Solved solved) {
    Batch x = solved.states();
    return new Query(
        Kind.REWARD, x, all(0, x.size()), all(0, x.size()), Optional.empty(), solved.estimate());
  }

  /** The same about some of the states, from one on to before another. */
  public Query rows(int from, int until) {
    return select(IntStream.range(from, until).toArray());
  }

  /** The same about the states at some indices. */
  public Query select(int[] index) {
    return new Query(
        kind,
        x.select(index),
        Arrays.stream(index).map(i -> level[i]).toArray(),
        Arrays.stream(index).map(i -> to[i]).toArray(),
        cotangent.map(all -> all.select(index)),
        estimate.map(all -> all.select(index)));
  }

  /**
   * What it costs at a problem.
   *
   * @throws IllegalArgumentException if it asks of a step of second order what is known of a single
   *     prediction alone
   */
  public Cost price(Problem problem) {
    long n = x.size();
    long evaluations = kind.denoises() ? evaluations(problem.process()) : 0;
    if (evaluations > n && !kind.ofSteps()) {
      throw new IllegalArgumentException(
          "a step of this chain is made of two predictions, and " + kind + " is about one");
    }
    long nfe = evaluations * kind.nfe;
    long backward = evaluations * kind.backward;
    long rows = nfe * problem.rowsPerParticle();
    return problem.withDecoding(new Cost(nfe, rows, backward, n * kind.reward, 0));
  }

  private long evaluations(ReverseProcess process) {
    long evaluations = 0;
    for (int i = 0; i < level.length; i++) {
      evaluations += process.evaluations(level[i], to[i]);
    }
    return evaluations;
  }

  /**
   * One query about the states of all, one after the other.
   *
   * @param parts of one kind, at least one
   */
  public static Query joined(List<Query> parts) {
    return new Query(
        parts.get(0).kind,
        Batch.concat(parts.stream().map(Query::x).toList()),
        parts.stream().flatMapToInt(part -> IntStream.of(part.level)).toArray(),
        parts.stream().flatMapToInt(part -> IntStream.of(part.to)).toArray(),
        joined(parts, Query::cotangent),
        joined(parts, Query::estimate));
  }

  private static Optional<Batch.Reals> joined(
      List<Query> parts, Function<Query, Optional<Batch.Reals>> beside) {
    List<Batch.Reals> all = parts.stream().flatMap(part -> beside.apply(part).stream()).toList();
    return all.isEmpty() ? Optional.empty() : Optional.of((Batch.Reals) Batch.concat(all));
  }
}
