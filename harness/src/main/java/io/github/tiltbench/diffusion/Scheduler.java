package io.github.tiltbench.diffusion;

/** What a scheduler file says: the path that a network was trained on, and how chains visit it. */
public interface Scheduler {
  /** What the largest time that a network is told comes from. */
  int numTrainTimesteps();
}
