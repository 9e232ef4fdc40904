package io.github.tiltbench.diffusion;

/** A reverse process as a study defines it, before it is told where states live. */
public interface ProcessSpec {
  /** Raised when a change of code changes its steps; part of the cell's key. */
  default int revision() {
    return 1;
  }

  /** Processes of real-valued states. */
  interface Gaussian extends ProcessSpec {
    /** T, the number of steps from noise to clean. */
    int steps();

    /**
     * What a network on this chain puts out.
     *
     * @throws IllegalArgumentException if the process has to be told and was not
     */
    PredictionType predictionType();

    /** Whether a network that was trained with a scheduler may be run on this chain. */
    boolean suits(Scheduler trained);

    /** The same chain with this scheduler, if it was given none. */
    default Gaussian on(Scheduler trained) {
      return this;
    }

    /** The process on a space. */
    GaussianProcess over(StateSpace.Euclidean space);
  }

  /** Processes of masked token sequences. */
  interface Masked extends ProcessSpec {
    /** The process that starts from a template. */
    MaskedChain from(Template template);

    /** The process that starts from all masks. */
    default MaskedChain over(StateSpace.Sequence space) {
      return from(Template.open(space));
    }
  }
}
