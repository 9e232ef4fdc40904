package io.github.tiltbench.engine.published.dit;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PublishedConfig;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.PublishedScript;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The transformer of DiT and SiT, which are one network: {@code forward(x, t, y)} with x (B, C, S,
 * S), t (B) floats and y (B) classes as longs, where the class after the last stands for "no
 * class".
 *
 * <p>DiT takes training time-steps and predicts noise, SiT takes a time in [0, 1] that is 1 at the
 * data and predicts a velocity. Either may have learned a variance besides ({@code learnSigma}),
 * whose channels are left out here.
 *
 * <p>The components are arguments of the class in the published code, and keys of the {@code
 * config.json} that goes with a converted checkpoint; there the class is {@code _class_name}.
 * Positions are read from the checkpoint, which stores them.
 *
 * <p>Source: facebookresearch/DiT ed81ce2 and willisma/SiT 947f95b, models.py.
 *
 * @param className {@code DiT} or {@code SiT}
 * @param inputSize side of a latent
 * @param patchSize side of a patch
 * @param depth number of blocks
 * @param mlpRatio features inside a block's MLP, for one of {@code hiddenSize}
 * @param classDropoutProb above 0 if there is a row for "no class"
 */
public record DiffusionTransformer(
    String className,
    int inputSize,
    int patchSize,
    int inChannels,
    int hiddenSize,
    int depth,
    int numHeads,
    double mlpRatio,
    double classDropoutProb,
    int numClasses,
    boolean learnSigma) {
  private static final String NOTE = "_class_name";
  private static final List<String> CLASSES = List.of("DiT", "SiT");
  private static final int TIME_FEATURES = 256;
  private static final double EPSILON = 1e-6;

  private static final PublishedConfig<DiffusionTransformer> CONFIG =
      new PublishedConfig<>(
          CatalogueEntry.bare(
              "DiT",
              DiffusionTransformer.class,
              Map.of(
                  "input_size", 32,
                  "patch_size", 2,
                  "in_channels", 4,
                  "hidden_size", 1152,
                  "depth", 28,
                  "num_heads", 16,
                  "mlp_ratio", 4.0,
                  "class_dropout_prob", 0.1,
                  "num_classes", 1000,
                  "learn_sigma", true)),
          Map.of(),
          Set.of(),
          "",
          Map.of());

  /** Refuses sizes that do not fit together. */
  public DiffusionTransformer {
    if (!CLASSES.contains(className)) {
      throw new IllegalArgumentException(
          "className '" + className + "' is not built here" + Nearest.hint(className, CLASSES));
    }
    Architecture.requireSize("patchSize", patchSize);
    Architecture.requireMultiple("inputSize", inputSize, patchSize);
    Architecture.requireSize("inChannels", inChannels);
    Architecture.requireSize("numHeads", numHeads);
    Architecture.requireMultiple("hiddenSize", hiddenSize, numHeads);
    Architecture.requireSize("depth", depth);
    Architecture.requireSize("numClasses", numClasses);
    if (!(mlpRatio * hiddenSize >= 1 && mlpRatio <= 64)) {
      throw new IllegalArgumentException("mlpRatio must be positive but is " + mlpRatio);
    }
    if (!(classDropoutProb >= 0 && classDropoutProb <= 1)) {
      throw new IllegalArgumentException(
          "classDropoutProb must be from 0 to 1 but is " + classDropoutProb);
    }
  }

  /**
   * The network that a {@code config.json} describes.
   *
   * @throws io.github.tiltbench.config.ConfigException at a key for which none is built here
   */
  public static DiffusionTransformer of(Node config) {
    return CONFIG.read(
        config instanceof Node.Mapping keys
            ? keys.renamed(key -> key.equals(NOTE) ? "class_name" : key)
            : config);
  }

  /** Whether it can be asked for a prediction without a class. */
  public boolean knowsNoClass() {
    return classDropoutProb > 0;
  }

  /** The network as text. */
  public PublishedNetwork network() {
    PublishedScript script = new PublishedScript(className);
    int side = inputSize / patchSize;
    int out = learnSigma ? 2 * inChannels : inChannels;
    script.weight("x_embedder.proj.weight", hiddenSize, inChannels, patchSize, patchSize);
    String patches =
        script.conv(
            "x_embedder.proj", script.cast("x"), inChannels, hiddenSize, patchSize, patchSize, 0);
    String rows = script.let("torch.transpose(torch.flatten(%s, 2, -1), 1, 2)", patches);
    String h = script.add(rows, script.weight("pos_embed", 1, (long) side * side, hiddenSize));
    String condition = script.silu(condition(script));
    for (int i = 0; i < depth; i++) {
      h = block(script, "blocks." + i, h, condition);
    }
    List<String> steer = steer(script, "final_layer", condition, 2);
    h = modulate(script, h, steer.get(0), steer.get(1));
    int features = patchSize * patchSize * out;
    h = script.linear("final_layer.linear", h, hiddenSize, features);
    String image =
        script.let(
            "torch.reshape(torch.permute(torch.reshape(%s, [torch.size(%s, 0), %d, %d, %d, %d, %d]),"
                + " [0, 5, 1, 3, 2, 4]), [torch.size(%s, 0), %d, %d, %d])",
            h, h, side, side, patchSize, patchSize, out, h, out, inputSize, inputSize);
    return script.network(
        "x: Tensor,\n    t: Tensor,\n    y: Tensor",
        script.let("torch.contiguous(torch.narrow(%s, 1, 0, %d))", image, inChannels));
  }

  /** What time and class say. */
  private String condition(PublishedScript script) {
    String waves = script.sinusoid("t", TIME_FEATURES, true, 0);
    String e = script.silu(script.linear("t_embedder.mlp.0", waves, TIME_FEATURES, hiddenSize));
    e = script.linear("t_embedder.mlp.2", e, hiddenSize, hiddenSize);
    int rows = numClasses + (knowsNoClass() ? 1 : 0);
    String table = script.weight("y_embedder.embedding_table.weight", rows, hiddenSize);
    return script.add(e, script.let("torch.embedding(%s, y)", table));
  }

  /** Attention and an MLP, each with its shift, scale and gate from the condition. */
  private String block(PublishedScript script, String key, String x, String condition) {
    List<String> steer = steer(script, key, condition, 6);
    String n = modulate(script, x, steer.get(0), steer.get(1));
    String qkv = script.linear(key + ".attn.qkv", n, hiddenSize, 3 * hiddenSize);
    String a =
        script.attention(
            part(script, qkv, 0),
            part(script, qkv, 1),
            part(script, qkv, 2),
            numHeads,
            hiddenSize / numHeads,
            false);
    a = script.linear(key + ".attn.proj", a, hiddenSize, hiddenSize);
    String h = script.let("torch.addcmul(%s, %s, %s)", x, steer.get(2), a);
    n = modulate(script, h, steer.get(3), steer.get(4));
    int inner = (int) (hiddenSize * mlpRatio);
    String m = script.linear(key + ".mlp.fc1", n, hiddenSize, inner);
    m = script.geluTanh(m);
    m = script.linear(key + ".mlp.fc2", m, inner, hiddenSize);
    return script.let("torch.addcmul(%s, %s, %s)", h, steer.get(5), m);
  }

  /** So many vectors (B, 1, features) from the condition. */
  private List<String> steer(PublishedScript script, String key, String condition, int count) {
    String all =
        script.linear(key + ".adaLN_modulation.1", condition, hiddenSize, count * hiddenSize);
    String rows = script.let("torch.unsqueeze(%s, 1)", all);
    return IntStream.range(0, count).mapToObj(i -> part(script, rows, i)).toList();
  }

  private String part(PublishedScript script, String x, int index) {
    return script.let("torch.narrow(%s, -1, %d, %d)", x, index * hiddenSize, hiddenSize);
  }

  private String modulate(PublishedScript script, String x, String shift, String scale) {
    String n = script.let("torch.layer_norm(%s, [%d], None, None, %s)", x, hiddenSize, EPSILON);
    return script.let("torch.addcmul(%s, %s, torch.add(%s, 1.))", shift, n, scale);
  }
}
