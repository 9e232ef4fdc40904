package io.github.tiltbench.diffusion;

/** A reverse process as a study defines it, before it is told where states live. */
public sealed interface ProcessSpec {
  /** T, the number of steps from noise to clean. */
  int steps();

  /** Processes of real-valued states. */
  sealed interface Gaussian extends ProcessSpec permits Ddim, Ddpm {
    /** The keys of the diffusers scheduler. */
    SchedulerConfig scheduler();

    /** The process on a space. */
    GaussianProcess over(StateSpace.Euclidean space);
  }

  /** Processes of masked token sequences. */
  sealed interface Masked extends ProcessSpec permits Ancestral {
    /** The process on a space. */
    ReverseProcess over(StateSpace.Sequence space);
  }
}
