/**
 * What is measured on the samples of a cell, as points of a feature space: diversity by itself, and
 * distance from a reference.
 *
 * <p>Most of these numbers count pairs or neighbours, or carry a bias in the number of samples. A
 * bootstrap would put a sample at distance zero from its own copy, or count the bias twice; so
 * their intervals come of a {@linkplain io.github.tiltbench.stats.Jackknife jackknife} that leaves
 * out whole trials. Diversity is taken within a prompt and averaged over prompts; distances pool
 * the prompts, every one with the same number of samples. A metric that has no weighted form
 * refuses weighted samples.
 */
package io.github.tiltbench.metric.sample;
