/** Benchmarks of denoisers, trials, cohorts and whole studies. */
package io.github.tiltbench.benchmarks.trial;
