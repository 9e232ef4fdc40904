/**
 * Learning: Adam on a network's weights, minibatches addressed by step, and regression on
 * intermediate states of a chain.
 *
 * <p>A training is a pure function of its examples and a key: no generator is shared, and with one
 * intra-op thread it gives the same bits again.
 */
package io.github.tiltbench.engine.learning;
