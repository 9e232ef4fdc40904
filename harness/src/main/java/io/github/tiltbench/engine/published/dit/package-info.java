/**
 * Transformers over patches of latents, conditioned on a class through their normalisations: DiT
 * and SiT.
 */
package io.github.tiltbench.engine.published.dit;
