package io.github.tiltbench.result;

import io.github.tiltbench.study.TrialId;

/**
 * A trial that gave no result; it is tried again on the next run and never enters a table.
 *
 * @param id which trial
 * @param kind short name, such as {@code verifier} or {@code overdrawn}
 * @param message one line
 */
public record Failure(TrialId id, String kind, String message) {
  public Failure {
    message = message.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ");
  }
}
