package io.github.tiltbench.diffusion;

/**
 * First-hitting sampling of masked diffusion, one token a step; see {@link FirstHittingProcess}.
 */
public record FirstHitting() implements ProcessSpec.Masked {
  @Override
  public FirstHittingProcess from(Template template) {
    return new FirstHittingProcess(template);
  }
}
