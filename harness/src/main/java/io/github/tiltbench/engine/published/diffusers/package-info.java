/**
 * The networks of huggingface/diffusers that make images: U-Nets with and without a text, and the
 * autoencoder of latent diffusion, each a record of its {@code config.json} that writes its forward
 * pass.
 *
 * <p>Source: diffusers 0.27.2, and what changed since up to 2026-08.
 */
package io.github.tiltbench.engine.published.diffusers;
