package io.github.tiltbench.algorithm;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Rows;
import io.github.tiltbench.particle.Scalars;

/**
 * Predictions with the value of their clean estimates and the value's gradient there.
 *
 * @param prediction one row a particle
 * @param value reward of each clean estimate
 * @param slope gradient of each value in the predicted mean: 0 in a coordinate that was clipped
 */
public record Sloped(Prediction prediction, Scalars value, Batch.Reals slope)
    implements Rows<Sloped> {
  @Override
  public int size() {
    return value.size();
  }

  @Override
  public Sloped select(int[] index) {
    return new Sloped(prediction.select(index), value.select(index), slope.select(index));
  }
}
