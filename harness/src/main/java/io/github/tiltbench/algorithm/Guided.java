package io.github.tiltbench.algorithm;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Rows;
import io.github.tiltbench.particle.Scalars;

/**
 * Predictions with the value of their clean estimates and the value's gradients.
 *
 * @param prediction one row a particle
 * @param value reward of each clean estimate
 * @param slope gradient of each value in the predicted mean: 0 in a coordinate that was clipped
 * @param gradient of each value in that particle's state
 */
public record Guided(Prediction prediction, Scalars value, Batch.Reals slope, Batch.Reals gradient)
    implements Rows<Guided> {
  @Override
  public int size() {
    return value.size();
  }

  @Override
  public Guided select(int[] index) {
    return new Guided(
        prediction.select(index), value.select(index), slope.select(index), gradient.select(index));
  }
}
