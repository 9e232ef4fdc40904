/**
 * Samples of analytic models held against the law they should follow: that of the model's chain as
 * it is discretised, tilted by the reward, not of its limit in continuous time.
 *
 * <p>Errors of moments and of the weights of modes are squared and unbiased: a mean over pairs of
 * different units, about zero where the law is met, negative as often as positive then, and never
 * clipped.
 */
package io.github.tiltbench.metric.law;
