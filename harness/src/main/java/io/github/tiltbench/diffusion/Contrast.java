package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Rows;

/**
 * The two predictions of a model under classifier-free guidance.
 *
 * @param asked for the condition, as the model learnt it
 * @param guided what {@link Denoiser#denoise} answers: {@code asked} led away from the prediction
 *     for no condition
 */
public record Contrast(Prediction asked, Prediction guided) implements Rows<Contrast> {
  @Override
  public int size() {
    return asked.size();
  }

  @Override
  public Contrast select(int[] index) {
    return new Contrast(asked.select(index), guided.select(index));
  }
}
