package io.github.tiltbench.engine.published.diffusers;

import io.github.tiltbench.engine.published.PublishedScript;
import java.util.Map;

/**
 * The blocks that the networks of diffusers are made of.
 *
 * @param groups of each group norm
 * @param epsilon of the group norms of residual blocks
 */
record UNetBlocks(PublishedScript script, int groups, double epsilon) {
  private static final double TRANSFORMER_GROUP_EPSILON = 1e-6;
  private static final double LAYER_EPSILON = 1e-5;

  /** What files of 2022 call the maps of attention over positions. */
  private static final Map<String, String> FORMERLY =
      Map.of("to_q", "query", "to_k", "key", "to_v", "value", "to_out.0", "proj_attn");

  /** The key that files of 2022 have for this one; the same where they do not differ. */
  static String formerly(String key) {
    if (!key.matches(".*\\.attentions\\.\\d+\\.to_.*")) {
      return key;
    }
    int dot = key.lastIndexOf('.');
    int start = key.indexOf(".to_") + 1;
    return key.substring(0, start) + FORMERLY.get(key.substring(start, dot)) + key.substring(dot);
  }

  /** Group norm, SiLU and convolution, twice, beside a shortcut; {@code time} may be null. */
  String residual(String key, String x, String time, int timeWidth, int in, int out) {
    String h = script.silu(script.groupNorm(key + ".norm1", x, in, groups, epsilon));
    h = script.conv(key + ".conv1", h, in, out, 3, 1, 1);
    if (time != null) {
      String shift = script.linear(key + ".time_emb_proj", time, timeWidth, out);
      h = script.add(h, script.let("torch.unsqueeze(torch.unsqueeze(%s, 2), 3)", shift));
    }
    h = script.silu(script.groupNorm(key + ".norm2", h, out, groups, epsilon));
    h = script.conv(key + ".conv2", h, out, out, 3, 1, 1);
    String shortcut = in == out ? x : script.conv(key + ".conv_shortcut", x, in, out, 1, 1, 0);
    return script.add(shortcut, h);
  }

  /** Attention over positions, with heads of a width, beside x. */
  String spatial(String key, String x, int channels, int width) {
    String n = script.groupNorm(key + ".group_norm", x, channels, groups, epsilon);
    String rows = script.let("torch.transpose(torch.flatten(%s, 2, -1), 1, 2)", n);
    String q = script.linear(key + ".to_q", rows, channels, channels);
    String k = script.linear(key + ".to_k", rows, channels, channels);
    String v = script.linear(key + ".to_v", rows, channels, channels);
    String a = script.attention(q, k, v, channels / width, width, false);
    String out = script.linear(key + ".to_out.0", a, channels, channels);
    String image =
        script.let(
            "torch.reshape(torch.transpose(%s, 1, 2), [torch.size(%s, 0), %d, torch.size(%s, 2),"
                + " torch.size(%s, 3)])",
            out, x, channels, x, x);
    return script.add(image, x);
  }

  /**
   * Transformer blocks over positions, beside x: attention to the positions, attention to the
   * context, and a gated map of each position.
   *
   * @param linear whether positions are mapped in and out as rows, not by 1x1 convolutions
   */
  String transformer(
      String key, String x, Context context, int channels, int heads, int layers, boolean linear) {
    String h = script.groupNorm(key + ".norm", x, channels, groups, TRANSFORMER_GROUP_EPSILON);
    if (linear) {
      h = script.linear(key + ".proj_in", rows(h, channels), channels, channels);
    } else {
      h = rows(script.conv(key + ".proj_in", h, channels, channels, 1, 1, 0), channels);
    }
    for (int i = 0; i < layers; i++) {
      String block = key + ".transformer_blocks." + i;
      String n = script.layerNorm(block + ".norm1", h, channels, LAYER_EPSILON);
      h = script.add(attention(block + ".attn1", n, new Context(n, channels), channels, heads), h);
      n = script.layerNorm(block + ".norm2", h, channels, LAYER_EPSILON);
      h = script.add(attention(block + ".attn2", n, context, channels, heads), h);
      n = script.layerNorm(block + ".norm3", h, channels, LAYER_EPSILON);
      h = script.add(gated(block + ".ff", n, channels), h);
    }
    if (linear) {
      h = image(script.linear(key + ".proj_out", h, channels, channels), x, channels);
    } else {
      h = script.conv(key + ".proj_out", image(h, x, channels), channels, channels, 1, 1, 0);
    }
    return script.add(h, x);
  }

  /**
   * What is attended to.
   *
   * @param rows (B, tokens, width)
   */
  record Context(String rows, int width) {}

  private String attention(String key, String x, Context context, int channels, int heads) {
    String q = script.unbiased(key + ".to_q", x, channels, channels);
    String k = script.unbiased(key + ".to_k", context.rows, context.width, channels);
    String v = script.unbiased(key + ".to_v", context.rows, context.width, channels);
    String a = script.attention(q, k, v, heads, channels / heads, false);
    return script.linear(key + ".to_out.0", a, channels, channels);
  }

  /** GEGLU: half of the features times the GELU of the other half, mapped back. */
  private String gated(String key, String x, int channels) {
    int inner = 4 * channels;
    String both = script.linear(key + ".net.0.proj", x, channels, 2 * inner);
    String value = script.let("torch.narrow(%s, -1, 0, %d)", both, inner);
    String gate = script.gelu(script.let("torch.narrow(%s, -1, %d, %d)", both, inner, inner));
    String product = script.let("torch.mul(%s, %s)", value, gate);
    return script.linear(key + ".net.2", product, inner, channels);
  }

  private String rows(String image, int channels) {
    return script.let(
        "torch.reshape(torch.permute(%s, [0, 2, 3, 1]), [torch.size(%s, 0), -1, %d])",
        image, image, channels);
  }

  private String image(String rows, String like, int channels) {
    return script.let(
        "torch.contiguous(torch.permute(torch.reshape(%s, [torch.size(%s, 0), torch.size(%s, 2),"
            + " torch.size(%s, 3), %d]), [0, 3, 1, 2]))",
        rows, like, like, like, channels);
  }

  /** Half the sides; without padding, one column and one row of zeros are added at the ends. */
  String down(String key, String x, int channels, int padding) {
    String padded = padding == 0 ? script.let("torch.constant_pad_nd(%s, [0, 1, 0, 1])", x) : x;
    return script.conv(key + ".downsamplers.0.conv", padded, channels, channels, 3, 2, padding);
  }

  /** The sides of another value, which are twice these or one less. */
  String up(String key, String x, String like, int channels) {
    String larger =
        script.let(
            "torch.upsample_nearest2d(%s, [torch.size(%s, 2), torch.size(%s, 3)], None)",
            x, like, like);
    return script.conv(key + ".upsamplers.0.conv", larger, channels, channels, 3, 1, 1);
  }

  /** Twice the sides. */
  String twice(String key, String x, int channels) {
    String larger = script.let("torch.upsample_nearest2d(%s, None, [2., 2.])", x);
    return script.conv(key + ".upsamplers.0.conv", larger, channels, channels, 3, 1, 1);
  }

  /** Group norm, SiLU and convolution. */
  String leave(String norm, String conv, String x, int in, int out) {
    String h = script.silu(script.groupNorm(norm, x, in, groups, epsilon));
    return script.conv(conv, h, in, out, 3, 1, 1);
  }

  /** A map to a width, SiLU and another map: what an embedding goes through. */
  String embedding(String key, String x, int in, int out) {
    String h = script.silu(script.linear(key + ".linear_1", x, in, out));
    return script.linear(key + ".linear_2", h, out, out);
  }
}
