package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.program.Program;
import io.github.tiltbench.engine.program.Programs;
import io.github.tiltbench.particle.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** A verifier as a study defines it: a record whose components are its YAML parameters. */
public interface VerifierSpec {
  /**
   * A verifier ready to score; opening may load weights.
   *
   * @param space where the states live that it will score; of sequences it has the vocabulary
   */
  Verifier open(StateSpace space);

  /** The same for a worker, whose programs serve all of its models and rewards. */
  default Verifier open(StateSpace space, Programs running) {
    return open(space);
  }

  /** Programs beside this one that it starts when it is opened. */
  default List<Program> programs() {
    return List.of();
  }

  /** What is missing on this machine to open it and the command that brings it, or empty. */
  default Optional<String> lack() {
    return Optional.empty();
  }

  /** Why it cannot score states of this space, or empty if it can. */
  Optional<String> mismatch(StateSpace space);

  /** Why it cannot judge what was asked for in these words, or empty if it can. */
  default Optional<String> mismatch(String prompt) {
    return Optional.empty();
  }

  /** What of a prompt it leaves out of account, in one clause, or empty if nothing. */
  default Optional<String> remark(String prompt) {
    return Optional.empty();
  }

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
   * What the text of a sample stands for, drawn as a document of SVG; empty if it is no more than a
   * text, or stands for nothing.
   */
  default Optional<String> drawing(String text) {
    return Optional.empty();
  }

  /** How its scores are to be read, in one clause below their table, or empty. */
  default Optional<String> note() {
    return Optional.empty();
  }

  /**
   * What makes its scores: a judge of the same family as the reward that guided is not held out.
   */
  default String family() {
    return getClass().getSimpleName();
  }

  /** The families of all that makes its scores. */
  default Set<String> families() {
    return Set.of(family());
  }

  /**
   * What its opinion of a sample depends on beside the sample; where that is anything, the opened
   * verifier is a {@link ComparingVerifier}.
   */
  default Scope scope() {
    return Scope.POINT;
  }

  /** The fewest samples that it can judge together. */
  default int least() {
    return 1;
  }

  /**
   * The noise scale by the signal scale at which it needs the clean estimate on the way to a
   * sample, empty if it needs none; with it the opened verifier is a {@link ComparingVerifier}.
   */
  default OptionalDouble estimate() {
    return OptionalDouble.empty();
  }

  /** Raised when a change of code changes its scores; part of the cell's key. */
  default int revision() {
    return 1;
  }
}
