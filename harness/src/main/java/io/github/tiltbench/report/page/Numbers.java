package io.github.tiltbench.report.page;

import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.TestResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them: as many digits as the interval supports. */
public final class Numbers {
  private static final int MOST_DECIMALS = 6;

  /** What values that should be equal differ by, relative to their size. */
  private static final double ROUNDING = 1e-12;

  private Numbers() {}

  /**
   * The value to the decimals of its half-width: two digits of it if the first is 1 or 2, else one.
   */
  public static String value(Estimate.Interval e) {
    return fixed(e.value(), decimals(e));
  }

  /** The interval to the same decimals, as {@code [low, high]}. */
  public static String interval(Estimate.Interval e) {
    return "[" + fixed(e.low(), decimals(e)) + ", " + fixed(e.high(), decimals(e)) + "]";
  }

  /** Value and interval. */
  public static String both(Estimate.Interval e) {
    return value(e) + " " + interval(e);
  }

  private static int decimals(Estimate.Interval e) {
    double half = (e.high() - e.low()) / 2;
    boolean wide = half > ROUNDING * Math.abs(e.value());
    double scale = wide ? half : Math.abs(e.value()) / 100;
    int lead = scale > 0 ? (int) Math.floor(Math.log10(scale)) : 0;
    int digits = scale < 3 * Math.pow(10, lead) ? 2 : 1;
    return Math.max(0, digits - 1 - lead);
  }

  /** Very small and very large numbers with an exponent. */
  private static String fixed(double x, int decimals) {
    if (decimals > MOST_DECIMALS || Math.abs(x) >= 1e9) {
      return String.format(Locale.ROOT, "%.2e", x);
    }
    String text = new BigDecimal(x).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    return text.matches("-0(\\.0*)?") ? text.substring(1) : text;
  }

  /** At most four significant digits. */
  public static String short4(double x) {
    double size = Math.abs(x);
    if (size != 0 && (size < 1e-4 || size >= 1e7)) {
      return String.format(Locale.ROOT, "%.3e", x);
    }
    BigDecimal rounded = new BigDecimal(x).round(new MathContext(4)).stripTrailingZeros();
    return rounded.toPlainString();
  }

  /** An amount of work: whole where it is, else one decimal; thousands as k from 100,000. */
  public static String amount(double x) {
    if (x >= 1e5) {
      return fixed(x / 1000, x >= 1e6 ? 0 : 1) + "k";
    }
    return fixed(x, x == Math.rint(x) ? 0 : 1);
  }

  /** A duration in seconds with its unit. */
  public static String seconds(double s) {
    if (s >= 100) {
      return fixed(s / 60, s >= 600 ? 0 : 1) + " min";
    }
    double milli = s * 1000;
    return milli >= 1000 ? significant(s) + " s" : significant(milli) + " ms";
  }

  /** A time that passes, as a person says it: {@code 40 s}, {@code 3:20 min}, {@code 1:05 h}. */
  public static String time(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d h", s / 3600, s / 60 % 60);
  }

  private static String significant(double x) {
    return x == 0 ? "0" : new BigDecimal(x).round(new MathContext(2)).toPlainString();
  }

  /** A p-value of a test, or its bound where the test could not give a smaller one. */
  public static String p(TestResult.Tested test) {
    return test.least() ? "<= " + p(test.p()) + " (" + TestResult.Tested.LEAST + ")" : p(test.p());
  }

  /** A p-value to two digits. */
  public static String p(double p) {
    return String.format(Locale.ROOT, "%.2g", p);
  }

  /** A level as a percentage. */
  public static String percent(double level) {
    double p = 100 * level;
    return p == Math.rint(p) ? fixed(p, 0) + " %" : String.format(Locale.ROOT, "%.1f %%", p);
  }
}
