package io.github.tiltbench.model.training;

/** How images are noised for training, and the velocity that a network learns there. */
interface TrainingPath {
  /**
   * A point of the path.
   *
   * @param share which of its times, inside [0, 1)
   */
  Point at(double share);

  /**
   * State {@code signal clean + noise epsilon} and velocity {@code ofNoise epsilon + ofClean
   * clean}.
   *
   * @param time that the network is told
   */
  record Point(float time, float signal, float noise, float ofNoise, float ofClean) {}
}
