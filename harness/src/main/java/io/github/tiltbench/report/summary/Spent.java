package io.github.tiltbench.report.summary;

/**
 * The average price of one returned sample.
 *
 * @param nfe denoised particles
 * @param rows network rows
 * @param backward particles differentiated
 * @param reward states scored by the target verifier
 * @param wall seconds
 */
public record Spent(double nfe, double rows, double backward, double reward, double wall) {}
