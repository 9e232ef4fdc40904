package io.github.tiltbench.diffusion;

/** A reverse process of x_t = sqrt(a_t) x_0 + sqrt(1 - a_t) noise: the levels a denoiser needs. */
public interface GaussianProcess extends ReverseProcess {
  /** a_t, the squared signal scale, at a level T..0. */
  double alphaBar(int level);

  /** The training time-step that a network is told at a level T..1. */
  int timestep(int level);
}
