/**
 * Feature spaces in which samples are compared: the last layer of a shipped classifier, or the
 * samples themselves where they are small.
 *
 * <p>A study names its extractor under {@code features}. Its name stands behind that of every
 * number made with it: numbers of two extractors are never comparable, nor any of them with
 * published FID or inception scores. {@link io.github.tiltbench.metric.feature.Frechet} is a
 * distance in such a space as a verifier.
 */
package io.github.tiltbench.metric.feature;
