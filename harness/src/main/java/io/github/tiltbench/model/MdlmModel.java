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
import io.github.tiltbench.engine.published.language.MdlmFolder;
import io.github.tiltbench.engine.published.language.TokenHead;
import io.github.tiltbench.engine.text.GptTokenizer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * {@code kind: mdlm}: a published masked diffusion model of texts in its own folder, such as that
 * of OpenWebText. Prompts are the beginnings of texts.
 *
 * <p>Its logits are those of a network without time, whose modulations are computed once when it is
 * opened. The published samplers compute in bfloat16; here it is single precision on a CPU, half on
 * a GPU.
 *
 * <p>Source: Sahoo et al., arXiv:2406.07524; kuleshov-group/mdlm.
 *
 * @param path the folder
 * @param length of a state, with its prompt
 * @param process the chain of unmasking steps
 * @param temperature that logits are divided by
 * @param precision that the network computes in; without it half on a GPU, single on a CPU
 */
public record MdlmModel(
    MdlmFolder path,
    int length,
    ProcessSpec.Masked process,
    double temperature,
    @OmittedWhenAbsent Optional<Precision> precision)
    implements TextModel {
  /** What a definition may leave out. */
  public static final Map<String, Object> DEFAULTS =
      Map.of("length", 128, "process", new FirstHitting(), "temperature", 1.0);

  /** What a user has to bring, by key. */
  public static final Map<String, String> BRINGS =
      Map.of(
          "path",
          "a folder with config.json and model.safetensors of an MDLM, such as"
              + " kuleshov-group/mdlm-owt, and GPT-2's tokenizer.json or vocab.json and merges.txt");

  /** Refuses a length that the network was not trained on. */
  public MdlmModel {
    int most = path.network().modelLength();
    if (length < 1 || length > most) {
      throw new IllegalArgumentException("length must be from 1 to " + most + " but is " + length);
    }
    new TokenHead(new boolean[] {true}, temperature);
  }

  /** Byte pairs as texts. */
  private record Bytes(GptTokenizer tokenizer) implements Detokenizer {
    @Override
    public String text(Vocabulary vocabulary, int[] tokens) {
      StringBuilder text = new StringBuilder();
      int from = 0;
      for (int i = 0; i <= tokens.length; i++) {
        if (i == tokens.length || tokens[i] == vocabulary.size()) {
          text.append(tokenizer.decode(Arrays.copyOfRange(tokens, from, i)));
          text.append(i < tokens.length ? MASK : "");
          from = i + 1;
        }
      }
      return text.toString();
    }

    @Override
    public int[] tokens(Vocabulary vocabulary, String text) {
      return tokenizer.encode(text);
    }
  }

  @Override
  public StateSpace.Sequence space() {
    GptTokenizer tokenizer = path.tokenizer();
    return new StateSpace.Sequence(
        length, new Vocabulary(tokenizer.symbols(), new Bytes(tokenizer)));
  }

  @Override
  public Template template(String prompt) {
    return Template.of(space(), prompt, "");
  }

  @Override
  public Denoiser open() {
    boolean[] all = new boolean[path.network().tokens()];
    Arrays.fill(all, true);
    Precision chosen = Precision.chosen(precision, Precision.ofDevice());
    return new MaskedDenoiser(
        path.load(length, new TokenHead(all, temperature), chosen),
        space(),
        path.network().tokens(),
        path.modulation(0, chosen));
  }
}
