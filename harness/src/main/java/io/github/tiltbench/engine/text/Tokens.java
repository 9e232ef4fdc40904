package io.github.tiltbench.engine.text;

import java.util.Optional;

/**
 * A prompt as a text encoder reads it.
 *
 * @param ids the start, the prompt, the end, and padding up to the length of the encoder
 * @param end position of the end
 * @param cut what of the prompt, cleaned, has no place
 */
public record Tokens(long[] ids, int end, Optional<String> cut) {}
