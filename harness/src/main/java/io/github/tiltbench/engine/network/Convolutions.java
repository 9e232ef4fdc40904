package io.github.tiltbench.engine.network;

import java.util.List;

/**
 * A function of images and a level: {@code forward(x, t)} with x (B, {@code channels}, H, W) and t
 * (B) in [0, 1] gives one number (B, 1), or a field shaped like x.
 *
 * <p>Pixels are folded into channels; then a residual block a width, the level added to the first.
 * For a number each later block halves the side and the last is averaged over its positions, after
 * the value network of SVDD's image code (masa-ue/SVDD-image: 64, 128 and 256 channels) at a
 * smaller scale and with GroupNorm, so that rows stay independent. A field keeps its side.
 *
 * @param fold side of the squares of pixels that become channels; divides H and W
 * @param widths channels of each block
 * @param field whether the result is shaped like x
 * @param octaves frequencies of the level's sines and cosines
 */
public record Convolutions(
    int channels, int fold, List<Integer> widths, boolean field, int octaves) {
  private static final int GROUPS = 8;

  /** The network as text. */
  public Network network() {
    Script script = new Script();
    int in = channels * fold * fold;
    String h = fold == 1 ? "x" : script.let("torch.pixel_unshuffle(x, %d)", fold);
    for (int i = 0; i < widths.size(); i++) {
      int width = widths.get(i);
      h = script.conv("enter" + i, h, in, width, 3, i == 0 || field ? 1 : 2, 1);
      if (i == 0) {
        String level = script.linear("level", script.waves("t", octaves), 2 * octaves, width, 1);
        h = script.add(h, script.let("torch.unsqueeze(torch.unsqueeze(%s, 2), 3)", level));
      }
      h = block(script, "b" + i, h, width);
      in = width;
    }
    h = script.silu(script.groupNorm("leave_n", h, in, GROUPS));
    if (field) {
      h = script.conv("leave", h, in, channels * fold * fold, 3, 1, 0.1);
      h = fold == 1 ? h : script.let("torch.pixel_shuffle(%s, %d)", h, fold);
    } else {
      h = script.linear("leave", script.let("torch.mean(%s, [2, 3])", h), in, 1, 0.1);
    }
    return new Network(
        "Convolutions",
        "x: Tensor,\n    t: Tensor",
        script.body(h),
        script.parameters(),
        script.buffers());
  }

  private static String block(Script script, String name, String x, int width) {
    String h = script.silu(script.groupNorm(name + "_n1", x, width, GROUPS));
    h = script.conv(name + "_c1", h, width, width, 3, 1, 1);
    h = script.silu(script.groupNorm(name + "_n2", h, width, GROUPS));
    return script.add(x, script.conv(name + "_c2", h, width, width, 3, 1, 0.1));
  }
}
