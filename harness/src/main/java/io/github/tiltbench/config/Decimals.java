package io.github.tiltbench.config;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.Predicate;

/**
 * The shortest decimal that reads back as the same number, in the layout of {@link
 * Double#toString(double)}.
 *
 * <p>{@code Double.toString} itself prints some numbers with a digit too many before Java 19, so
 * that a key or a trial written by one Java version would differ from another's.
 */
public final class Decimals {
  private Decimals() {}

  /** The text of a double; NaN and infinities as Java prints them. */
  public static String text(double d) {
    if (!Double.isFinite(d) || (Math.abs(d) < 1e7 && d == Math.rint(d))) {
      return Double.toString(d);
    }
    return layout(shortest(new BigDecimal(d), Double.toString(d), b -> b.doubleValue() == d));
  }

  /** The text of a float: as short as a float needs, shorter than its double. */
  public static String text(float f) {
    if (!Float.isFinite(f) || (Math.abs(f) < 1e7f && f == Math.rint(f))) {
      return Float.toString(f);
    }
    return layout(shortest(new BigDecimal(f), Float.toString(f), b -> b.floatValue() == f));
  }

  /**
   * Drops digits from what Java printed as long as the number reads back.
   *
   * <p>Never below two, as Java has it: the smallest double is 4.9E-324, not 5E-324. Powers of two
   * have more room above than below, so that the next decimal up may do where the nearest does not.
   */
  private static BigDecimal shortest(BigDecimal exact, String printed, Predicate<BigDecimal> same) {
    BigDecimal best = new BigDecimal(printed);
    for (int digits = Math.max(2, best.precision()); digits >= 2; digits--) {
      BigDecimal nearest = exact.round(new MathContext(digits));
      BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
      if (same.test(nearest)) {
        best = nearest;
      } else if (same.test(above)) {
        best = above;
      } else {
        break;
      }
    }
    return best.stripTrailingZeros();
  }

  private static String layout(BigDecimal value) {
    String sign = value.signum() < 0 ? "-" : "";
    String digits = value.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - value.scale();
    if (exponent >= 7 || exponent < -3) {
      String rest = digits.length() == 1 ? "0" : digits.substring(1);
      return sign + digits.charAt(0) + "." + rest + "E" + exponent;
    }
    String text = value.abs().toPlainString();
    return sign + (text.contains(".") ? text : text + ".0");
  }
}
