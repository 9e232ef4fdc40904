/**
 * Benchmarks of what an algorithm does beside the network, each beside what it can at best cost.
 */
package io.github.tiltbench.benchmarks.kernel;
