package io.github.tiltbench.engine.published.language;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PublishedConfig;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.PublishedScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The transformer of MDLM: {@code forward(ids, at, m)} of sequences (B, L) gives logits (masks, V -
 * 1) at the places {@code at} of the flattened batch. The mask is the last token and is never
 * predicted. All of a sequence is seen.
 *
 * <p>Its normalisations are shifted, scaled and gated by vectors {@code m} (B, {@link
 * #modulations}) that follow from the noise level sigma alone: they are a network of their own,
 * {@link #modulation}, asked once where the network was trained without time.
 *
 * <p>The components are keys of the published {@code config.json}.
 *
 * <p>Source: Sahoo et al., arXiv:2406.07524; kuleshov-group/mdlm c112c52, models/dit.py.
 *
 * @param vocabSize tokens, and the mask
 * @param modelLength the longest sequence that it was trained on
 * @param condDim features of the noise level
 */
public record Mdlm(
    int vocabSize, int modelLength, int hiddenDim, int condDim, int nBlocks, int nHeads) {
  private static final int TIME_FEATURES = 256;
  private static final int RATIO = 4;
  private static final double EPSILON = 1e-5;
  private static final double BASE = 10000;
  private static final String PREFIX = "backbone.";
  private static final String OUTPUT = "output_layer.";

  private static final PublishedConfig<Mdlm> CONFIG =
      new PublishedConfig<>(
          CatalogueEntry.bare("mdlm", Mdlm.class),
          Map.of(
              "model_type", List.of("mdlm"),
              "time_conditioning", List.of("false")),
          Set.of(),
          "",
          Map.of());

  /** Refuses sizes that do not fit together. */
  public Mdlm {
    if (vocabSize < 2) {
      throw new IllegalArgumentException("vocabSize must be at least 2 but is " + vocabSize);
    }
    Architecture.requireSize("modelLength", modelLength);
    Architecture.requireSize("nHeads", nHeads);
    Architecture.requireMultiple("hiddenDim", hiddenDim, 2 * nHeads);
    Architecture.requireSize("condDim", condDim);
    Architecture.requireSize("nBlocks", nBlocks);
  }

  /**
   * The network that a {@code config.json} describes; keys that change no forward pass are ignored.
   *
   * @throws ConfigException at a key for which none is built here, such as time_conditioning: the
   *     levels of a chain say no sigma
   */
  public static Mdlm of(Node root) {
    return CONFIG.read(Bert.known(root, CONFIG));
  }

  /** The number of tokens, which the mask comes after. */
  public int tokens() {
    return vocabSize - 1;
  }

  /** The number of values that {@link #modulation} gives for a row. */
  public int modulations() {
    return (6 * nBlocks + 2) * hiddenDim;
  }

  /** Weights of the network that {@link #modulation} is, and a constant that is computed anew. */
  public static Predicate<String> modulates() {
    return key ->
        key.contains("sigma_map.")
            || key.contains("adaLN_modulation.")
            || key.endsWith("rotary_emb.inv_freq");
  }

  /** The other weights. */
  public static Predicate<String> predicts() {
    return key -> !modulates().test(key) || key.endsWith("rotary_emb.inv_freq");
  }

  private static PublishedScript script() {
    return new PublishedScript("Mdlm", key -> PREFIX + key);
  }

  /** What shifts, scales and gates: {@code forward(sigma)} of (B) gives (B, modulations). */
  public PublishedNetwork modulation() {
    PublishedScript script = script();
    script.weight("sigma_map.mlp.0.weight", condDim, TIME_FEATURES);
    String e = script.sinusoid("sigma", TIME_FEATURES, true, 0);
    e = script.silu(script.linear("sigma_map.mlp.0", e, TIME_FEATURES, condDim));
    String c = script.silu(script.linear("sigma_map.mlp.2", e, condDim, condDim));
    List<String> all = new ArrayList<>();
    for (int i = 0; i < nBlocks; i++) {
      all.add(modulation(script, "blocks." + i + ".", c, 6));
    }
    all.add(modulation(script, OUTPUT, c, 2));
    return script.network(
        "sigma: Tensor", script.let("torch.cat([%s], -1)", String.join(", ", all)));
  }

  private String modulation(PublishedScript script, String key, String c, int vectors) {
    return script.linear(key + "adaLN_modulation", c, condDim, vectors * hiddenDim);
  }

  /**
   * The network of logits.
   *
   * @param length of its sequences
   */
  public PublishedNetwork network(int length, TokenHead head) {
    PublishedScript script = script();
    String table = script.weight("vocab_embed.embedding", vocabSize, hiddenDim);
    String m = script.let("torch.unsqueeze(%s, 1)", script.cast("m"));
    Rotation rotation = Rotation.of(script, length, hiddenDim / nHeads);
    String h = script.let("torch.embedding(%s, ids)", table);
    for (int i = 0; i < nBlocks; i++) {
      h = block(script, "blocks." + i + ".", h, vectors(script, m, 6 * i, 6), rotation);
    }
    List<String> last = vectors(script, m, 6 * nBlocks, 2);
    String n = norm(script, OUTPUT + "norm_final", h, last.get(0), last.get(1));
    String masked = TokenHead.masked(script, n, hiddenDim);
    String w = script.weight(OUTPUT + "linear.weight", vocabSize, hiddenDim);
    String b = script.weight(OUTPUT + "linear.bias", vocabSize);
    String logits =
        script.let(
            "torch.linear(%s, torch.narrow(%s, 0, 0, %d), torch.narrow(%s, 0, 0, %d))",
            masked, w, tokens(), b, tokens());
    return head.network(script, logits, ",\n    m: Tensor");
  }

  private List<String> vectors(PublishedScript script, String m, int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> script.let("torch.narrow(%s, -1, %d, %d)", m, i * hiddenDim, hiddenDim))
        .toList();
  }

  /** Attention and a map of each token, each with its shift, scale and gate. */
  private String block(
      PublishedScript script, String key, String x, List<String> steer, Rotation rotation) {
    String n = norm(script, key + "norm1", x, steer.get(0), steer.get(1));
    String qkv = script.unbiased(key + "attn_qkv", n, hiddenDim, 3 * hiddenDim);
    List<String> parts = vectors(script, qkv, 0, 3);
    String a =
        script.attention(
            rotation.turned(script, parts.get(0), nHeads),
            rotation.turned(script, parts.get(1), nHeads),
            parts.get(2),
            nHeads,
            hiddenDim / nHeads,
            false);
    a = script.unbiased(key + "attn_out", a, hiddenDim, hiddenDim);
    String h = script.let("torch.addcmul(%s, %s, %s)", x, steer.get(2), a);
    n = norm(script, key + "norm2", h, steer.get(3), steer.get(4));
    String u = script.geluTanh(script.linear(key + "mlp.0", n, hiddenDim, RATIO * hiddenDim));
    u = script.linear(key + "mlp.2", u, RATIO * hiddenDim, hiddenDim);
    return script.let("torch.addcmul(%s, %s, %s)", h, steer.get(5), u);
  }

  private String norm(PublishedScript script, String key, String x, String shift, String scale) {
    String n =
        script.let(
            "torch.layer_norm(%s, [%d], %s, None, %s)",
            x, hiddenDim, script.weight(key + ".weight", hiddenDim), EPSILON);
    return script.let("torch.addcmul(%s, %s, torch.add(%s, 1.))", shift, n, scale);
  }

  /**
   * Positions as angles: of the features i and i + width / 2 of a head, the pair is turned by the
   * position times {@code 10000^(-2i / width)}.
   *
   * @param cosines (length, 1, width / 2)
   * @param sines likewise
   */
  private record Rotation(String cosines, String sines, int length, int width) {
    static Rotation of(PublishedScript script, int length, int width) {
      int half = width / 2;
      float[] cosines = new float[length * half];
      float[] sines = new float[length * half];
      for (int i = 0; i < cosines.length; i++) {
        int position = i / half;
        double angle = position * Math.pow(BASE, -2.0 * (i % half) / width);
        cosines[i] = (float) Math.cos(angle);
        sines[i] = (float) Math.sin(angle);
      }
      return new Rotation(
          script.cast(script.buffer(cosines, length, 1, half)),
          script.cast(script.buffer(sines, length, 1, half)),
          length,
          width);
    }

    /** Rows (B, length, heads * width) with every head turned. */
    String turned(PublishedScript script, String x, int heads) {
      String apart = script.let("torch.reshape(%s, [-1, %d, %d, %d])", x, length, heads, width);
      String first = script.let("torch.narrow(%s, -1, 0, %d)", apart, width / 2);
      String second = script.let("torch.narrow(%s, -1, %d, %d)", apart, width / 2, width / 2);
      return script.let(
          "torch.reshape(torch.cat([torch.sub(torch.mul(%s, %s), torch.mul(%s, %s)),"
              + " torch.add(torch.mul(%s, %s), torch.mul(%s, %s))], -1), [-1, %d, %d])",
          first, cosines, second, sines, second, cosines, first, sines, length, heads * width);
    }
  }
}
