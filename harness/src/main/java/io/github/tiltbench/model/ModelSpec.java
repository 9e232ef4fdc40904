package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.program.Program;
import io.github.tiltbench.engine.program.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A model as a study defines it: a record whose components are its YAML parameters. */
public interface ModelSpec {
  /** Where its states live. */
  StateSpace space();

  /** The chain it runs. */
  ReverseProcess reverse();

  /**
   * The chain of one prompt: of a model of tokens, whose prompts fix some of them, {@link
   * #reverse()} from another template, and of every other model that chain itself.
   */
  default ReverseProcess reverse(Condition prompt) {
    return reverse();
  }

  /** A denoiser ready to run at the levels of {@link #reverse()}; opening may load weights. */
  Denoiser open();

  /** The same for a worker, whose programs serve all of its models and rewards. */
  default Denoiser open(Programs running) {
    return open();
  }

  /** Programs beside this one that it starts when it is opened. */
  default List<Program> programs() {
    return List.of();
  }

  /** Why it does not know a prompt, or empty if it does. */
  default Optional<String> mismatch(String prompt) {
    return Optional.empty();
  }

  /** What it makes of a prompt that its author would not expect, or empty. */
  default Optional<String> remark(String prompt) {
    return Optional.empty();
  }

  /**
   * Whether the NELBO of masked diffusion bounds a likelihood of it, being of tokens: whether it
   * was trained on all rates of masks.
   */
  default boolean bounds() {
    return true;
  }

  /** Network rows a denoised particle takes. */
  default int rowsPerParticle() {
    return 1;
  }

  /** What its network was asked to compute in, if anything. */
  default Optional<Precision> precision() {
    return Optional.empty();
  }

  /** Whether the denoiser has a derivative. */
  default boolean differentiable() {
    return false;
  }

  /**
   * Files whose content is part of what it is; their digests enter the cell's key. A component that
   * is {@link io.github.tiltbench.config.Pinned} rather than a path cannot be swapped afterwards.
   */
  default List<Path> files() {
    return List.of();
  }

  /** Raised when a change of code changes what it predicts; part of the cell's key. */
  default int revision() {
    return 1;
  }
}
