package io.github.tiltbench.engine.published.language;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PublishedConfig;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.PublishedScript;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * BERT with its head for masked words: {@code forward(ids, at)} of sequences (B, L) gives logits
 * (masks, vocabulary) at the places {@code at} of the flattened batch. All of a sequence is seen.
 *
 * <p>The components are keys of the {@code config.json} of transformers.
 *
 * <p>Source: Devlin et al. 2019, arXiv:1810.04805; google-research/bert, modeling.py.
 *
 * @param vocabSize pieces
 * @param maxPositionEmbeddings the longest sequence
 * @param hiddenAct {@code gelu} by the error function; {@code gelu_new} by a hyperbolic tangent, as
 *     in the original
 */
public record Bert(
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    int maxPositionEmbeddings,
    int typeVocabSize,
    double layerNormEps,
    String hiddenAct) {
  /** What {@code hiddenAct} may be where a hyperbolic tangent is meant. */
  private static final List<String> TANH = List.of("gelu_new", "gelu_pytorch_tanh");

  private static final PublishedConfig<Bert> CONFIG =
      new PublishedConfig<>(
          CatalogueEntry.bare("bert", Bert.class),
          Map.of(
              "model_type", List.of("bert"),
              "position_embedding_type", List.of("absolute"),
              "is_decoder", List.of("false"),
              "add_cross_attention", List.of("false"),
              "tie_word_embeddings", List.of("true")),
          Set.of(),
          "",
          Map.of());

  /** Refuses sizes that do not fit together. */
  public Bert {
    Architecture.requireSize("vocabSize", vocabSize);
    Architecture.requireSize("numAttentionHeads", numAttentionHeads);
    Architecture.requireMultiple("hiddenSize", hiddenSize, numAttentionHeads);
    Architecture.requireSize("numHiddenLayers", numHiddenLayers);
    Architecture.requireSize("intermediateSize", intermediateSize);
    Architecture.requireSize("maxPositionEmbeddings", maxPositionEmbeddings);
    Architecture.requireSize("typeVocabSize", typeVocabSize);
    if (!(layerNormEps > 0)) {
      throw new IllegalArgumentException("layerNormEps must be above 0 but is " + layerNormEps);
    }
    if (!hiddenAct.equals("gelu") && !TANH.contains(hiddenAct)) {
      throw new IllegalArgumentException(
          "hiddenAct '" + hiddenAct + "' is not built here; it may be gelu or gelu_new");
    }
  }

  /**
   * The network that a {@code config.json} describes; keys that change no forward pass are ignored.
   *
   * @throws ConfigException at a key for which none is built here
   */
  public static Bert of(Node root) {
    return CONFIG.read(known(root, CONFIG));
  }

  /** A configuration without the many keys that every network of transformers has. */
  static Node known(Node root, PublishedConfig<?> config) {
    if (!(root instanceof Node.Mapping all)) {
      throw Literals.wrong(root, "the file", "a mapping");
    }
    if (all.get("model_type").isEmpty()) {
      throw new ConfigException(all.at(), "model_type is missing");
    }
    return new Node.Mapping(
        all.entries().stream()
            .filter(
                e -> config.entry().keys().contains(e.key()) || config.only().containsKey(e.key()))
            .toList(),
        all.at());
  }

  /** Weights that are for other tasks, or the word embeddings again. */
  public static Predicate<String> elsewhere() {
    return key ->
        key.startsWith("bert.pooler.")
            || key.startsWith("cls.seq_relationship.")
            || key.startsWith("cls.predictions.decoder.");
  }

  /** The network as text. */
  public PublishedNetwork network(TokenHead head) {
    PublishedScript script =
        new PublishedScript(
            "BertForMaskedLM",
            key ->
                key.replace("LayerNorm.weight", "LayerNorm.gamma")
                    .replace("LayerNorm.bias", "LayerNorm.beta"));
    String stem = "bert.embeddings.";
    String words = script.weight(stem + "word_embeddings.weight", vocabSize, hiddenSize);
    String h =
        script.add(
            script.let("torch.embedding(%s, ids)", words),
            script.let(
                "torch.narrow(%s, 0, 0, torch.size(ids, 1))",
                script.weight(
                    stem + "position_embeddings.weight", maxPositionEmbeddings, hiddenSize)));
    String type = script.weight(stem + "token_type_embeddings.weight", typeVocabSize, hiddenSize);
    h = norm(script, stem + "LayerNorm", script.add(h, script.let("torch.select(%s, 0, 0)", type)));
    for (int i = 0; i < numHiddenLayers; i++) {
      h = block(script, "bert.encoder.layer." + i + ".", h);
    }
    String masked = TokenHead.masked(script, h, hiddenSize);
    String transform = "cls.predictions.transform.";
    String t = script.linear(transform + "dense", masked, hiddenSize, hiddenSize);
    t = norm(script, transform + "LayerNorm", gelu(script, t));
    String logits =
        script.let(
            "torch.linear(%s, %s, %s)", t, words, script.weight("cls.predictions.bias", vocabSize));
    return head.network(script, logits, "");
  }

  /** A block that normalises behind its branches. */
  private String block(PublishedScript script, String key, String x) {
    String self = key + "attention.self.";
    String a =
        script.attention(
            script.linear(self + "query", x, hiddenSize, hiddenSize),
            script.linear(self + "key", x, hiddenSize, hiddenSize),
            script.linear(self + "value", x, hiddenSize, hiddenSize),
            numAttentionHeads,
            hiddenSize / numAttentionHeads,
            false);
    a = script.linear(key + "attention.output.dense", a, hiddenSize, hiddenSize);
    String h = norm(script, key + "attention.output.LayerNorm", script.add(x, a));
    String m = script.linear(key + "intermediate.dense", h, hiddenSize, intermediateSize);
    m = script.linear(key + "output.dense", gelu(script, m), intermediateSize, hiddenSize);
    return norm(script, key + "output.LayerNorm", script.add(h, m));
  }

  private String norm(PublishedScript script, String key, String x) {
    return script.layerNorm(key, x, hiddenSize, layerNormEps);
  }

  private String gelu(PublishedScript script, String x) {
    return TANH.contains(hiddenAct) ? script.geluTanh(x) : script.gelu(x);
  }
}
