package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;

/**
 * An algorithm of a study with the temperature it is asked to sample at.
 *
 * @param part the algorithm; its axes include {@code beta} where that varies
 * @param beta reward temperature of the target law
 */
public record AlgorithmEntry(Component<Algorithm> part, double beta) {}
