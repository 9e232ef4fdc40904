package io.github.tiltbench.result;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of several processes that share a study.
 *
 * @param index from 0
 * @param of how many there are
 */
public record Shard(int index, int of) {
  /** The only process. */
  public static final Shard ALL = new Shard(0, 1);

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");

  public Shard {
    if (of < 1 || index < 0 || index >= of) {
      throw new IllegalArgumentException(
          "shard must be i/n with 0 <= i < n but is " + index + "/" + of);
    }
  }

  /**
   * Reads {@code i/n}.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static Shard parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("shard must be i/n, for example 0/4, but is " + text);
    }
    return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Whether the work with this number is this process' to do. */
  public boolean takes(long number) {
    return Math.floorMod(number, of) == index;
  }

  @Override
  public String toString() {
    return index + "/" + of;
  }
}
