/**
 * Addressed noise: every random number is a pure function of where it is used.
 *
 * <p>A draw is named by a key, made of (study seed, prompt, repetition), and a counter, made of
 * (purpose, step, row, branch, element); a round above 0, of a search that tries again, has a key
 * of its own. Philox4x32-10 (Salmon et al., SC 2011) turns the pair into 128 random bits. Nothing
 * is consumed, so nothing can be consumed in another order: competing algorithms share their prior
 * draws and step noise, particle 5 of 8 sees what particle 5 of 64 sees, and micro-batches, threads
 * and restarts change no draw.
 *
 * <p>Only {@code +}, {@code *}, {@code StrictMath} and integer arithmetic are used, so the numbers
 * are the same on every Java runtime and machine.
 */
package io.github.tiltbench.random;
