package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Vocabulary;

/** Denoisers of known token laws. */
public final class TokenModels {
  private TokenModels() {}

  /** The states of a masked chain over a law: the mask is the id after the vocabulary. */
  public static StateSpace.Sequence space(TokenLaw law) {
    return new StateSpace.Sequence(law.length(), Vocabulary.ids(law.vocabulary()));
  }

  /** The exact conditionals of a law as a denoiser. */
  public static Denoiser denoiser(TokenLaw law) {
    return new TokenDenoiser(law);
  }
}
