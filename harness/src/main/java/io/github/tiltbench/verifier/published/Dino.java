package io.github.tiltbench.verifier.published;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.TensorFile;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.image.Preprocessing;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.transformer.DinoNames;
import io.github.tiltbench.engine.published.transformer.Dinov2;
import io.github.tiltbench.engine.published.transformer.Positions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * {@code kind: dino}: how surely a linear classifier on DINOv2 sees the class asked for.
 *
 * <p>Source: Oquab et al. 2023, arXiv:2304.07193; facebookresearch/dinov2.
 *
 * @param path folder of the model
 * @param head {@code weight} and {@code bias} of a classifier in a file of its own, of one layer or
 *     of the last four, where the model has none
 * @param positions how trained positions become those of {@code side}
 * @param output what is scored
 * @param side of the images that the network sees
 * @param preprocessing what becomes of an image
 * @param prompt the name of the class, in which {@value Wording#PLACE} stands for the condition's
 * @param black the value of no light in a state
 * @param white the value of full light in a state
 */
public record Dino(
    DinoFolder path,
    Optional<TensorFile> head,
    Positions positions,
    Output output,
    int side,
    Preprocessing preprocessing,
    String prompt,
    double black,
    double white)
    implements TowerReward {
  /** What a user has to bring, by key. */
  public static final Map<String, String> BRINGS =
      Map.of(
          "path",
          "the folder of a DINOv2: model.safetensors, and config.json with transformers' names",
          "head",
          "a safetensors file with weight and bias of a linear classifier on its features");

  /** What holds where a study says nothing, by key. */
  public static final Map<String, Object> DEFAULTS =
      Map.of("side", 224, "prompt", Wording.PLACE, "black", -1.0, "white", 1.0);

  /** What a classifier scores. */
  public enum Output {
    /** The logit of the class. */
    LOGIT,
    /** Its log-probability, in nats. */
    LOG_PROBABILITY
  }

  /**
   * Refuses a side that does not split into patches, and a classifier that is none of the model.
   */
  public Dino {
    Pixels.check(black, white);
    Wording.check(prompt);
    int patch = path.config().patchSize();
    if (side < patch || side % patch != 0) {
      throw new IllegalArgumentException(
          "side must be a multiple of " + patch + ", that of a patch, but is " + side);
    }
    written(path, head, side, positions).weights(path.checkpoint(), elsewhere(path, head));
  }

  /** What of the model is not used: its own classifier where there is another. */
  private static Predicate<String> elsewhere(DinoFolder path, Optional<TensorFile> head) {
    return key ->
        path.names().unused(key)
            || (head.isPresent() && key.startsWith(DinoNames.CLASSIFIER + "."));
  }

  private static PublishedNetwork written(
      DinoFolder path, Optional<TensorFile> head, int side, Positions positions) {
    Dinov2 dino = path.config().network(side, positions);
    if (head.isPresent()) {
      int features = LabelHead.Classifier.of(head.get(), dino.width()).features();
      return dino.features(path.names(), features / dino.width() - 1);
    }
    int classes = path.config().labels().size();
    if (classes == 0) {
      throw new IllegalArgumentException(
          "head is wanted, the file of a classifier: " + path.folder() + " names no labels");
    }
    return dino.logits(path.names(), classes);
  }

  private record Key(
      Map<String, String> weights, Dinov2 network, Optional<String> head, Object device) {}

  @Override
  public Optional<String> mismatch(String asked) {
    try {
      List<String> labels = path.config().labels();
      int classes = classifier().map(c -> c.bias().length).orElse(labels.size());
      LabelHead.number(new Wording(prompt, Map.of()).of(new Condition(asked)), labels, classes);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  private Optional<LabelHead.Classifier> classifier() {
    return head.map(file -> LabelHead.Classifier.of(file, path.config().hiddenSize()));
  }

  @Override
  public int imageSide() {
    return side;
  }

  @Override
  public Shared<TorchModule> network() {
    PublishedNetwork network = written(path, head, side, positions);
    return Shared.of(
        new Key(
            path.digests(),
            path.config().network(side, positions),
            head.map(TensorFile::sha256),
            Torch.device()),
        () -> network.load(path.checkpoint(), elsewhere(path, head), Precision.FLOAT32));
  }

  @Override
  public FeatureHead featureHead() {
    return new LabelHead(
        path.config().labels(),
        new Wording(prompt, Map.of()),
        classifier(),
        output == Output.LOG_PROBABILITY);
  }

  @Override
  public List<Path> files() {
    List<Path> files = new ArrayList<>();
    path.digests().keySet().forEach(name -> files.add(path.folder().resolve(name)));
    head.ifPresent(file -> files.add(file.file()));
    return files;
  }

  @Override
  public String family() {
    return path.family();
  }
}
