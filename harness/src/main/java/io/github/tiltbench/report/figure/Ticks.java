package io.github.tiltbench.report.figure;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Places of an axis at multiples of 1, 2 or 5 times a power of ten. */
final class Ticks {
  private static final int MOST_DECIMALS = 5;
  private static final double LARGE = 1e6;

  private Ticks() {}

  /**
   * At most so many places from one number to another, which may both be among them.
   *
   * @param most at least two
   */
  static List<Axis.Tick> of(double low, double high, int most) {
    double step = step((high - low) / most);
    List<Axis.Tick> ticks = new ArrayList<>();
    double first = Math.ceil(low / step);
    double last = Math.floor(high / step);
    for (int i = 0; first + i <= last && i <= most; i++) {
      ticks.add(new Axis.Tick((first + i) * step, text((first + i) * step, step)));
    }
    return ticks;
  }

  /** The least of these numbers that is not under one. */
  private static double step(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (int times : new int[] {1, 2, 5}) {
      if (times * power >= least) {
        return times * power;
      }
    }
    return 10 * power;
  }

  /** With the decimals that its step needs; the same in every language. */
  private static String text(double x, double step) {
    int decimals = (int) Math.max(0, -power(step));
    if (decimals > MOST_DECIMALS || Math.abs(x) >= LARGE) {
      double digits = x == 0 ? 0 : Math.max(0, power(Math.abs(x)) - power(step));
      return String.format(Locale.ROOT, "%." + (int) Math.min(digits, MOST_DECIMALS) + "e", x);
    }
    String text = new BigDecimal(x).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    return text.matches("-0(\\.0*)?") ? text.substring(1) : text;
  }

  private static double power(double x) {
    return Math.floor(Math.log10(x) + 1e-9);
  }
}
