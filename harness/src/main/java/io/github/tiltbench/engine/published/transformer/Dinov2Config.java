package io.github.tiltbench.engine.published.transformer;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A DINOv2 as a {@code config.json} of transformers, or its weights alone, describe it.
 *
 * @param imageSize side of the images that positions were trained with
 * @param labels of the classes of its classifier, by number; empty without one
 */
public record Dinov2Config(
    int imageSize,
    int patchSize,
    int hiddenSize,
    int numAttentionHeads,
    int intermediate,
    int numHiddenLayers,
    boolean gated,
    double layerNormEps,
    List<String> labels) {
  private static final int HEAD = 64;
  private static final int RATIO = 4;

  private record Keys(
      int imageSize,
      int patchSize,
      int hiddenSize,
      int numAttentionHeads,
      int mlpRatio,
      int numHiddenLayers,
      boolean useSwigluFfn,
      double layerNormEps,
      boolean qkvBias,
      Mlp hiddenAct,
      Map<String, String> id2label) {
    static final CatalogueEntry<Keys> ENTRY =
        CatalogueEntry.of(
            "Dinov2ForImageClassification",
            new Keys(224, 14, 768, 12, RATIO, 12, false, 1e-6, true, Mlp.GELU, Map.of()));
  }

  /**
   * The network of a configuration.
   *
   * @throws ConfigException at the key that is wrong
   */
  public static Dinov2Config of(Node root) {
    if (!(root instanceof Node.Mapping config)) {
      throw Literals.wrong(root, "the file", "a mapping");
    }
    config
        .get("model_type")
        .filter(t -> !(t.value() instanceof Node.Scalar s && s.text().equals("dinov2")))
        .ifPresent(
            t -> {
              throw new ConfigException(
                  t.value().at(), "model_type is " + t.value().what() + ", not dinov2");
            });
    List<Node.Entry> kept =
        config.entries().stream().filter(e -> Keys.ENTRY.keys().contains(e.key())).toList();
    Keys keys = Records.STORED.read(new Node.Mapping(kept, config.at()), Keys.ENTRY);
    if (keys.hiddenAct != Mlp.GELU || !keys.qkvBias) {
      throw new ConfigException(
          config.at(), "a hidden_act other than gelu and qkv_bias false are not built here");
    }
    int wide = keys.hiddenSize * keys.mlpRatio;
    return new Dinov2Config(
        keys.imageSize,
        keys.patchSize,
        keys.hiddenSize,
        keys.numAttentionHeads,
        keys.useSwigluFfn ? Dinov2.gated(keys.hiddenSize, keys.mlpRatio) : wide,
        keys.numHiddenLayers,
        keys.useSwigluFfn,
        keys.layerNormEps,
        labels(keys.id2label, config));
  }

  private static List<String> labels(Map<String, String> byNumber, Node.Mapping config) {
    Map<Integer, String> sorted = new TreeMap<>();
    byNumber.forEach(
        (number, label) -> {
          if (number.matches("[0-9]{1,6}")) {
            sorted.put(Integer.valueOf(number), label);
          }
        });
    int size = byNumber.size();
    if (sorted.size() != size || (size > 0 && !sorted.containsKey(size - 1))) {
      throw new ConfigException(
          config.get("id2label").orElseThrow().at(), "id2label does not number labels from 0 on");
    }
    return List.copyOf(sorted.values());
  }

  /**
   * The network of the original's weights, which say all but the number of heads, each 64 wide.
   *
   * @param shapes of the weights by key
   * @throws IllegalArgumentException if they are not those of a DINOv2
   */
  public static Dinov2Config of(Map<String, long[]> shapes) {
    long[] patches = shape(shapes, "patch_embed.proj.weight", 4);
    long[] positions = shape(shapes, "pos_embed", 3);
    boolean gated = shapes.containsKey("blocks.0.mlp.w3.weight");
    long[] second = shape(shapes, gated ? "blocks.0.mlp.w3.weight" : "blocks.0.mlp.fc2.weight", 2);
    int layers = 0;
    while (shapes.containsKey("blocks." + layers + ".norm1.weight")) {
      layers++;
    }
    int patch = (int) patches[3];
    int across = (int) Math.round(Math.sqrt((double) positions[1] - 1));
    return new Dinov2Config(
        across * patch,
        patch,
        (int) patches[0],
        (int) Math.max(1, patches[0] / HEAD),
        (int) second[1],
        layers,
        gated,
        1e-6,
        List.of());
  }

  private static long[] shape(Map<String, long[]> shapes, String key, int dimensions) {
    return Optional.ofNullable(shapes.get(key))
        .filter(s -> s.length == dimensions)
        .orElseThrow(() -> new IllegalArgumentException("there is no " + key + " of a DINOv2"));
  }

  /** The network for images of a side. */
  public Dinov2 network(int side, Positions positions) {
    return new Dinov2(
        side,
        imageSize / patchSize,
        patchSize,
        hiddenSize,
        numAttentionHeads,
        intermediate,
        numHiddenLayers,
        gated ? Mlp.SWIGLU : Mlp.GELU,
        layerNormEps,
        positions);
  }
}
