package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;

/**
 * First-hitting sampling of masked diffusion: a state of level n has n masks, and each step reveals
 * one of them, a position drawn uniformly and then a token from its prediction.
 *
 * <p>It is the limit of ancestral sampling on ever finer grids, and with exact conditionals its law
 * is that of the data. T is the number of free positions, and so is the NFE of a chain.
 *
 * <p>Source: Zheng et al., arXiv 2409.02908, as implemented in kuleshov-group/bd3lms. The times of
 * the reveals are left out, since no network here is told them: given the order they carry nothing.
 *
 * @param template where it starts
 */
public record FirstHittingProcess(Template template) implements MaskedChain {
  /** From all masks. */
  public FirstHittingProcess(StateSpace.Sequence space) {
    this(Template.open(space));
  }

  @Override
  public int steps() {
    return template.free();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a state has other than as many masks as its level
   */
  @Override
  public FirstHittingStep law(Batch x, int[] level, Prediction prediction) {
    FirstHittingStep step = new FirstHittingStep((Prediction.Logits) prediction);
    for (int row = 0; row < step.size(); row++) {
      int expected = level[level.length == 1 ? 0 : row];
      int masks = step.masks(row).length;
      if (masks != expected) {
        throw new IllegalArgumentException(
            "a state of level " + expected + " has as many masks, not " + masks);
      }
    }
    return step;
  }

  /** Masks as many positions more, any set of them as likely. */
  @Override
  public Batch.Tokens renoise(Batch x, int from, int to, Noise noise) {
    int length = space().length();
    int[] tokens = ((Batch.Tokens) x).data().clone();
    int more = to - from;
    double[] u = Arena.doubles(x.size() * more);
    noise.uniforms(x.size(), u);
    int[] revealed = new int[length];
    for (int row = 0; row < x.size(); row++) {
      int count = 0;
      for (int at = row * length; at < (row + 1) * length; at++) {
        if (tokens[at] != space().mask() && template.free(at - row * length)) {
          revealed[count++] = at;
        }
      }
      for (int i = 0; i < more; i++) {
        int drawn = (int) (u[row * more + i] * count);
        tokens[revealed[drawn]] = space().mask();
        revealed[drawn] = revealed[--count];
      }
    }
    return new Batch.Tokens(tokens, length);
  }
}
