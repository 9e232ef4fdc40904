package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.particle.Rows;
import java.util.List;

/**
 * Where one particle has come by, from level T on, and all that model and reward said of it.
 *
 * @param state the last of its states, one row
 * @param answers to what was asked about that state, in the order of asking
 * @param before the path up to that state; null at level T
 */
record Path(Batch state, List<Evaluation> answers, Path before) {
  /** Its stretches by the level they end at, 0..T. */
  Path[] byLevel(int steps) {
    Path[] levels = new Path[steps + 1];
    Path at = this;
    for (int level = 0; level <= steps; level++) {
      levels[level] = at;
      at = at.before;
    }
    return levels;
  }

  /** One path a particle. */
  record Column(Path[] rows) implements Rows<Column> {
    @Override
    public int size() {
      return rows.length;
    }

    @Override
    public Column select(int[] index) {
      Path[] selected = new Path[index.length];
      for (int i = 0; i < index.length; i++) {
        selected[i] = rows[index[i]];
      }
      return new Column(selected);
    }
  }
}
