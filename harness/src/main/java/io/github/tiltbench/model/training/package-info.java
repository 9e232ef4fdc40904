/**
 * Training of the small networks the harness ships, from a card and nothing else.
 *
 * <p>A run is a pure function of its card: minibatches, noise and augmentation are addressed by
 * (seed, step). It can be stopped at any step and resumed to the same bytes.
 */
package io.github.tiltbench.model.training;
