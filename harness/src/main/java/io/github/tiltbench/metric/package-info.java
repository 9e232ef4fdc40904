/**
 * What is measured on finished trials, each number as an {@link
 * io.github.tiltbench.stats.Estimate}.
 *
 * <p>A metric is one file: a name, what it reads, and one function from {@link
 * io.github.tiltbench.metric.Observations} to an estimate. It never sees a model, a verifier or a
 * random generator; what is measured on samples instead of scores is in {@code metric.sample}, the
 * spaces it is measured in are in {@code metric.feature}, and the laws of analytic models in {@code
 * metric.law}. The same metric on the scores of another verifier is a cross-reward. Studies ask for
 * metrics by {@link io.github.tiltbench.metric.MetricFamily}.
 *
 * <p>Weighted populations: with self-normalised weights {@code W_i} inside a trial, the mean is
 * {@code sum W_i r_i} and a quantile is that of the weighted empirical law, both biased by {@code
 * O(1/N)} in the number of particles.
 */
package io.github.tiltbench.metric;
