package io.github.tiltbench.verifier.published;

import io.github.tiltbench.engine.image.Preprocessing;
import io.github.tiltbench.engine.text.TokenizerFolder;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code kind: pickscore}: what people would pick, by a CLIP model tuned on their choices.
 *
 * <p>Source: Kirstain et al. 2023, arXiv:2305.01569; yuvalkirstain/PickScore.
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
public record PickScore(
    ClipFolder path,
    Optional<TokenizerFolder> tokenizer,
    Scale scale,
    Preprocessing preprocessing,
    String prompt,
    Map<String, String> prompts,
    double black,
    double white)
    implements TextReward {
  /** The family of all that is tuned on preferences from one and the same start. */
  static final String TUNED = "CLIP H/14 tuned on preferences";

  /** What stands in a table of pick scores. */
  public enum Scale {
    /** The cosine, about 0.2: DAS and RBF. */
    COSINE,
    /** The cosine times the trained factor, about 20: the authors. */
    LOGIT
  }

  /** Refuses a tokenizer that is not the model's. */
  public PickScore {
    prompts = Map.copyOf(prompts);
    TextReward.check(path, tokenizer, prompt);
    Pixels.check(black, white);
    if (scale == Scale.LOGIT) {
      path.requireFactor();
    }
  }

  @Override
  public double factor() {
    return scale == Scale.LOGIT ? path.cosineFactor() : 1;
  }

  @Override
  public Set<String> families() {
    return Set.of(family(), TUNED);
  }
}
