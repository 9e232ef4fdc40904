/**
 * Verifiers: the rewards that say how good a clean state is.
 *
 * <p>Families, by what they know: supervised ones know what was asked for ({@code classifier}),
 * self-supervised ones the solve alone ({@code x-similarity}), oracles are the evaluation metric
 * itself ({@code inception-score}; {@code frechet} stands beside its metric), and an {@code
 * ensemble} ranks by several. What they need beside a sample is declared and held to by the plan.
 *
 * <p>A verifier maps a clean state, and possibly the prompt, to one number, larger is better. The
 * target of a study is {@code p(x) exp(r(x) / beta)}; a verifier knows nothing of beta.
 */
package io.github.tiltbench.verifier;
