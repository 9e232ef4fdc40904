package io.github.tiltbench.verifier.text;

import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.Optional;

/** A verifier that is a function of the text of a sample and of nothing else. */
public interface TextVerifierSpec extends VerifierSpec {
  /** Which part of a sample it judges. */
  Judged of();

  /** What scores texts; opening may load a model or start a program. */
  TextScorer scorer();

  @Override
  default Verifier open(StateSpace space) {
    return new TextVerifier((StateSpace.Sequence) space, of(), scorer());
  }

  @Override
  default Optional<String> mismatch(StateSpace space) {
    if (!(space instanceof StateSpace.Sequence sequence)) {
      return Optional.of("it scores text, not " + space);
    }
    Vocabulary vocabulary = sequence.vocabulary();
    return vocabulary.equals(Vocabulary.ids(vocabulary.size()))
        ? Optional.of("it scores text, and the tokens of the model say nothing")
        : Optional.empty();
  }
}
