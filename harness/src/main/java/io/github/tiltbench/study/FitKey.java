package io.github.tiltbench.study;

import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.Json;
import java.util.Map;
import java.util.Optional;

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
 * @param definition canonical JSON of all that defines what is learned but the prompt; empty if the
 *     parameters have no JSON
 */
public record FitKey(
    String model,
    String verifier,
    double beta,
    String algorithm,
    Object parameters,
    Budget budget,
    Cost cost,
    Optional<String> definition) {
  /** Canonical JSON of all that defines what is learned of a prompt. */
  public String definition(String prompt) {
    return Json.canonical(Map.of("fit", new Json.Raw(definition.orElseThrow()), "prompt", prompt));
  }
}
