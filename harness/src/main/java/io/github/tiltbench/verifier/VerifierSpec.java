package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.StateSpace;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A verifier as a study defines it: a record whose components are its YAML parameters. */
public interface VerifierSpec {
  /**
   * A verifier ready to score; opening may load weights.
   *
   * @param space where the states live that it will score; of sequences it has the vocabulary
   */
  Verifier open(StateSpace space);

  /** Why it cannot score states of this space, or empty if it can. */
  Optional<String> mismatch(StateSpace space);

  /**
   * Files whose content is part of what it is; their digests enter the cell's key. A component that
   * is {@link io.github.tiltbench.config.Pinned} rather than a path cannot be swapped afterwards.
   */
  default List<Path> files() {
    return List.of();
  }

  /** What values its scores can have; decides whether their mean is treated as a share. */
  default ScoreRange range() {
    return ScoreRange.REALS;
  }

  /** Whether it has gradients; must agree with the opened verifier. */
  default boolean differentiable() {
    return false;
  }

  /** Whether it decodes every state it scores, a latent, into what it judges. */
  default boolean decodes() {
    return false;
  }

  /**
   * What makes its scores: a judge of the same family as the reward that guided is not held out.
   */
  default String family() {
    return getClass().getSimpleName();
  }

  /** Raised when a change of code changes its scores; part of the cell's key. */
  default int revision() {
    return 1;
  }
}
