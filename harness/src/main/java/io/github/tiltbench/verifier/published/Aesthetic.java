package io.github.tiltbench.verifier.published;

import io.github.tiltbench.engine.TensorFile;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.image.Preprocessing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code kind: aesthetic}: how beautiful people would find an image, by LAION's heads on a CLIP
 * model.
 *
 * @param path folder of the CLIP model
 * @param head the head's weights, converted to safetensors
 * @param preprocessing what becomes of an image
 * @param black the value of no light in a state
 * @param white the value of full light in a state
 */
public record Aesthetic(
    ClipFolder path, TensorFile head, Preprocessing preprocessing, double black, double white)
    implements TowerReward {
  /** What a user has to bring, by key. */
  public static final Map<String, String> BRINGS =
      Map.of(
          "path",
          "the folder of a CLIP model: config.json and model.safetensors",
          "head",
          "a safetensors file with weight and bias, or layers.0 to layers.7, of a LAION predictor");

  /** What holds where a study says nothing, by key. */
  public static final Map<String, Object> DEFAULTS = Map.of("black", -1.0, "white", 1.0);

  /** Refuses a head that is none of the model. */
  public Aesthetic {
    Pixels.check(black, white);
    AffineHead.of(head, path.config().images().projection());
  }

  @Override
  public int imageSide() {
    return path.config().images().side();
  }

  @Override
  public Shared<TorchModule> network() {
    return path.images();
  }

  @Override
  public FeatureHead featureHead() {
    return AffineHead.of(head, path.config().images().projection());
  }

  @Override
  public List<Path> files() {
    List<Path> files = new ArrayList<>(path.files());
    files.add(head.file());
    return files;
  }

  /** The weights of the tower: whatever looks through them is no other judge. */
  @Override
  public String family() {
    return path.family();
  }
}
