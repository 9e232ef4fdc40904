/**
 * States, predictions, step laws and reverse processes: what Gaussian and masked diffusion have in
 * common and the four places where they differ.
 *
 * <p>A chain has levels T, T-1, ..., 0. Level T is noise, level 0 is clean; {@code step} and {@code
 * level} always mean the level a step starts from, T..1. At a level the denoiser predicts the clean
 * state (a mean, or token logits); the reverse process turns state and prediction into the law of
 * the state one level down. The kinds of diffusion differ in the prior, in how a step law is
 * sampled, in its density, and in how a prediction is decoded into something a verifier can score.
 *
 * <p>Gaussian processes take their schedules, grids and steps from diffusers, to its rounding: a
 * {@link io.github.tiltbench.diffusion.SchedulerConfig} has the keys of a published {@code
 * scheduler_config.json}, and a test holds every number to those of its schedulers.
 *
 * <p>Flow matching is a Gaussian process too ({@link io.github.tiltbench.diffusion.flow.Flow}): in
 * the coordinates used here its linear path is a schedule like any other. What a network puts out,
 * and what it is given and told for it, is the business of {@link
 * io.github.tiltbench.diffusion.PredictionType} alone.
 *
 * <p>The base law of a study is the law of this discretised chain, not of the continuous limit and
 * not of the data: with few steps the three differ visibly.
 */
package io.github.tiltbench.diffusion;
