package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Rows;
import java.util.Arrays;
import java.util.List;

/** What a denoiser says about the clean state, one row a particle. */
public sealed interface Prediction extends Rows<Prediction> {

  @Override
  Prediction select(int[] index);

  /**
   * The rows of all, one after the other.
   *
   * @param parts of one kind, at least one
   */
  static Prediction joined(List<Prediction> parts) {
    if (parts.get(0) instanceof Logits first) {
      List<Logits> all = parts.stream().map(Logits.class::cast).toList();
      return new Logits(
          (Batch.Tokens) Batch.concat(all.stream().map(Logits::state).toList()),
          first.space,
          all.stream().flatMap(part -> part.rows.stream()).toList());
    }
    return new Mean(
        (Batch.Reals) Batch.concat(parts.stream().map(part -> ((Mean) part).clean).toList()));
  }

  /**
   * The posterior mean E[x0 | xt], as the model gives it: not clipped.
   *
   * @param clean one row a particle
   */
  record Mean(Batch.Reals clean) implements Prediction {
    @Override
    public int size() {
      return clean.size();
    }

    @Override
    public Mean select(int[] index) {
      return new Mean(clean.select(index));
    }
  }

  /**
   * Log-probabilities of the clean token at each masked position; at any other position the token
   * there is certain.
   *
   * @param state the sequences predicted from
   * @param space where they live
   * @param rows the masked positions of each sequence
   */
  record Logits(Batch.Tokens state, StateSpace.Sequence space, List<TokenLogits> rows)
      implements Prediction {
    /** Refuses a prediction for other sequences than the state's. */
    public Logits {
      if (rows.size() != state.size()) {
        throw new IllegalArgumentException(
            rows.size() + " predictions for " + state.size() + " sequences");
      }
      rows = List.copyOf(rows);
    }

    /** Whether a position of a row is masked. */
    public boolean masked(int row, int position) {
      return state.data()[row * space.length() + position] == space.mask();
    }

    /**
     * The same predictions of sequences that have been revealed further.
     *
     * @param further one a row, with tokens in place of some masks of {@link #state}
     */
    public Logits at(Batch.Tokens further) {
      return new Logits(further, space, rows);
    }

    /** Writes the log-probability of each token at a masked position of a row, lowest id first. */
    public void read(int row, int position, double[] log) {
      rows.get(row).read(position, log);
    }

    /**
     * The log-probability of one token at a masked position of a row.
     *
     * @param scratch at least as long as the vocabulary
     */
    public double log(int row, int position, int token, double[] scratch) {
      return rows.get(row).log(position, token, scratch);
    }

    @Override
    public int size() {
      return state.size();
    }

    @Override
    public Logits select(int[] index) {
      return new Logits(
          state.select(index), space, Arrays.stream(index).mapToObj(rows::get).toList());
    }
  }
}
