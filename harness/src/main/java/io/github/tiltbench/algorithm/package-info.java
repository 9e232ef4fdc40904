/**
 * The algorithms under comparison, one a file.
 *
 * <p>An algorithm is a record whose components are its parameters in a study file. It reaches the
 * model, the reward and randomness through a {@link io.github.tiltbench.algorithm.Session} alone,
 * and the session charges every evaluation before it is made. Each file is headed by the paper, the
 * authors' code, the deviations from both and why, and the cost formula.
 */
package io.github.tiltbench.algorithm;
