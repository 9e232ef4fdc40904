package io.github.tiltbench.engine.published;

import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.network.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Writes the forward pass of a published network as TorchScript, one assignment a line, gathering
 * the weights that it asks for.
 *
 * <p>Layers are named as in the checkpoint: a layer {@code conv_in} has {@code conv_in.weight} and
 * {@code conv_in.bias}. The text holds for weights of any {@link Precision}: inputs are {@link
 * #cast} to it and results are single.
 */
public final class PublishedScript {
  private static final double LOG_LOWEST = -9.210340371976184; // ln(1/10000)

  private final String name;
  private final UnaryOperator<String> formerly;
  private final Map<String, Integer> slots = new HashMap<>();
  private final List<Weight> weights = new ArrayList<>();
  private final List<Network.Buffer> buffers = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private int values;

  /** A text for a network class, whose weights all files call alike. */
  public PublishedScript(String name) {
    this(name, UnaryOperator.identity());
  }

  /**
   * A text for a network class.
   *
   * @param formerly what some files call the weight of a key instead
   */
  public PublishedScript(String name, UnaryOperator<String> formerly) {
    this.name = name;
    this.formerly = formerly;
  }

  static String slot(int index) {
    return "w" + index;
  }

  /**
   * The network that was written.
   *
   * @param arguments such as {@code x: Tensor, t: Tensor}
   * @param results names of values, at least one; {@code forward} returns them as single precision
   */
  public PublishedNetwork network(String arguments, String... results) {
    List<String> single = new ArrayList<>();
    for (String result : results) {
      single.add(let("torch.to(%s, %d)", result, Precision.FLOAT32.number()));
    }
    boolean one = results.length == 1;
    String joined = String.join(", ", single);
    return new PublishedNetwork(
        name,
        arguments,
        one ? "Tensor" : "Tuple[" + "Tensor, ".repeat(results.length - 1) + "Tensor]",
        body + "    return " + (one ? joined : "(" + joined + ")") + "\n",
        List.copyOf(weights),
        List.copyOf(buffers));
  }

  /** Assigns an expression to a new value and returns its name. */
  public String let(String format, Object... arguments) {
    String value = "v" + values++;
    body.append("    ")
        .append(value)
        .append(" = ")
        .append(String.format(Locale.ROOT, format, arguments))
        .append('\n');
    return value;
  }

  /** The weight of a key; if it was asked for before, the same. */
  public String weight(String key, long... shape) {
    int slot = slots.computeIfAbsent(key, k -> slots.size());
    if (slot == weights.size()) {
      weights.add(new Weight(key, formerly.apply(key), shape));
    }
    return "self." + slot(slot);
  }

  /** A constant in single precision. */
  public String buffer(float[] data, long... shape) {
    String buffer = "b" + buffers.size();
    buffers.add(new Network.Buffer(buffer, data, shape));
    return "self." + buffer;
  }

  /** A value in the precision of the weights. */
  public String cast(String x) {
    return let("torch.type_as(%s, self.%s)", x, slot(0));
  }

  /** A square convolution with bias. */
  public String conv(String key, String x, int in, int out, int kernel, int stride, int padding) {
    return let(
        "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d], [1, 1], 1)",
        x,
        weight(key + ".weight", out, in, kernel, kernel),
        weight(key + ".bias", out),
        stride,
        stride,
        padding,
        padding);
  }

  /** A linear map of the last dimension, with bias. */
  public String linear(String key, String x, int in, int out) {
    String w = weight(key + ".weight", out, in);
    return let("torch.linear(%s, %s, %s)", x, w, weight(key + ".bias", out));
  }

  /** A linear map of the last dimension, without bias. */
  public String unbiased(String key, String x, int in, int out) {
    return let("torch.linear(%s, %s, None)", x, weight(key + ".weight", out, in));
  }

  /** Normalisation over groups of channels, which are the second dimension. */
  public String groupNorm(String key, String x, int channels, int groups, double epsilon) {
    String w = weight(key + ".weight", channels);
    return let(
        "torch.group_norm(%s, %d, %s, %s, %s)",
        x, groups, w, weight(key + ".bias", channels), epsilon);
  }

  /** Normalisation over the features, which are the last dimension. */
  public String layerNorm(String key, String x, int features, double epsilon) {
    String w = weight(key + ".weight", features);
    return let(
        "torch.layer_norm(%s, [%d], %s, %s, %s)",
        x, features, w, weight(key + ".bias", features), epsilon);
  }

  /** Attention over rows (B, tokens, heads * width) of queries, keys and values. */
  public String attention(String q, String k, String v, int heads, int width, boolean causal) {
    String a =
        let(
            "torch.scaled_dot_product_attention(%s, %s, %s, None, 0., %s)",
            heads(q, heads, width),
            heads(k, heads, width),
            heads(v, heads, width),
            causal ? "True" : "False");
    return let(
        "torch.reshape(torch.transpose(%s, 1, 2), [torch.size(%s, 0), torch.size(%s, 1), %d])",
        a, q, q, heads * width);
  }

  private String heads(String x, int heads, int width) {
    return let(
        "torch.transpose(torch.reshape(%s, [torch.size(%s, 0), torch.size(%s, 1), %d, %d]), 1, 2)",
        x, x, x, heads, width);
  }

  /** x times its sigmoid. */
  public String silu(String x) {
    return let("torch.silu(%s)", x);
  }

  /** The exact GELU, by the error function. */
  public String gelu(String x) {
    return let("torch.gelu(%s)", x);
  }

  /** The GELU that is approximated by a hyperbolic tangent. */
  public String geluTanh(String x) {
    return let("torch.gelu(%s, approximate=\"tanh\")", x);
  }

  /**
   * Features (N, width) of numbers (N): cosines and sines of angles whose frequencies fall from 1
   * to 1/10000, in the precision of the weights.
   *
   * <p>The engine computes angles in single precision as the references do; frequencies rounded
   * otherwise would move an angle by 6e-5 at time-step 999.
   *
   * @param cosineFirst whether cosines stand before sines
   * @param shift taken from the number of frequencies when they are spaced
   */
  public String sinusoid(String numbers, int width, boolean cosineFirst, double shift) {
    int half = width / 2;
    float[] indices = new float[half];
    for (int i = 0; i < half; i++) {
      indices[i] = i;
    }
    String frequencies =
        let(
            "torch.exp(torch.div(torch.mul(%s, %s), %s))",
            buffer(indices, half), LOG_LOWEST, half - shift);
    String angles =
        let("torch.mul(torch.unsqueeze(%s, 1), torch.unsqueeze(%s, 0))", numbers, frequencies);
    String order = cosineFirst ? "cos(%s), torch.sin(%s)" : "sin(%s), torch.cos(%s)";
    return cast(let("torch.cat([torch." + order + "], 1)", angles, angles));
  }

  /** A sum. */
  public String add(String x, String y) {
    return let("torch.add(%s, %s)", x, y);
  }
}
