package io.github.tiltbench.engine.published.diffusers;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.published.transformer.TextTower;
import io.github.tiltbench.engine.text.TokenizerFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The denoiser of a pipeline that diffusers saved, its text encoders and its scheduler: their
 * configurations, and by {@link #named} their weights.
 *
 * <p>Stable Diffusion 1, 2 and XL, and pixel models of DDPM, which may lie in a folder without
 * parts. Nothing else in the folder is read; a pipeline with further parts that would change its
 * samples is refused.
 *
 * @param folder the pipeline
 * @param unet the denoiser
 * @param texts the text encoders; none of a model of pixels
 * @param scheduler the scheduler file's content
 * @param zerosForNoPrompt whether no prompt is encoded as zeros, not as the empty text
 * @param factor how often a side of a state goes into that of its image
 * @param configs digests of the configuration files by their path in the folder
 * @param weights what {@link #named} found
 */
public record PipelineFolder(
    PublishedFolder folder,
    DenoisingUnet unet,
    List<TextEncoderFolder> texts,
    Node scheduler,
    boolean zerosForNoPrompt,
    int factor,
    SortedMap<String, String> configs,
    Optional<Weights> weights)
    implements Pinned {
  static final String CONFIG = "config.json";
  static final String STEM = "diffusion_pytorch_model";

  private static final String INDEX = "model_index.json";
  private static final String SCHEDULER = "scheduler_config.json";
  private static final String CLASS = "_class_name";

  /** Parts of pipelines that change no sample, or that are read. */
  private static final Set<String> PARTS =
      Set.of(
          "unet",
          "vae",
          "scheduler",
          "tokenizer",
          "tokenizer_2",
          "text_encoder",
          "text_encoder_2",
          "safety_checker",
          "feature_extractor",
          "image_encoder");

  private static final Set<String> FLAGS = Set.of("requires_safety_checker", "add_watermarker");
  private static final String ZEROS = "force_zeros_for_empty_prompt";

  /** What a pipeline of a class is made of. */
  private enum Kind {
    PIXELS(0),
    STABLE_DIFFUSION(1),
    STABLE_DIFFUSION_XL(2);

    private static final Map<String, Kind> CLASSES =
        Map.of(
            "DDPMPipeline", PIXELS,
            "DDIMPipeline", PIXELS,
            "StableDiffusionPipeline", STABLE_DIFFUSION,
            "StableDiffusionXLPipeline", STABLE_DIFFUSION_XL);

    private final int texts;

    Kind(int texts) {
      this.texts = texts;
    }

    static Kind of(Node.Scalar name) {
      Kind kind = CLASSES.get(name.text());
      if (kind == null) {
        throw new ConfigException(
            name.at(),
            CLASS
                + " is "
                + name.text()
                + ", a pipeline that is not built here"
                + Nearest.hint(name.text(), CLASSES.keySet())
                + "; a program of your own can run it, by kind: process");
      }
      return kind;
    }
  }

  /**
   * The weights of a pipeline.
   *
   * @param texts in the order of the encoders
   */
  public record Weights(Checkpoint unet, List<Checkpoint> texts) {}

  /**
   * The configurations in a folder; weights are not looked at.
   *
   * @throws ConfigException at the key for which nothing is built here
   */
  public static PipelineFolder of(Path path) {
    PublishedFolder folder = PublishedFolder.of(path);
    Reader reader = new Reader(folder, new TreeMap<>());
    Optional<Node.Mapping> index =
        folder.find(INDEX).map(file -> Reader.mapping(reader.json(folder, INDEX)));
    Kind kind = index.map(i -> Kind.of(Reader.name(i))).orElse(Kind.PIXELS);
    index.ifPresent(PipelineFolder::check);
    PublishedFolder unets = partOrTop(folder, "unet");
    Node unet = reader.json(unets, CONFIG);
    DenoisingUnet network =
        kind == Kind.PIXELS ? UNet2DModel.of(unet) : UNet2DConditionModel.of(unet);
    List<TextEncoderFolder> texts = new ArrayList<>();
    for (int i = 0; i < kind.texts; i++) {
      texts.add(reader.text(i == 0 ? "" : "_" + (i + 1)));
    }
    if (network instanceof UNet2DConditionModel conditional) {
      check(folder, conditional, texts);
    }
    Node scheduler = reader.json(partOrTop(folder, "scheduler"), SCHEDULER);
    return new PipelineFolder(
        folder,
        network,
        List.copyOf(texts),
        scheduler,
        kind == Kind.STABLE_DIFFUSION_XL && index.map(PipelineFolder::zeros).orElse(true),
        kind == Kind.PIXELS ? 1 : reader.factor(),
        reader.digests,
        Optional.empty());
  }

  private static PublishedFolder partOrTop(PublishedFolder folder, String name) {
    PublishedFolder part = folder.part(name);
    return part.exists() ? part : folder;
  }

  /** Whether a part has weights of a variant. */
  static boolean has(PublishedFolder part, String stem, String variant) {
    return part.exists()
        && part.names().stream()
            .anyMatch(n -> n.startsWith(stem + ".") && n.contains("." + variant + "."));
  }

  /**
   * The same with its weights; other parts than the denoiser have a variant if they can.
   *
   * @param variant such as {@code fp16}
   * @throws IllegalArgumentException if weights are missing or are not those of the configuration
   */
  public PipelineFolder named(Optional<String> variant) {
    Checkpoint denoiser = Checkpoint.of(partOrTop(folder, "unet"), STEM, variant);
    unet.network().weights(denoiser);
    List<Checkpoint> encoders = new ArrayList<>();
    for (TextEncoderFolder text : texts) {
      Checkpoint encoder = text.weights(variant);
      text.tower().network().weights(encoder);
      encoders.add(encoder);
    }
    Weights found = new Weights(denoiser, List.copyOf(encoders));
    return new PipelineFolder(
        folder, unet, texts, scheduler, zerosForNoPrompt, factor, configs, Optional.of(found));
  }

  @Override
  public SortedMap<String, String> digests() {
    SortedMap<String, String> all = new TreeMap<>(configs);
    for (TextEncoderFolder text : texts) {
      text.tokenizer()
          .digests()
          .forEach((name, digest) -> all.put(place(text.tokenizer().folder(), name), digest));
    }
    weights.ifPresent(
        w -> {
          put(all, w.unet);
          w.texts.forEach(t -> put(all, t));
        });
    return all;
  }

  private void put(Map<String, String> all, Checkpoint weights) {
    weights.parts().forEach(part -> all.put(place(part.file(), ""), part.sha256()));
  }

  private String place(Path file, String name) {
    return folder.folder().relativize(file.resolve(name)).toString();
  }

  private static void check(Node.Mapping index) {
    for (Node.Entry entry : index.entries()) {
      boolean known =
          entry.key().startsWith("_")
              || PARTS.contains(entry.key())
              || FLAGS.contains(entry.key())
              || entry.key().equals(ZEROS);
      boolean nothing =
          entry.value() instanceof Node.Items list
              && list.items().stream().allMatch(i -> i instanceof Node.Scalar s && s.isNull());
      if (!known && !nothing) {
        throw new ConfigException(
            entry.at(), entry.key() + " is a part of the pipeline that is not built here");
      }
    }
  }

  private static boolean zeros(Node.Mapping index) {
    Node value = index.get(ZEROS).map(Node.Entry::value).orElse(null);
    if (value == null) {
      return true;
    }
    if (value instanceof Node.Scalar s && s.plain() && s.text().matches("true|false")) {
      return s.text().equals("true");
    }
    throw Literals.wrong(value, ZEROS, "true or false");
  }

  /** Refuses a denoiser that reads something else than the encoders write. */
  private static void check(
      PublishedFolder folder, UNet2DConditionModel unet, List<TextEncoderFolder> texts) {
    Mark at = Mark.of(folder.part("unet").folder().resolve(CONFIG).toString());
    int width = texts.stream().mapToInt(t -> t.tower().width()).sum();
    if (unet.crossAttentionDim().stream().anyMatch(d -> d != width)) {
      throw new ConfigException(
          at,
          "cross_attention_dim is "
              + unet.crossAttentionDim()
              + ", but the text encoders write "
              + width
              + " features a token");
    }
    TextEncoderFolder last = texts.get(texts.size() - 1);
    int pooled = texts.size() == 1 ? 0 : last.tower().projection().orElse(last.tower().width());
    if (unet.textEmbeds() != pooled) {
      throw new ConfigException(
          at,
          "projection_class_embeddings_input_dim leaves "
              + unet.textEmbeds()
              + " features for a prompt, but the text encoders write "
              + pooled);
    }
  }

  /** Reads configurations and takes their digests of the very bytes. */
  private record Reader(PublishedFolder folder, SortedMap<String, String> digests) {
    Node json(PublishedFolder part, String name) {
      return part.json(name, digests);
    }

    TextEncoderFolder text(String suffix) {
      PublishedFolder part = folder.part("text_encoder" + suffix);
      TextTower tower = TextTower.of(json(part, CONFIG));
      return new TextEncoderFolder(
          part, TokenizerFolder.of(folder.part("tokenizer" + suffix)), tower);
    }

    int factor() {
      return AutoencoderKL.of(json(folder.part("vae"), CONFIG)).factor();
    }

    static Node.Mapping mapping(Node root) {
      if (root instanceof Node.Mapping mapping) {
        return mapping;
      }
      throw Literals.wrong(root, "the file", "a mapping");
    }

    static Node.Scalar name(Node.Mapping index) {
      if (index.get(CLASS).map(Node.Entry::value).orElse(index) instanceof Node.Scalar name) {
        return name;
      }
      throw new ConfigException(index.at(), "the file has no " + CLASS);
    }
  }
}
