package io.github.tiltbench.engine.published.transformer;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The towers of a CLIP model as its configuration describes them.
 *
 * @param text of texts; a file of images alone has none
 * @param images of images
 */
public record ClipConfig(Optional<TextTower> text, ImageTower images) {
  private static final String MODEL_TYPE = "model_type";
  private static final int PROJECTION = 512;
  private static final double EPSILON = 1e-5;

  private record Text(
      int vocabSize,
      int maxPositionEmbeddings,
      int hiddenSize,
      int numAttentionHeads,
      int intermediateSize,
      int numHiddenLayers,
      Mlp hiddenAct,
      double layerNormEps) {
    static final CatalogueEntry<Text> ENTRY =
        CatalogueEntry.of(
            "CLIPTextModel", new Text(49408, 77, 512, 8, 2048, 12, Mlp.QUICK_GELU, EPSILON));

    TextTower tower(OptionalInt projection) {
      return new TextTower(
          vocabSize,
          maxPositionEmbeddings,
          hiddenSize,
          numAttentionHeads,
          intermediateSize,
          numHiddenLayers,
          hiddenAct,
          layerNormEps,
          projection);
    }
  }

  private record Images(
      int imageSize,
      int patchSize,
      int hiddenSize,
      int numAttentionHeads,
      int intermediateSize,
      int numHiddenLayers,
      Mlp hiddenAct,
      double layerNormEps) {
    static final CatalogueEntry<Images> ENTRY =
        CatalogueEntry.of(
            "CLIPVisionModel", new Images(224, 32, 768, 12, 3072, 12, Mlp.QUICK_GELU, EPSILON));

    ImageTower tower(int projection) {
      return new ImageTower(
          imageSize,
          patchSize,
          hiddenSize,
          numAttentionHeads,
          intermediateSize,
          numHiddenLayers,
          hiddenAct,
          layerNormEps,
          projection);
    }
  }

  private record Projection(int projectionDim) {
    static final CatalogueEntry<Projection> ENTRY =
        CatalogueEntry.of("CLIPModel", new Projection(PROJECTION));
  }

  /**
   * The towers of a {@code config.json} of transformers.
   *
   * @throws ConfigException at the key that is wrong
   */
  public static ClipConfig of(Node root) {
    Node.Mapping config = mapping(root, "the file");
    Optional<Node.Entry> type = config.get(MODEL_TYPE);
    String name =
        type.filter(t -> t.value() instanceof Node.Scalar)
            .map(t -> ((Node.Scalar) t.value()).text())
            .orElse("clip");
    int projection = known(config, Projection.ENTRY).projectionDim;
    return switch (name) {
      case "clip" ->
          new ClipConfig(
              Optional.of(
                  known(part(config, "text_config"), Text.ENTRY).tower(OptionalInt.of(projection))),
              known(part(config, "vision_config"), Images.ENTRY).tower(projection));
      case "clip_vision_model" ->
          new ClipConfig(Optional.empty(), known(config, Images.ENTRY).tower(projection));
      default ->
          throw new ConfigException(
              type.orElseThrow().value().at(),
              MODEL_TYPE
                  + " '"
                  + name
                  + "' is not built here; it may be clip or clip_vision_model");
    };
  }

  /** What a configuration says of a record's keys; its others say how texts are generated. */
  private static <T> T known(Node.Mapping config, CatalogueEntry<T> entry) {
    List<Node.Entry> kept =
        config.entries().stream().filter(e -> entry.keys().contains(e.key())).toList();
    return Records.STORED.read(new Node.Mapping(kept, config.at()), entry);
  }

  private static Node.Mapping part(Node.Mapping config, String key) {
    Optional<Node> part = config.get(key).map(Node.Entry::value);
    return mapping(
        part.orElseThrow(() -> new ConfigException(config.at(), "the file has no " + key)), key);
  }

  private static Node.Mapping mapping(Node node, String what) {
    if (node instanceof Node.Mapping mapping) {
      return mapping;
    }
    throw Literals.wrong(node, what, "a mapping");
  }

  private record OpenModel(
      int embedDim, boolean quickGelu, OpenText textCfg, OpenImages visionCfg) {
    static final CatalogueEntry<OpenModel> ENTRY =
        CatalogueEntry.bare("model_cfg", OpenModel.class, Map.of("quick_gelu", false));
  }

  private record OpenText(
      OptionalInt contextLength, OptionalInt vocabSize, int width, int heads, int layers) {}

  private record OpenImages(
      int imageSize,
      int layers,
      int width,
      OptionalInt headWidth,
      int patchSize,
      Optional<Double> mlpRatio) {}

  /**
   * The towers of an {@code open_clip_config.json}.
   *
   * @throws ConfigException at the key that is wrong
   */
  public static ClipConfig ofOpenClip(Node root) {
    Node.Mapping model = part(mapping(root, "the file"), "model_cfg");
    OpenModel read = Records.STORED.read(model, OpenModel.ENTRY);
    Mlp mlp = read.quickGelu ? Mlp.QUICK_GELU : Mlp.GELU;
    OpenText t = read.textCfg;
    OpenImages v = read.visionCfg;
    TextTower text =
        new TextTower(
            t.vocabSize.orElse(49408),
            t.contextLength.orElse(77),
            t.width,
            t.heads,
            4 * t.width,
            t.layers,
            mlp,
            EPSILON,
            OptionalInt.of(read.embedDim));
    ImageTower images =
        new ImageTower(
            v.imageSize,
            v.patchSize,
            v.width,
            v.width / v.headWidth.orElse(64),
            (int) (v.width * v.mlpRatio.orElse(4.0)),
            v.layers,
            mlp,
            EPSILON,
            read.embedDim);
    return new ClipConfig(Optional.of(text), images);
  }
}
