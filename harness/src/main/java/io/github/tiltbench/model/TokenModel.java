package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Template;
import io.github.tiltbench.diffusion.Vocabulary;
import java.util.List;
import java.util.Optional;

/**
 * What models of sequences have in common whose conditionals are exact.
 *
 * <p>Where their tokens have texts, a prompt is the beginning of every sequence; else prompts are
 * names of tasks, as for any unconditional model.
 */
public interface TokenModel extends ModelSpec {
  /** The law of the data. */
  TokenLaw law();

  /** The chain of unmasking steps. */
  ProcessSpec.Masked process();

  /** What each token says, if prompts are to be read. */
  Optional<List<String>> tokens();

  /** A text at the end of every sequence; it needs {@link #tokens()}. */
  Optional<String> end();

  @Override
  default StateSpace.Sequence space() {
    return tokens()
        .map(texts -> new StateSpace.Sequence(law().length(), new Vocabulary(texts)))
        .orElseGet(law()::space);
  }

  @Override
  default MaskedChain reverse() {
    return reverse(Condition.NONE);
  }

  @Override
  default MaskedChain reverse(Condition prompt) {
    return process().from(template(prompt));
  }

  private Template template(Condition prompt) {
    return tokens().isEmpty()
        ? Template.open(space())
        : Template.of(
            space(), prompt.equals(Condition.NONE) ? "" : prompt.text(), end().orElse(""));
  }

  @Override
  default Optional<String> mismatch(String prompt) {
    try {
      law().conditionals(template(new Condition(prompt)).tokens());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Refuses texts that are not one a token or not distinct, and an end that they cannot spell. */
  static void check(TokenLaw law, Optional<List<String>> tokens, Optional<String> end) {
    if (tokens.isEmpty() && end.isPresent()) {
      throw new IllegalArgumentException("end is a text, and no tokens are given to spell it");
    }
    if (tokens.isPresent()) {
      List<String> texts = tokens.get();
      if (texts.size() != law.vocabulary()) {
        throw new IllegalArgumentException(
            "tokens must name all " + law.vocabulary() + " but names " + texts.size());
      }
      if (texts.stream().distinct().count() < texts.size()) {
        throw new IllegalArgumentException("tokens must be distinct");
      }
      Template.of(new StateSpace.Sequence(law.length(), new Vocabulary(texts)), "", end.orElse(""));
    }
  }

  @Override
  default Denoiser open() {
    return new TokenDenoiser(law(), space());
  }
}
