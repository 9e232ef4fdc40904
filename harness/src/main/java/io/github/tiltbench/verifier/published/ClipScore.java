package io.github.tiltbench.verifier.published;

import io.github.tiltbench.engine.image.Preprocessing;
import io.github.tiltbench.engine.text.TokenizerFolder;
import java.util.Map;
import java.util.Optional;

/**
 * {@code kind: clip-score}: how well image and text agree in the eyes of a CLIP model.
 *
 * <p>Sources: Radford et al. 2021, arXiv:2103.00020; Hessel et al. 2021, arXiv:2104.08718.
 *
 * @param path folder of the model
 * @param tokenizer folder of its tokenizer, where that of the model has none
 * @param scale of the cosine, by which tables of one name differ
 * @param preprocessing what becomes of an image
 * @param prompt the text, in which {@value Wording#PLACE} stands for that of the condition
 * @param prompts whole texts by that of the condition
 * @param black the value of no light in a state
 * @param white the value of full light in a state
 */
public record ClipScore(
    ClipFolder path,
    Optional<TokenizerFolder> tokenizer,
    Scale scale,
    Preprocessing preprocessing,
    String prompt,
    Map<String, String> prompts,
    double black,
    double white)
    implements TextReward {
  /** What holds where a study says nothing, by key. */
  public static final Map<String, Object> DEFAULTS =
      Map.of("prompt", Wording.PLACE, "prompts", Map.of(), "black", -1.0, "white", 1.0);

  /** What stands in a table of CLIP scores. */
  public enum Scale {
    /** The cosine, mostly 0.2 to 0.35. */
    COSINE,
    /** A hundred times the cosine. */
    PERCENT,
    /** 2.5 times the cosine, at least 0. */
    HESSEL
  }

  /** Refuses a tokenizer that is not the model's. */
  public ClipScore {
    prompts = Map.copyOf(prompts);
    TextReward.check(path, tokenizer, prompt);
    Pixels.check(black, white);
  }

  @Override
  public double factor() {
    return switch (scale) {
      case COSINE -> 1;
      case PERCENT -> 100;
      case HESSEL -> 2.5;
    };
  }

  @Override
  public boolean positive() {
    return scale == Scale.HESSEL;
  }
}
