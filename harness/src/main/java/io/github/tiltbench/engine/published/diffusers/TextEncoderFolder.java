package io.github.tiltbench.engine.published.diffusers;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.transformer.TextTower;
import io.github.tiltbench.engine.text.TokenizerFolder;
import io.github.tiltbench.engine.text.Tokens;
import java.util.List;
import java.util.Optional;

/**
 * A text encoder of a pipeline with its tokenizer.
 *
 * @param part where its configuration and weights lie
 */
public record TextEncoderFolder(PublishedFolder part, TokenizerFolder tokenizer, TextTower tower) {
  private static final String STEM = "model";

  /** Refuses a tokenizer that numbers other symbols, or more of them a prompt. */
  public TextEncoderFolder {
    if (tokenizer.tokenizer().size() != tower.vocabulary()) {
      throw new ConfigException(
          Mark.of(tokenizer.folder().toString()),
          "a vocabulary of "
              + tokenizer.tokenizer().size()
              + " is not that of "
              + part.folder()
              + ", which knows "
              + tower.vocabulary());
    }
    if (tokenizer.tokenizer().length() > tower.length()) {
      throw new ConfigException(
          Mark.of(tokenizer.folder().toString()),
          "model_max_length is "
              + tokenizer.tokenizer().length()
              + ", more than the "
              + tower.length()
              + " positions of "
              + part.folder());
    }
  }

  Checkpoint weights(Optional<String> variant) {
    return Checkpoint.of(part, STEM, variant.filter(v -> PipelineFolder.has(part, STEM, v)));
  }

  /** Loads the encoder; the caller closes it. */
  public TorchModule load(Checkpoint weights) {
    return tower.network().load(weights, Precision.FLOAT32);
  }

  /**
   * What the encoder makes of a prompt: its last states, those before them, and the state at the
   * end, projected if it has a projection. One prompt a call: in company it might round otherwise.
   */
  public static Encoded encode(TorchModule encoder, Tokens prompt) {
    List<Tensor.Floats> states =
        encoder.forward(
            new Tensor.Longs(prompt.ids(), 1, prompt.ids().length),
            new Tensor.Longs(new long[] {prompt.end()}, 1));
    return new Encoded(states.get(0), states.get(1), states.get(states.size() - 1));
  }

  /**
   * One encoded prompt.
   *
   * @param last (1, tokens, width), normalised
   * @param penultimate (1, tokens, width), not normalised
   * @param pooled (1, features)
   */
  public record Encoded(Tensor.Floats last, Tensor.Floats penultimate, Tensor.Floats pooled) {}
}
