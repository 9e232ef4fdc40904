/**
 * Verifiers of text: pure functions of what a sequence says, none of them written for this project.
 *
 * <p>Each attribute can be judged by something else than what guided: {@code sentiment} by a {@code
 * topic} that is nearer to praise than to blame; {@code trigram} by {@code acceptability} and the
 * other way round; {@code topic} by a {@code word-list} of its own words; a {@code word-list} of
 * one source by that of the other. The last pair is not independent, nor are two lexica of
 * sentiment (VADER's and AFINN's valences correlate by 0.92): such a judge tells a broken rule from
 * the attribute and nothing more.
 *
 * <p>What needs a large artefact stands in a module of its own, which answers one of the interfaces
 * here as a service; a {@link io.github.tiltbench.verifier.text.Lack} says how to bring it.
 */
package io.github.tiltbench.verifier.text;
