package io.github.tiltbench.study;

/**
 * What a cell's algorithm cannot do with the parameters and the budget it has; it runs all the
 * same.
 *
 * @param cell which
 * @param reason one clause, lower case, without a full stop
 */
public record Warning(Cell cell, String reason) {}
