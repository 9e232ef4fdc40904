package io.github.tiltbench.verifier.published;

import io.github.tiltbench.engine.image.Preprocessing;
import io.github.tiltbench.engine.text.TokenizerFolder;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code kind: hps}: the human preference score, by a CLIP model tuned on rankings.
 *
 * <p>Source: Wu et al. 2023, arXiv:2306.09341; tgxs002/HPSv2.
 *
 * @param path folder of the model
 * @param tokenizer folder of its tokenizer, where that of the model has none
 * @param version of the weights, {@code 2.0} or {@code 2.1}, whose scores must not be compared
 * @param scale of the cosine
 * @param preprocessing what becomes of an image
 * @param prompt the text, in which {@value Wording#PLACE} stands for that of the condition
 * @param prompts whole texts by that of the condition
 * @param black the value of no light in a state
 * @param white the value of full light in a state
 */
public record Hps(
    ClipFolder path,
    Optional<TokenizerFolder> tokenizer,
    String version,
    Scale scale,
    Preprocessing preprocessing,
    String prompt,
    Map<String, String> prompts,
    double black,
    double white)
    implements TextReward {
  /** What stands in a table of preference scores. */
  public enum Scale {
    /** The cosine, about 0.28: the authors' code. */
    COSINE,
    /** A hundred times the cosine: the authors' tables. */
    PERCENT
  }

  private static final Set<String> VERSIONS = Set.of("2.0", "2.1");

  /** Refuses a tokenizer that is not the model's and another version. */
  public Hps {
    prompts = Map.copyOf(prompts);
    TextReward.check(path, tokenizer, prompt);
    Pixels.check(black, white);
    if (!VERSIONS.contains(version)) {
      throw new IllegalArgumentException("version must be 2.0 or 2.1 but is " + version);
    }
  }

  @Override
  public double factor() {
    return scale == Scale.PERCENT ? 100 : 1;
  }

  @Override
  public Set<String> families() {
    return Set.of(family(), PickScore.TUNED);
  }
}
