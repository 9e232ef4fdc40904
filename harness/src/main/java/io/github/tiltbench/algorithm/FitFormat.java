package io.github.tiltbench.algorithm;

import io.github.tiltbench.engine.learning.LearnedNumbers;
import java.util.function.Function;

/**
 * How what a {@link Learner} learned of a problem becomes numbers, and of them the same again: what
 * is read samples to the same bits as what was written.
 *
 * @param <F> what is learned
 * @param write never changes or frees what it is given
 * @param read throws {@link IllegalArgumentException} for numbers that fit another problem
 */
public record FitFormat<F>(Function<F, LearnedNumbers> write, Function<LearnedNumbers, F> read) {}
