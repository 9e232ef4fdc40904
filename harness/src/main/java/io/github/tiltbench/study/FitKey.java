package io.github.tiltbench.study;

import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;

/**
 * What cells learn of a prompt before their trials: cells with equal ones share it.
 *
 * @param model label
 * @param verifier label
 * @param beta reward temperature
 * @param algorithm its name
 * @param parameters those that shape what is learned
 * @param budget of one prompt
 * @param cost of one prompt, by the algorithm's formula
 */
public record FitKey(
    String model,
    String verifier,
    double beta,
    String algorithm,
    Object parameters,
    Budget budget,
    Cost cost) {}
