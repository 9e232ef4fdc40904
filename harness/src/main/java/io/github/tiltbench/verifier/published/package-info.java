/**
 * Rewards that others published, from their own folders: towers of CLIP and DINOv2 with what stands
 * behind them.
 *
 * <p>An image is adapted to red, green and blue in [0, 1], preprocessed as the reward names it, and
 * embedded by a network; a {@code FeatureHead} makes the score of the embedding. A tower that
 * several rewards name is loaded once a process and device, and a text is embedded once.
 */
package io.github.tiltbench.verifier.published;
