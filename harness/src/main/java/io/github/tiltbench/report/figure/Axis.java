package io.github.tiltbench.report.figure;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An axis of a panel. Layers give their numbers as they are, also where the scale is logarithmic.
 *
 * @param label what it measures and in what unit
 * @param scale how numbers are spaced
 * @param range what is shown; empty: all that the layers have, and a margin
 * @param ticks where it is labelled, as far as there is room; empty: wherever suits
 */
public record Axis(String label, Scale scale, Optional<Range> range, List<Tick> ticks) {
  private static final int LONGEST = 30;

  /** How numbers are spaced. */
  public enum Scale {
    /** By their differences. */
    LINEAR,
    /** By their ratios; all must be positive. */
    LOG2
  }

  /** From where to where. */
  public record Range(double low, double high) {
    private static final double FAR = 1e100;

    /**
     * Checks the order.
     *
     * @throws Unplottable for numbers beyond 1e100, with which no drawing can reckon
     */
    public Range {
      if (Math.abs(low) > FAR || Math.abs(high) > FAR) {
        throw new Unplottable("numbers beyond " + FAR + " are not drawn");
      }
      if (!(low < high)) {
        throw new IllegalArgumentException("no range: " + low + " to " + high);
      }
    }
  }

  /** Why numbers that there are cannot be drawn, which is its message: one clause. */
  public static final class Unplottable extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Unplottable(String reason) {
      super(reason);
    }
  }

  /** A labelled place. */
  public record Tick(double at, String label) {}

  /** Copies the ticks; checks that a logarithmic range is positive. */
  public Axis {
    ticks = List.copyOf(ticks);
    if (scale == Scale.LOG2 && range.isPresent() && range.get().low() <= 0) {
      throw new IllegalArgumentException("a range by ratios must be positive: " + label);
    }
  }

  /** A linear axis. */
  public static Axis linear(String label) {
    return new Axis(label, Scale.LINEAR, Optional.empty(), List.of());
  }

  /** An axis by ratios, labelled at some places. */
  public static Axis log2(String label, List<Tick> ticks) {
    return new Axis(label, Scale.LOG2, Optional.empty(), ticks);
  }

  /**
   * An axis of names: the first at 0, the next at 1, and half a step beyond both ends. A long name
   * is cut, so that it leaves room for what is drawn beside it.
   */
  public static Axis categories(String label, List<String> names) {
    return new Axis(
        label,
        Scale.LINEAR,
        Optional.of(new Range(-0.5, names.size() - 0.5)),
        IntStream.range(0, names.size()).mapToObj(i -> new Tick(i, brief(names.get(i)))).toList());
  }

  private static String brief(String name) {
    return name.length() <= LONGEST ? name : name.substring(0, LONGEST - 2) + "..";
  }

  /** The same axis from {@code low} to {@code high}. */
  public Axis within(double low, double high) {
    return new Axis(label, scale, Optional.of(new Range(low, high)), ticks);
  }
}
