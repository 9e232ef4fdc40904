package io.github.tiltbench.algorithm;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A question about states that the model or the reward answers, and what it costs.
 *
 * @param kind what is asked
 * @param x the states
 * @param level the level of each state, T..1; of clean states 0
 * @param cotangent one row a state, for {@link Kind#PULLBACK} alone
 */
public record Query(Kind kind, Batch x, int[] level, Optional<Batch.Reals> cotangent) {
  /** The closed list of what can be asked; {@link Evaluation} has a part for each thing named. */
  public enum Kind {
    /** The prediction. One NFE a row. */
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
     * one BACKWARD a row.
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
    if (level.length != x.size()) {
      throw new IllegalArgumentException(level.length + " levels for " + x.size() + " states");
    }
  }

  /** About states of one level T..1. */
  public Query(Kind kind, Batch x, int level) {
    this(kind, x, all(level, x.size()));
  }

  /** About states of levels of their own. */
  public Query(Kind kind, Batch x, int[] level) {
    this(kind, x, level, Optional.empty());
  }

  /** The pullback of one cotangent a state of a level T..1. */
  public static Query pullback(Batch x, int level, Batch.Reals cotangent) {
    return new Query(Kind.PULLBACK, x, all(level, x.size()), Optional.of(cotangent));
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

  /** What it costs at a problem. */
  public Cost price(Problem problem) {
    long n = x.size();
    long nfe = n * kind.nfe;
    long rows = nfe * problem.rowsPerParticle();
    return problem.withDecoding(new Cost(nfe, rows, n * kind.backward, n * kind.reward, 0));
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
        joinedCotangents(parts));
  }

  private static Optional<Batch.Reals> joinedCotangents(List<Query> parts) {
    List<Batch.Reals> all = parts.stream().flatMap(part -> part.cotangent.stream()).toList();
    return all.isEmpty() ? Optional.empty() : Optional.of((Batch.Reals) Batch.concat(all));
  }
}
