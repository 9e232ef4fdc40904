package io.github.tiltbench.study;

import java.util.OptionalLong;

/**
 * A combination that is left out, and why.
 *
 * @param model label
 * @param verifier label
 * @param algorithm label
 * @param at the budget, empty if it is left out at every budget
 * @param reason one clause, lower case, without a full stop
 */
public record Skip(
    String model, String verifier, String algorithm, OptionalLong at, String reason) {}
