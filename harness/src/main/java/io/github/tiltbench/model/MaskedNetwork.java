package io.github.tiltbench.model;

import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.OmittedWhenAbsent;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Detokenizer;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Template;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.network.MaskedTransformer;
import io.github.tiltbench.engine.network.NetworkWeights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code kind: masked-network}: a masked diffusion model of token sequences that was trained here.
 *
 * <p>A prompt stands at the first positions from the start; the others are free. Text ends before
 * the first end token, which is a token like any other.
 *
 * @param path folder of its weights
 * @param process the chain of unmasking steps
 * @param precision that the network computes in; without it single
 */
public record MaskedNetwork(
    NetworkWeights path,
    ProcessSpec.Masked process,
    @OmittedWhenAbsent Optional<Precision> precision)
    implements TextModel {
  /** The note with the tokens by id, as JSON. */
  public static final String VOCABULARY = "vocabulary";

  /** The note that says how tokens make a text: a name of {@link Spelling} in lower case. */
  public static final String SPELLING = "spelling";

  /** What ends a text. */
  public static final String END = "<end>";

  /** How tokens make a text. */
  public enum Spelling {
    /** Words and marks. */
    WORDS,
    /** Pieces of a notation, one after the other. */
    CHARACTERS;

    private Detokenizer detokenizer() {
      return switch (this) {
        case WORDS -> new Detokenizer.Words(Optional.of(END), Set.of());
        case CHARACTERS -> new Detokenizer.Characters(Optional.of(END), Set.of());
      };
    }
  }

  /** Refuses weights of another network, and a vocabulary that is not the network's. */
  public MaskedNetwork {
    precision = precision.filter(p -> p != Precision.FLOAT32);
    if (!(path.description().architecture() instanceof MaskedTransformer network)) {
      throw new IllegalArgumentException(
          "path must be a folder with weights of a masked-transformer, which those of "
              + path.file().file()
              + " are not");
    }
    int tokens = vocabulary(path).size();
    if (tokens != network.tokens()) {
      throw new IllegalArgumentException(
          "path has a vocabulary of " + tokens + " tokens for a network of " + network.tokens());
    }
  }

  private static Vocabulary vocabulary(NetworkWeights weights) {
    String note = weights.description().note(VOCABULARY);
    Node node = JsonTree.parse(weights.file().file() + " (" + VOCABULARY + ")", 1, note);
    if (!(node instanceof Node.Items tokens)
        || !tokens.items().stream().allMatch(Node.Scalar.class::isInstance)) {
      throw new IllegalArgumentException("path has a vocabulary that is no list of texts");
    }
    List<String> texts =
        tokens.items().stream().map(token -> ((Node.Scalar) token).text()).toList();
    return new Vocabulary(texts, spelling(weights).detokenizer());
  }

  private static Spelling spelling(NetworkWeights weights) {
    String note = weights.description().note(SPELLING);
    return Arrays.stream(Spelling.values())
        .filter(spelling -> spelling.name().toLowerCase(Locale.ROOT).equals(note))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("path has an unknown spelling: " + note));
  }

  @Override
  public StateSpace.Sequence space() {
    MaskedTransformer network = (MaskedTransformer) path.description().architecture();
    return new StateSpace.Sequence(network.length(), vocabulary(path));
  }

  @Override
  public Template template(String prompt) {
    return Template.of(space(), prompt, "");
  }

  @Override
  public Denoiser open() {
    return new MaskedDenoiser(
        path.open().load(Precision.chosen(precision, Precision.FLOAT32)), space());
  }

  @Override
  public List<Path> files() {
    return List.of(path.file().file());
  }
}
