/**
 * Verifiers: the rewards that say how good a clean state is.
 *
 * <p>A verifier maps a clean state, and possibly the prompt, to one number, larger is better. The
 * target of a study is {@code p(x) exp(r(x) / beta)}; a verifier knows nothing of beta.
 */
package io.github.tiltbench.verifier;
