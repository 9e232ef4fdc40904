package io.github.tiltbench.engine.published.transformer;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PublishedConfig;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.PublishedScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A CLIP encoder of texts: {@code CLIPTextModel}, with a projection {@code
 * CLIPTextModelWithProjection}.
 *
 * <p>Tokens and positions, blocks in which a token sees those up to itself, a normalisation. Tokens
 * behind the end are seen as any other, since nothing before them sees them.
 *
 * @param vocabulary number of tokens
 * @param length of a prompt
 * @param width features of a token
 * @param projection features of the embedding of the whole, if there is one
 */
public record TextTower(
    int vocabulary,
    int length,
    int width,
    int heads,
    int hidden,
    int layers,
    Mlp mlp,
    double epsilon,
    OptionalInt projection) {
  private static final String ARGUMENTS = "ids: Tensor,\n    end: Tensor";
  private static final String PROJECTED = "CLIPTextModelWithProjection";
  private static final List<String> OFF = List.of("false", "null");

  /** The keys of a {@code config.json}. */
  private record Config(
      List<String> architectures,
      int vocabSize,
      int maxPositionEmbeddings,
      int hiddenSize,
      int numAttentionHeads,
      int intermediateSize,
      int numHiddenLayers,
      Mlp hiddenAct,
      double layerNormEps,
      int projectionDim) {
    static final PublishedConfig<Config> FILE =
        new PublishedConfig<>(
            CatalogueEntry.of(
                "CLIPTextModel",
                new Config(
                    List.of("CLIPTextModel"),
                    49408,
                    77,
                    512,
                    8,
                    2048,
                    12,
                    Mlp.QUICK_GELU,
                    1e-5,
                    512)),
            Map.of("model_type", List.of("clip_text_model"), "use_attention_mask", OFF),
            Set.of(
                "attention_dropout",
                "dropout",
                "initializer_factor",
                "initializer_range",
                "torch_dtype",
                "dtype",
                "transformers_version",
                "bos_token_id",
                "eos_token_id",
                "pad_token_id"),
            "",
            Map.of());

    Config {
      architectures = List.copyOf(architectures);
      List<String> known = List.of("CLIPTextModel", PROJECTED);
      if (architectures.size() != 1 || !known.containsAll(architectures)) {
        throw new IllegalArgumentException(
            "architectures must be CLIPTextModel or " + PROJECTED + " but is " + architectures);
      }
    }
  }

  /**
   * The encoder that a {@code config.json} describes; with a projection if that is its class.
   *
   * @throws io.github.tiltbench.config.ConfigException at a key for which none is built here
   */
  public static TextTower of(Node config) {
    Config read = Config.FILE.read(config);
    return new TextTower(
        read.vocabSize,
        read.maxPositionEmbeddings,
        read.hiddenSize,
        read.numAttentionHeads,
        read.intermediateSize,
        read.numHiddenLayers,
        read.hiddenAct,
        read.layerNormEps,
        read.architectures.contains(PROJECTED)
            ? OptionalInt.of(read.projectionDim)
            : OptionalInt.empty());
  }

  /**
   * The network of a model of transformers: {@code forward(ids, end)} of token numbers (B, length)
   * and the position of the end (B) gives the last hidden state and the one before it (B, length,
   * width), the latter not normalised; the last one at the end (B, width); with a projection its
   * product (B, projection).
   */
  public PublishedNetwork network() {
    Written written = write("CLIPTextModel", ClipNames.TRANSFORMERS);
    return written.script.network(ARGUMENTS, written.results.toArray(String[]::new));
  }

  /**
   * The network that gives the embedding alone: {@code forward(ids, end)} gives (B, projection), of
   * length 1.
   *
   * @throws IllegalStateException without a projection
   */
  public PublishedNetwork embedding(ClipNames names) {
    Written written = write(PROJECTED, names);
    return written.script.network(ARGUMENTS, unit(written.script, written.results.get(3)));
  }

  private record Written(PublishedScript script, List<String> results) {}

  private Written write(String name, ClipNames names) {
    // Files of transformers 5 lack the first word.
    PublishedScript script =
        new PublishedScript(name, key -> key.replaceFirst("^text_model\\.", ""));
    String tokens = script.weight(names.tokens, vocabulary, width);
    String positions = script.weight(names.tokenPositions, length, width);
    String h = script.let("torch.add(torch.embedding(%s, ids), %s)", tokens, positions);
    List<String> states =
        new TransformerBlock(names.block, width, heads, hidden, mlp, epsilon, true)
            .stack(script, names.textBlocks, h, layers);
    String last = script.layerNorm(names.textNorm, states.get(layers), width, epsilon);
    String at = script.let("torch.expand(torch.reshape(end, [-1, 1, 1]), [-1, 1, %d])", width);
    String pooled = script.let("torch.select(torch.gather(%s, 1, %s), 1, 0)", last, at);
    List<String> results = new ArrayList<>(List.of(last, states.get(layers - 1), pooled));
    projection.ifPresent(
        p -> results.add(project(script, names, names.textProjection, pooled, width, p)));
    return new Written(script, results);
  }

  /** A linear map without bias, which OpenAI's files hold transposed. */
  static String project(
      PublishedScript script, ClipNames names, String key, String x, int in, int out) {
    return names == ClipNames.OPENAI
        ? script.let("torch.matmul(%s, %s)", x, script.weight(key, in, out))
        : script.let("torch.linear(%s, %s, None)", x, script.weight(key, out, in));
  }

  /** A vector of length 1, in single precision. */
  static String unit(PublishedScript script, String x) {
    String single = script.let("torch.to(%s, 6)", x);
    String norm = script.let("torch.linalg_vector_norm(%s, 2, [-1], True)", single);
    return script.let("torch.div(%s, %s)", single, norm);
  }
}
