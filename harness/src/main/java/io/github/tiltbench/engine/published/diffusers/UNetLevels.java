package io.github.tiltbench.engine.published.diffusers;

import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.published.PublishedScript;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The way down and up again that the U-Nets of diffusers share, with a skip for every value on the
 * way down.
 *
 * @param widths channels of each level, from the finest
 * @param layers residual blocks of each level on the way down; one more on the way up
 * @param down whether each level attends on the way down, from the finest
 * @param up whether each level attends on the way up, from the coarsest
 * @param padding of the convolutions that halve the sides
 */
record UNetLevels(
    List<Integer> widths, List<Integer> layers, List<Boolean> down, List<Boolean> up, int padding) {

  /** What attends at a level. */
  interface Attention {
    /** The value after attention. */
    String at(String key, String x, int level);
  }

  private record Skip(String value, int width) {}

  /** The number of levels. */
  int count() {
    return widths.size();
  }

  /** The widths at which something attends, the middle among them if it does. */
  List<Integer> attending(boolean middle) {
    return IntStream.range(0, count())
        .filter(l -> down.get(l) || up.get(count() - 1 - l) || (middle && l == count() - 1))
        .mapToObj(widths::get)
        .toList();
  }

  /**
   * Writes the way.
   *
   * @param x after the first convolution
   * @param time embedding of the time-step, after SiLU
   * @param middle what attends between the way down and the way up, if anything does
   */
  String write(
      UNetBlocks blocks, String x, String time, int timeWidth, Attention level, Attention middle) {
    PublishedScript script = blocks.script();
    Deque<Skip> skips = new ArrayDeque<>();
    int width = widths.get(0);
    String h = x;
    skips.push(new Skip(h, width));
    for (int l = 0; l < count(); l++) {
      String key = "down_blocks." + l;
      for (int j = 0; j < layers.get(l); j++) {
        h = blocks.residual(key + ".resnets." + j, h, time, timeWidth, width, widths.get(l));
        width = widths.get(l);
        h = down.get(l) ? level.at(key + ".attentions." + j, h, l) : h;
        skips.push(new Skip(h, width));
      }
      if (l < count() - 1) {
        h = blocks.down(key, h, width, padding);
        skips.push(new Skip(h, width));
      }
    }
    h = blocks.residual("mid_block.resnets.0", h, time, timeWidth, width, width);
    h = middle.at("mid_block.attentions.0", h, count() - 1);
    h = blocks.residual("mid_block.resnets.1", h, time, timeWidth, width, width);
    for (int i = 0; i < count(); i++) {
      int l = count() - 1 - i;
      String key = "up_blocks." + i;
      for (int j = 0; j <= layers.get(l); j++) {
        Skip skip = skips.pop();
        h = script.let("torch.cat([%s, %s], 1)", h, skip.value);
        int in = width + skip.width;
        width = widths.get(l);
        h = blocks.residual(key + ".resnets." + j, h, time, timeWidth, in, width);
        h = up.get(i) ? level.at(key + ".attentions." + j, h, l) : h;
      }
      if (l > 0) {
        h = blocks.up(key, h, skips.element().value, width);
      }
    }
    return h;
  }

  /** Refuses sizes that do not fit together; messages begin with the name of the key. */
  void check(int groups) {
    Architecture.requireSizes("blockOutChannels", widths);
    Architecture.requireSize("normNumGroups", groups);
    widths.forEach(w -> Architecture.requireMultiple("blockOutChannels", w, groups));
    Architecture.requireMultiple("blockOutChannels", widths.get(0), 2);
    requireLevels("layersPerBlock", layers, count());
    Architecture.requireSizes("layersPerBlock", layers);
    requireLevels("downBlockTypes", down, count());
    requireLevels("upBlockTypes", up, count());
    if (padding < 0 || padding > 1) {
      throw new IllegalArgumentException("downsamplePadding must be 0 or 1 but is " + padding);
    }
  }

  /** Refuses a list that has not one value a level. */
  static void requireLevels(String name, List<?> values, int levels) {
    if (values.size() != levels) {
      throw new IllegalArgumentException(
          name + " has " + values.size() + " values for " + levels + " levels");
    }
  }

  /** Whether each block attends, of two types of which the first does not. */
  static List<Boolean> attends(String name, List<String> types, String plain, String attending) {
    requireTypes(name, types, List.of(plain, attending));
    return types.stream().map(attending::equals).toList();
  }

  /** Refuses blocks of other types. */
  static void requireTypes(String name, List<String> types, List<String> known) {
    for (String type : types) {
      if (!known.contains(type)) {
        throw new IllegalArgumentException(
            name + ": no block '" + type + "' is built here" + Nearest.hint(type, known));
      }
    }
  }
}
