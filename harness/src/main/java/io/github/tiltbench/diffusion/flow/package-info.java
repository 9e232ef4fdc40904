/**
 * Flow matching: interpolants, grids of times, samplers and their diffusion coefficients, all as
 * levels and steps of a Gaussian chain.
 *
 * <p>{@link io.github.tiltbench.diffusion.flow.Flow} is the process of a study; {@link
 * io.github.tiltbench.diffusion.flow.FlowSampler} says how a step is made and {@link
 * io.github.tiltbench.diffusion.flow.FlowDiffusion} how much noise it draws.
 */
package io.github.tiltbench.diffusion.flow;
