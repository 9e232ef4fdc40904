package io.github.tiltbench.result;

import io.github.tiltbench.study.TrialId;

/**
 * What a judge said of the stored samples of a trial, after the trial was made.
 *
 * @param id which trial
 * @param key of the judge
 * @param scores one a sample, minus infinity if it is not admissible
 */
public record Judgement(TrialId id, String key, double[] scores) {}
