package io.github.tiltbench.verifier.published;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.text.TokenizerFolder;
import io.github.tiltbench.engine.text.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A reward that is a multiple of the cosine of image and text in the eyes of a CLIP model. */
interface TextReward extends TowerReward {
  /** The model. */
  ClipFolder path();

  /** Its tokenizer, where the folder of the model has none. */
  Optional<TokenizerFolder> tokenizer();

  /** The text, in which {@value Wording#PLACE} stands for that of the condition. */
  String prompt();

  /** Whole texts by that of the condition. */
  Map<String, String> prompts();

  /** What the cosine is multiplied by. */
  double factor();

  /** Whether a negative cosine counts as 0. */
  default boolean positive() {
    return false;
  }

  /** Refuses a tokenizer that is not the model's and an empty prompt. */
  static void check(ClipFolder path, Optional<TokenizerFolder> tokenizer, String prompt) {
    path.tokenizer(tokenizer);
    Wording.check(prompt);
  }

  @Override
  default Optional<String> mismatch(String asked) {
    try {
      tokens(asked);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  @Override
  default Optional<String> remark(String asked) {
    return tokens(asked)
        .cut()
        .map(cut -> "it does not read '" + cut + "', the end of a long prompt");
  }

  /** What it reads for a prompt. */
  private Tokens tokens(String asked) {
    String text = new Wording(prompt(), prompts()).of(new Condition(asked));
    return path().tokenizer(tokenizer()).tokenizer().encode(text);
  }

  @Override
  default int imageSide() {
    return path().config().images().side();
  }

  @Override
  default Shared<TorchModule> network() {
    return path().images();
  }

  @Override
  default FeatureHead featureHead() {
    return new CosineHead(
        path().texts(tokenizer()), new Wording(prompt(), prompts()), factor(), positive());
  }

  @Override
  default List<Path> files() {
    return path().files();
  }

  /** The weights: whatever looks through them is no other judge. */
  @Override
  default String family() {
    return path().family();
  }
}
