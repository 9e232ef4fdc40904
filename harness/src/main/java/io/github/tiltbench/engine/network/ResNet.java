package io.github.tiltbench.engine.network;

import java.util.List;

/**
 * A residual convolutional classifier of square one-channel images: {@code forward(x)} with x (B,
 * 1, S, S) in [-1, 1] gives log-probabilities (B, classes).
 *
 * <p>Pixels are folded 2x2 into channels; each later level halves the side. Pre-activation blocks
 * (He et al. 2016, arXiv:1603.05027) with GroupNorm, so that rows stay independent.
 *
 * @param widths channels of each level, from the finest
 * @param blocks residual blocks a level
 */
public record ResNet(List<Integer> widths, int blocks, int classes) implements ClassNetwork {
  private static final int GROUPS = 8;
  private static final int PATCH = 2;

  /** Refuses sizes that do not fit together. */
  public ResNet {
    widths = List.copyOf(widths);
    Architecture.requireSizes("widths", widths);
    widths.forEach(width -> Architecture.requireMultiple("widths", width, GROUPS));
    Architecture.requireSize("blocks", blocks);
    Architecture.requireSize("classes", classes);
  }

  @Override
  public Network network() {
    return ClassHead.network("ResNet", this::trunk, features(), classes);
  }

  @Override
  public Network withFeatures() {
    return ClassHead.withFeatures("ResNet", this::trunk, features(), classes);
  }

  @Override
  public int features() {
    return widths.get(widths.size() - 1);
  }

  /** Everything up to the features. */
  private String trunk(Script script) {
    String h = script.let("torch.pixel_unshuffle(x, %d)", PATCH);
    int in = PATCH * PATCH;
    for (int level = 0; level < widths.size(); level++) {
      int width = widths.get(level);
      h = script.conv("enter" + level, h, in, width, 3, level == 0 ? 1 : 2, 1);
      for (int i = 0; i < blocks; i++) {
        h = block(script, "b" + level + "_" + i, h, width);
      }
      in = width;
    }
    h = script.silu(script.groupNorm("leave", h, in, GROUPS));
    return script.let("torch.mean(%s, [2, 3])", h);
  }

  private static String block(Script script, String name, String x, int width) {
    String h = script.silu(script.groupNorm(name + "_n1", x, width, GROUPS));
    h = script.conv(name + "_c1", h, width, width, 3, 1, 1);
    h = script.silu(script.groupNorm(name + "_n2", h, width, GROUPS));
    return script.add(x, script.conv(name + "_c2", h, width, width, 3, 1, 0.1));
  }
}
