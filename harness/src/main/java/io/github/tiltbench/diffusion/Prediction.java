package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Rows;

/** What a denoiser says about the clean state, one row a particle. */
public sealed interface Prediction extends Rows<Prediction> {

  @Override
  Prediction select(int[] index);

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
   * Log-probabilities of the clean token at each position.
   *
   * @param log rows of shape {length, vocabulary}, normalised over the vocabulary; at a position
   *     that is not masked, 0 for the token there and minus infinity for the others
   */
  record Logits(Batch.Reals log) implements Prediction {
    @Override
    public int size() {
      return log.size();
    }

    @Override
    public Logits select(int[] index) {
      return new Logits(log.select(index));
    }
  }
}
