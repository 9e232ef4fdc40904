package io.github.tiltbench.algorithm;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.particle.Rows;
import java.util.List;
import java.util.Optional;

/**
 * Clean states, and where the verifier asks for it the clean estimate that their solve came by.
 *
 * @param states one row a sample
 * @param estimate one row a sample, at the level that {@link Problem#estimate} means
 */
public record Solved(Batch states, Optional<Batch.Reals> estimate) implements Rows<Solved> {
  /** States of a solve that nobody asks about. */
  public static Solved of(Batch states) {
    return new Solved(states, Optional.empty());
  }

  /** The rows of all, one after the other. */
  public static Solved concat(List<Solved> parts) {
    Batch states = Batch.concat(parts.stream().map(Solved::states).toList());
    List<Batch.Reals> estimates = parts.stream().flatMap(part -> part.estimate.stream()).toList();
    return estimates.isEmpty()
        ? of(states)
        : new Solved(states, Optional.of((Batch.Reals) Batch.concat(estimates)));
  }

  @Override
  public int size() {
    return states.size();
  }

  @Override
  public Solved select(int[] index) {
    return new Solved(states.select(index), estimate.map(rows -> rows.select(index)));
  }
}
