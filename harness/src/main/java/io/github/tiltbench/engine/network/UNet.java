package io.github.tiltbench.engine.network;

import java.util.List;

/**
 * A class-conditional U-Net over square one-channel images: {@code forward(x, t, y)} with x (B, 1,
 * S, S), time steps t (B) as floats and classes y (B) as longs, where the class after the last
 * stands for "no class".
 *
 * <p>Pixels are first folded into channels ({@code patch}), so that the costly full-resolution
 * layers work on a quarter of the positions. Each level has {@code blocks} residual blocks
 * (GroupNorm, SiLU, 3x3 convolution, twice) that time and class steer by a scale and a shift; the
 * lowest level attends over its positions.
 *
 * @param widths channels of each level, from the finest
 * @param blocks residual blocks of each level, down and again up
 * @param embedding features of the time and class embedding
 * @param classes number of classes without the empty one
 */
public record UNet(
    int patch, List<Integer> widths, List<Integer> blocks, int embedding, int heads, int classes)
    implements Architecture {
  private static final int GROUPS = 8;
  private static final double BRANCH_END_GAIN = 0.1; // residual branches start near zero

  /** Refuses sizes that do not fit together. */
  public UNet {
    widths = List.copyOf(widths);
    blocks = List.copyOf(blocks);
    Architecture.requireSize("patch", patch);
    Architecture.requireSizes("widths", widths);
    widths.forEach(width -> Architecture.requireMultiple("widths", width, GROUPS));
    Architecture.requireSizes("blocks", blocks);
    if (blocks.size() != widths.size()) {
      throw new IllegalArgumentException("blocks must be as many as widths");
    }
    Architecture.requireMultiple("embedding", embedding, 2);
    if (embedding < 4) {
      throw new IllegalArgumentException("embedding must be at least 4 but is " + embedding);
    }
    Architecture.requireSize("heads", heads);
    if (widths.get(widths.size() - 1) % heads != 0) {
      throw new IllegalArgumentException("heads must divide the last of widths but is " + heads);
    }
    Architecture.requireSize("classes", classes);
  }

  @Override
  public Network network() {
    return new Writer().write();
  }

  private final class Writer {
    private final Script script = new Script();
    private int filmFeatures;

    Network write() {
      String film = embed();
      String h =
          script.conv(
              "enter",
              script.let("torch.pixel_unshuffle(%s, %d)", script.cast("x", "self.enter_w"), patch),
              patch * patch,
              widths.get(0),
              3,
              1,
              1);
      int levels = widths.size();
      String[] skips = new String[levels];
      for (int level = 0; level < levels; level++) {
        int width = widths.get(level);
        if (level > 0) {
          h = script.conv("down" + level, h, widths.get(level - 1), width, 3, 2, 1);
        }
        boolean last = level == levels - 1;
        for (int i = 0; i < blocks.get(level); i++) {
          h = block("d" + level + i, h, film, width, width);
        }
        if (last) {
          h = attention("mid", h, width);
          for (int i = 0; i < blocks.get(level); i++) {
            h = block("u" + level + i, h, film, width, width);
          }
        } else {
          skips[level] = h;
        }
      }
      for (int level = levels - 2; level >= 0; level--) {
        int width = widths.get(level);
        h = script.conv("up" + level, h, widths.get(level + 1), width, 1, 1, 1);
        h = script.let("torch.upsample_nearest2d(%s, None, [2., 2.])", h);
        h = script.let("torch.cat([%s, %s], 1)", h, skips[level]);
        for (int i = 0; i < blocks.get(level); i++) {
          h = block("u" + level + i, h, film, i == 0 ? 2 * width : width, width);
        }
      }
      h = script.silu(script.groupNorm("leave_n", h, widths.get(0), GROUPS));
      h = script.conv("leave", h, widths.get(0), patch * patch, 3, 1, BRANCH_END_GAIN);
      h = script.let("torch.pixel_shuffle(%s, %d)", h, patch);
      filmParameters();
      return new Network(
          "UNet",
          "x: Tensor,\n    t: Tensor,\n    y: Tensor",
          script.body(script.single(h)),
          script.parameters(),
          script.buffers());
    }

    /** Scale and shift features for all blocks at once, from sinusoids of t and the class. */
    private String embed() {
      int half = embedding / 2;
      float[] frequencies = new float[half];
      for (int i = 0; i < half; i++) {
        frequencies[i] = (float) (0.25 * Math.exp(-Math.log(1000) * i / (half - 1)));
      }
      String f = script.buffer("frequencies", frequencies, 1, half);
      String angles = script.let("torch.mul(torch.unsqueeze(t, 1), %s)", f);
      String waves = script.let("torch.cat([torch.sin(%s), torch.cos(%s)], 1)", angles, angles);
      String e =
          script.linear("time1", script.cast(waves, "self.time1_w"), embedding, embedding, 1);
      e = script.linear("time2", script.silu(e), embedding, embedding, 1);
      String table =
          script.parameter("classes", Network.Initial.normal(1, 1), classes + 1, embedding);
      e = script.silu(script.add(e, script.let("torch.embedding(%s, y)", table)));
      return script.let("torch.linear(%s, self.film_w, self.film_b)", e);
    }

    private void filmParameters() {
      script.parameter("film_w", Network.Initial.normal(0.1, embedding), filmFeatures, embedding);
      script.parameter("film_b", Network.Initial.constant(0), filmFeatures);
    }

    private String block(String name, String x, String film, int in, int out) {
      String h = script.silu(script.groupNorm(name + "_n1", x, in, GROUPS));
      h = script.conv(name + "_c1", h, in, out, 3, 1, 1);
      h = script.groupNorm(name + "_n2", h, out, GROUPS);
      String scale = steer(film, out);
      String shift = steer(film, out);
      h = script.let("torch.addcmul(%s, %s, torch.add(%s, 1.))", shift, h, scale);
      h = script.conv(name + "_c2", script.silu(h), out, out, 3, 1, BRANCH_END_GAIN);
      String skip = in == out ? x : script.conv(name + "_s", x, in, out, 1, 1, 1);
      return script.add(skip, h);
    }

    private String steer(String film, int width) {
      String slice =
          script.let(
              "torch.unsqueeze(torch.unsqueeze(torch.narrow(%s, 1, %d, %d), 2), 3)",
              film, filmFeatures, width);
      filmFeatures += width;
      return slice;
    }

    private String attention(String name, String x, int width) {
      int head = width / heads;
      String n = script.groupNorm(name + "_n", x, width, GROUPS);
      String qkv = script.conv(name + "_qkv", n, width, 3 * width, 1, 1, 1);
      // (B, 3*width, H, W) to three of (B, heads, positions, head)
      String split =
          script.let(
              "torch.transpose(torch.reshape(%s, [torch.size(%s, 0), 3, %d, %d, -1]), 3, 4)",
              qkv, qkv, heads, head);
      String a =
          script.let(
              "torch.scaled_dot_product_attention(torch.select(%s, 1, 0), torch.select(%s, 1, 1),"
                  + " torch.select(%s, 1, 2))",
              split, split, split);
      String back =
          script.let(
              "torch.reshape(torch.transpose(%s, 2, 3), [torch.size(%s, 0), %d, torch.size(%s, 2),"
                  + " torch.size(%s, 3)])",
              a, x, width, x, x);
      return script.add(x, script.conv(name + "_o", back, width, width, 1, 1, BRANCH_END_GAIN));
    }
  }
}
