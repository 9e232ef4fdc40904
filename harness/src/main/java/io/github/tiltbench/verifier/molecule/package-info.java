/**
 * Verifiers of molecules, written as SMILES: what a library of chemistry computes of them.
 *
 * <p>The library stands in a module of its own and answers {@link
 * io.github.tiltbench.verifier.molecule.Chemistry} as a service. Of two ways to compute logP one
 * can guide and the other judge: JPlogP adds up atom types that were fitted to a consensus of
 * predictions, XLogP its own atom types fitted to measurements, and they differ (caffeine -0.11 and
 * 1.55).
 */
package io.github.tiltbench.verifier.molecule;
