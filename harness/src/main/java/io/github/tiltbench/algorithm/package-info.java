/**
 * The contract of an algorithm: what it is asked, what it can reach and what it gives back.
 *
 * <p>An {@link io.github.tiltbench.algorithm.Algorithm} is a record whose components are its
 * parameters in a study file. It reaches the model, the reward and randomness through a {@link
 * io.github.tiltbench.algorithm.Session} alone, and the session charges every evaluation before it
 * is made. The methods themselves stand in the packages below this one, one a file, each headed by
 * the paper, the authors' code, the deviations from both and why, and the cost formula.
 */
package io.github.tiltbench.algorithm;
