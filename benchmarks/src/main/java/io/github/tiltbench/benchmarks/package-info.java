/**
 * How long things take: {@link io.github.tiltbench.benchmarks.Bench} runs JMH with fixed settings,
 * keeps its numbers with their circumstances, and holds them against bounds and earlier numbers.
 */
package io.github.tiltbench.benchmarks;
