/**
 * Weighted particles: the machinery that every population method shares.
 *
 * <p>A Feynman-Kac model is an initial law, a kernel and a potential G_t at each level t = T..0; it
 * targets the law of the path reweighted by the product of the potentials. {@link
 * io.github.tiltbench.particle.Smc} runs any such model with N particles: weigh, resample if the
 * weights have become uneven, move. With any schedule of resampling that looks only at the current
 * weights and any unbiased resampler, the product of the mean weights is an unbiased estimate of
 * the normalising constant.
 *
 * <p>Weights live in log space. A {@link io.github.tiltbench.particle.Population} owns every column
 * that belongs to a particle, so a resampling can leave nothing behind.
 */
package io.github.tiltbench.particle;
