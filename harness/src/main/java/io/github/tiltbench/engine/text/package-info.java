/**
 * Texts as the numbers that text encoders read, by the vocabulary in their own folder.
 *
 * <p>A prompt is cleaned, split into pieces and each piece into symbols by the pairs of a {@code
 * merges.txt}; a symbol's number is that in {@code vocab.json}.
 */
package io.github.tiltbench.engine.text;
