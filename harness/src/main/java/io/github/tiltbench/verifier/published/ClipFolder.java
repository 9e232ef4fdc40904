package io.github.tiltbench.verifier.published;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.PublishedScript;
import io.github.tiltbench.engine.published.transformer.ClipConfig;
import io.github.tiltbench.engine.published.transformer.ClipNames;
import io.github.tiltbench.engine.text.TokenizerFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The folder of a published CLIP model as it was when it was named: a {@code config.json} beside a
 * {@code model.safetensors}, or their namesakes of open_clip, and a tokenizer if there is one.
 *
 * <p>Weights may have the names of transformers or of openai/CLIP and open_clip.
 *
 * @param folder where the files lie
 * @param config the towers
 * @param names what the weights are called
 * @param checkpoint the weights
 * @param tokenizer of the tower of texts
 * @param digests of the files read
 */
public record ClipFolder(
    Path folder,
    ClipConfig config,
    ClipNames names,
    Checkpoint checkpoint,
    Optional<TokenizerFolder> tokenizer,
    SortedMap<String, String> digests)
    implements Pinned {
  /** What a user has to bring, by key. */
  public static final Map<String, String> BRINGS =
      Map.of(
          "path",
          "the folder of a CLIP model: config.json, model.safetensors, vocab.json and merges.txt",
          "tokenizer",
          "the folder of a CLIP tokenizer: vocab.json and merges.txt");

  private static final String CONFIG = "config.json";
  private static final String OPEN_CONFIG = "open_clip_config.json";
  private static final List<String> OPEN_STEMS =
      List.of("model", "open_clip_model", "open_clip_pytorch_model");

  /**
   * The model in a folder.
   *
   * @throws IllegalArgumentException in one line that names what is missing, wrong or too much
   */
  public static ClipFolder of(Path folder) {
    PublishedFolder published = PublishedFolder.of(folder);
    String file = file(published);
    ClipConfig config = config(published);
    Checkpoint checkpoint = Checkpoint.of(published, stem(published), Optional.empty());
    ClipNames names = ClipNames.of(checkpoint.tensors().keySet());
    Optional<TokenizerFolder> tokenizer =
        published.find(TokenizerFolder.VOCABULARY).map(v -> TokenizerFolder.of(published));
    SortedMap<String, String> digests = new TreeMap<>(checkpoint.digests());
    digests.put(file, Digests.sha256(published.read(file)));
    tokenizer.ifPresent(t -> digests.putAll(t.digests()));
    ClipFolder clip = new ClipFolder(folder, config, names, checkpoint, tokenizer, digests);
    clip.config.images().embedding(names).weights(checkpoint, clip::notOfImages);
    clip.config
        .text()
        .ifPresent(text -> text.embedding(names).weights(checkpoint, clip::notOfTexts));
    return clip;
  }

  private static String file(PublishedFolder folder) {
    if (folder.find(CONFIG).isEmpty() && folder.find(OPEN_CONFIG).isEmpty()) {
      throw new IllegalArgumentException(
          folder.folder() + " has neither " + CONFIG + " nor " + OPEN_CONFIG);
    }
    return folder.find(CONFIG).isPresent() ? CONFIG : OPEN_CONFIG;
  }

  /** What the configuration in a folder describes; weights are not looked at. */
  public static ClipConfig config(PublishedFolder folder) {
    String file = file(folder);
    return file.equals(CONFIG)
        ? ClipConfig.of(folder.json(file))
        : ClipConfig.ofOpenClip(folder.json(file));
  }

  /** The name of the file of weights in a folder, without its end. */
  public static String stem(PublishedFolder folder) {
    return file(folder).equals(CONFIG)
        ? OPEN_STEMS.get(0)
        : OPEN_STEMS.stream()
            .filter(stem -> folder.find(stem + ".safetensors").isPresent())
            .findFirst()
            .orElse(OPEN_STEMS.get(1));
  }

  private boolean notOfImages(String key) {
    return !names.ofImages(key);
  }

  private boolean notOfTexts(String key) {
    return names.ofImages(key) || key.equals(ClipNames.LOGIT_SCALE);
  }

  private record ImageKey(Map<String, String> weights, ClipConfig config, Object device) {}

  private record TextKey(
      Map<String, String> weights,
      ClipConfig config,
      Map<String, String> tokenizer,
      Object device) {}

  /** The tower of images, which gives embeddings of length 1. */
  Shared<TorchModule> images() {
    return Shared.of(
        new ImageKey(checkpoint.digests(), config, Torch.device()),
        () ->
            config
                .images()
                .embedding(names)
                .load(checkpoint, this::notOfImages, Precision.FLOAT32));
  }

  /**
   * The tower of texts.
   *
   * @param other a tokenizer that is used instead of the folder's
   * @throws IllegalArgumentException if there is none, or it is not that of the tower
   */
  Shared<TextEncoder> texts(Optional<TokenizerFolder> other) {
    TokenizerFolder chosen = tokenizer(other);
    return Shared.of(
        new TextKey(checkpoint.digests(), config, chosen.digests(), Torch.device()),
        () ->
            new TextEncoder(
                chosen.tokenizer(),
                () ->
                    config
                        .text()
                        .orElseThrow()
                        .embedding(names)
                        .load(checkpoint, this::notOfTexts, Precision.FLOAT32)));
  }

  /** The tokenizer for a reward that reads prompts, checked against the tower. */
  TokenizerFolder tokenizer(Optional<TokenizerFolder> other) {
    TokenizerFolder chosen =
        other
            .or(() -> tokenizer)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "tokenizer is wanted, the folder of one: "
                            + folder
                            + " has no "
                            + TokenizerFolder.VOCABULARY));
    int tokens =
        config
            .text()
            .orElseThrow(
                () -> new IllegalArgumentException("path " + folder + " has no tower of texts"))
            .vocabulary();
    int size = chosen.tokenizer().size();
    if (size > tokens) {
      throw new IllegalArgumentException(
          "tokenizer "
              + chosen.folder()
              + " has "
              + size
              + " tokens, the tower of texts in "
              + folder
              + " only "
              + tokens);
    }
    int length = config.text().orElseThrow().length();
    if (chosen.tokenizer().length() != length) {
      throw new IllegalArgumentException(
          "tokenizer "
              + chosen.folder()
              + " gives "
              + chosen.tokenizer().length()
              + " tokens a prompt, the tower of texts in "
              + folder
              + " takes "
              + length);
    }
    return chosen;
  }

  /** The trained factor of cosines. */
  double cosineFactor() {
    try (TorchModule module = factor().load(checkpoint, key -> true, Precision.FLOAT32)) {
      return module.forward(new Tensor.Floats(new float[] {1}, 1)).get(0).data()[0];
    }
  }

  /** Refuses a model without one. */
  void requireFactor() {
    factor().weights(checkpoint, key -> true);
  }

  private static PublishedNetwork factor() {
    PublishedScript script = new PublishedScript("CLIPModel");
    String scale = script.weight(ClipNames.LOGIT_SCALE);
    return script.network("x: Tensor", script.let("torch.mul(x, torch.exp(%s))", scale));
  }

  /** A name for the weights, whatever folder they lie in. */
  String family() {
    return "CLIP "
        + Digests.sha256(checkpoint.digests().toString().getBytes(UTF_8)).substring(0, 12);
  }

  /** Where it lies. */
  @Override
  public String toString() {
    return folder.toString();
  }

  /** The files whose content it is. */
  List<Path> files() {
    List<Path> files = new ArrayList<>();
    digests.keySet().forEach(name -> files.add(folder.resolve(name)));
    return files;
  }
}
