package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.Template;
import java.util.Optional;

/** A model of texts whose prompts are their beginnings. */
interface TextModel extends ModelSpec {
  /** The chain of unmasking steps. */
  ProcessSpec.Masked process();

  /**
   * Where the chain of a prompt starts.
   *
   * @param prompt may be empty
   * @throws IllegalArgumentException in one line if it cannot be spelt or leaves no place free
   */
  Template template(String prompt);

  @Override
  default MaskedChain reverse() {
    return reverse(Condition.NONE);
  }

  @Override
  default MaskedChain reverse(Condition prompt) {
    return process().from(template(prompt.equals(Condition.NONE) ? "" : prompt.text()));
  }

  @Override
  default Optional<String> mismatch(String prompt) {
    try {
      reverse(new Condition(prompt));
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }
}
