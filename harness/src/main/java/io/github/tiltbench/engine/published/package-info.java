/**
 * Networks that others published: the forward pass is written from their configuration, the weights
 * are bound from their checkpoint by key.
 *
 * <p>A network says what it needs as {@link io.github.tiltbench.engine.published.Weight}s; a
 * checkpoint that lacks one, has one of another shape or one too many is refused before anything
 * runs.
 */
package io.github.tiltbench.engine.published;
