package io.github.tiltbench.verifier;

import io.github.tiltbench.config.OmittedWhenAbsent;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.network.ClassNetwork;
import io.github.tiltbench.engine.network.NetworkWeights;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A trained classifier of images in [-1, 1]; prompts are names of its classes, unless one class is
 * asked for whatever the prompt.
 *
 * @param path folder of its weights
 * @param output what it scores
 * @param label the class asked for; that of the prompt if it is not given
 */
public record Classifier(
    NetworkWeights path, Output output, @OmittedWhenAbsent Optional<String> label)
    implements VerifierSpec {
  /** What a classifier scores. */
  public enum Output {
    /** The log-probability of the class asked for, in nats; has a gradient. */
    LOG_PROBABILITY,
    /** 1 if the class asked for is the likeliest, else 0. */
    ACCURACY
  }

  /** Refuses a network that is no classifier. */
  public Classifier {
    if (!(path.description().architecture() instanceof ClassNetwork)) {
      throw new IllegalArgumentException("path must be the folder of a classifier");
    }
    List<String> labels = path.description().labels();
    if (label.isPresent() && !labels.contains(label.get())) {
      throw new IllegalArgumentException(
          "label must be one of " + String.join(", ", labels) + ", not '" + label.get() + "'");
    }
  }

  /** One that is asked for the class of the prompt. */
  public static Classifier of(NetworkWeights path, Output output) {
    return new Classifier(path, output, Optional.empty());
  }

  @Override
  public Verifier open(StateSpace space) {
    return new ClassifierVerifier(path.open(), output, label);
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    StateSpace known = new StateSpace.Euclidean(path.description().item());
    return known.equals(space)
        ? Optional.empty()
        : Optional.of("the classifier sees " + known + ", not " + space);
  }

  @Override
  public List<Path> files() {
    return List.of(path.file().file());
  }

  /** The network, whatever of it is read. */
  @Override
  public String family() {
    return path.folder().toAbsolutePath().normalize().toString();
  }

  @Override
  public ScoreRange range() {
    return output == Output.ACCURACY ? ScoreRange.ZERO_OR_ONE : ScoreRange.REALS;
  }

  @Override
  public boolean differentiable() {
    return output == Output.LOG_PROBABILITY;
  }
}
