/**
 * Published transformers of images and texts: the towers of CLIP, the text encoders of Stable
 * Diffusion, DINOv2.
 *
 * <p>All are stacks of one block, {@code h += attention(norm(h)); h += mlp(norm(h))}, which {@link
 * io.github.tiltbench.engine.published.transformer.TransformerBlock} writes; they differ in what
 * stands before and behind, and in what checkpoints call their parts.
 */
package io.github.tiltbench.engine.published.transformer;
