/**
 * From a plan to recorded trials.
 *
 * <p>A trial is one call of an algorithm for one (prompt, repetition). Trials of a cell run in
 * cohorts: fixed groups in lockstep, one thread a trial, whose network calls are merged into one
 * forward in trial order, so that a result never depends on timing. Where merging gains nothing,
 * they run in turn. Each trial is charged by its own meter before the work; the adapters' odometers
 * are compared with the meters afterwards.
 */
package io.github.tiltbench.run;
