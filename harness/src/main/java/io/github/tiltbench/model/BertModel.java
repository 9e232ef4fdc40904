package io.github.tiltbench.model;

import io.github.tiltbench.config.OmittedWhenAbsent;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Detokenizer;
import io.github.tiltbench.diffusion.FirstHitting;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Template;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.published.language.BertFolder;
import io.github.tiltbench.engine.published.language.EasyBert;
import io.github.tiltbench.engine.published.language.TokenHead;
import io.github.tiltbench.engine.text.WordPieces;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code kind: bert}: a BERT with its head for masked words as a masked denoiser. Prompts are the
 * beginnings of texts: states are {@code [CLS] prompt free... end [SEP]}.
 *
 * <p>It was not trained as a diffusion model. It learned to fill 15 % of the words of a text and is
 * asked here with up to all of them hidden, so what it says of the first words is no calibrated
 * law, the law of a sample depends on the order of the reveals, and its bound is a pseudo-NELBO,
 * which no likelihood may be called. First-hitting in uniformly random order writes readable
 * English.
 *
 * <p>Only pieces of ASCII may be predicted, and none that stands for no text: of the uncased
 * vocabulary 27,623. Ids are the network's own.
 *
 * <p>Source: Devlin et al. 2019, arXiv:1810.04805.
 *
 * @param path the folder
 * @param length of a state, with its start, prompt and end
 * @param process the chain of unmasking steps
 * @param temperature that logits are divided by
 * @param end what every text ends with; empty for nothing
 * @param precision that the network computes in; without it half on a GPU, single on a CPU
 */
public record BertModel(
    BertFolder path,
    int length,
    ProcessSpec.Masked process,
    double temperature,
    String end,
    @OmittedWhenAbsent Optional<Precision> precision)
    implements TextModel {
  /** What a definition may leave out. */
  public static final Map<String, Object> DEFAULTS =
      Map.of("length", 16, "process", new FirstHitting(), "temperature", 1.0, "end", ".");

  /** What a user has to bring, by key. */
  public static final Map<String, String> BRINGS =
      Map.of(
          "path",
          "a folder with config.json, vocab.txt and model.safetensors of a BERT with its head;"
              + " one is made by: "
              + EasyBert.COMMANDS);

  /** Refuses a length that the network cannot have, and an end that leaves no place. */
  public BertModel {
    int most = path.network().maxPositionEmbeddings();
    if (length < 3 || length > most) {
      throw new IllegalArgumentException("length must be from 3 to " + most + " but is " + length);
    }
    new TokenHead(path.tokenizer().open(), temperature);
    try {
      template(path.tokenizer(), length, "", end);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("end: " + e.getMessage(), e);
    }
  }

  /** The pieces of the network as texts. */
  private record Pieces(WordPieces tokenizer) implements Detokenizer {
    private static final Words WORDS =
        new Words(Optional.empty(), Set.of(WordPieces.START, WordPieces.END));

    @Override
    public String text(Vocabulary vocabulary, int[] tokens) {
      return WORDS.text(vocabulary, tokens);
    }

    @Override
    public int[] tokens(Vocabulary vocabulary, String text) {
      int[] tokens = tokenizer.encode(text);
      if (IntStream.of(tokens).anyMatch(token -> token == tokenizer.id(WordPieces.UNKNOWN))) {
        throw new IllegalArgumentException("no pieces of the vocabulary spell '" + text + "'");
      }
      return tokens;
    }
  }

  private static StateSpace.Sequence space(WordPieces tokenizer, int length) {
    return new StateSpace.Sequence(
        length, new Vocabulary(tokenizer.pieces(), new Pieces(tokenizer)));
  }

  @Override
  public StateSpace.Sequence space() {
    return space(path.tokenizer(), length);
  }

  /** It was not trained on all rates of masks. */
  @Override
  public boolean bounds() {
    return false;
  }

  @Override
  public Template template(String prompt) {
    return template(path.tokenizer(), length, prompt, end);
  }

  private static Template template(WordPieces tokenizer, int length, String prompt, String end) {
    StateSpace.Sequence space = space(tokenizer, length);
    IntStream first =
        IntStream.concat(
            IntStream.of(tokenizer.id(WordPieces.START)),
            IntStream.of(space.vocabulary().tokens(prompt)));
    IntStream last =
        IntStream.concat(
            IntStream.of(space.vocabulary().tokens(end)),
            IntStream.of(tokenizer.id(WordPieces.END)));
    return Template.of(space, first.toArray(), last.toArray());
  }

  @Override
  public Denoiser open() {
    TokenHead head = new TokenHead(path.tokenizer().open(), temperature);
    return new MaskedDenoiser(
        path.load(head, Precision.chosen(precision, Precision.ofDevice())),
        space(),
        path.tokenizer().id(WordPieces.MASK));
  }
}
