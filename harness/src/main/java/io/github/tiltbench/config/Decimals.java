package io.github.tiltbench.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.Predicate;

/**
 * The shortest decimal that reads back as the same number, of those the nearest, in the layout of
 * {@link Double#toString(double)}.
 *
 * <p>{@code Double.toString} itself prints some numbers with a digit too many before Java 19, so
 * that a key or a trial written by one Java version would differ from another's.
 *
 * <p>Source: R. Giulietti, The Schubfach way to render doubles (2020): what rounds to a double lies
 * between the middles to its neighbours; scaled by a power of ten that interval holds an integer or
 * two, and at most one multiple of ten, which is shorter. Powers of two, whose neighbours are not
 * equally far, the smallest doubles and floats are searched digit by digit.
 */
public final class Decimals {
  private static final int MANTISSA_BITS = 52;
  private static final int EXPONENTS = (1 << 11) - 1;
  private static final int EXPONENT_OF_ONE = 1075; // of the last bit, as the bits have it
  private static final int LEAST_POWER = -324;
  private static final Power[] POWERS = new Power[617];

  /** A power of ten as the upper 126 bits of a number a little above it: 63 and 63 of them. */
  private record Power(long high, long low) {
    private static final int BITS = 126;
    private static final int HALF = 63;

    /** {@code 10^-k}, made when it is first asked for. */
    static Power minus(int k) {
      Power known = POWERS[k - LEAST_POWER];
      if (known == null) {
        BigInteger ten = BigInteger.TEN.pow(Math.abs(k));
        int length = ten.bitLength();
        BigInteger bits =
            (k <= 0
                    ? ten.shiftLeft(BITS - length)
                    : BigInteger.ONE.shiftLeft(BITS - 1 + length).divide(ten))
                .add(BigInteger.ONE);
        known = new Power(bits.shiftRight(HALF).longValue(), bits.longValue() & Long.MAX_VALUE);
        POWERS[k - LEAST_POWER] = known;
      }
      return known;
    }

    /** The product's whole part, its last bit set if there is more: rounding to odd. */
    long times(long c) {
      long below = Math.multiplyHigh(low, c);
      long middle = ((high * c) >>> 1) + below;
      long whole = Math.multiplyHigh(high, c) + (middle >>> HALF);
      return whole | (((middle & Long.MAX_VALUE) + Long.MAX_VALUE) >>> HALF);
    }
  }

  private Decimals() {}

  /** The text of a double; NaN and infinities as Java prints them. */
  public static String text(double d) {
    if (!Double.isFinite(d) || (Math.abs(d) < 1e7 && d == Math.rint(d))) {
      return Double.toString(d);
    }
    long bits = Double.doubleToRawLongBits(d);
    int exponent = (int) (bits >>> MANTISSA_BITS) & EXPONENTS;
    long fraction = bits & (1L << MANTISSA_BITS) - 1;
    return exponent == 0 || fraction == 0
        ? text(searched(new BigDecimal(d), Double.toString(d), b -> b.doubleValue() == d))
        : text(d < 0, 1L << MANTISSA_BITS | fraction, exponent - EXPONENT_OF_ONE);
  }

  /** The text of a float: as short as a float needs, shorter than its double. */
  public static String text(float f) {
    if (!Float.isFinite(f) || (Math.abs(f) < 1e7f && f == Math.rint(f))) {
      return Float.toString(f);
    }
    return text(searched(new BigDecimal(f), Float.toString(f), b -> b.floatValue() == f));
  }

  /** The text of {@code c 2^q}, whose neighbours are equally far. */
  private static String text(boolean negative, long c, int q) {
    int k = (int) ((q * 661_971_961_083L) >> 41); // floor(log10 2^q)
    int h = q + (int) ((-k * 913_124_641_741L) >> 38) + 2; // with floor(log2 10^-k)
    Power scale = Power.minus(k);
    long four = scale.times(c << 2 << h); // four times the number, in units of 10^k
    long least = scale.times(((c << 2) - 2) << h) + (c & 1); // even ones own the middles
    long most = scale.times(((c << 2) + 2) << h) - (c & 1);
    long s = four >> 2;
    long tens = s / 10 * 10;
    boolean tensBelow = least <= tens << 2;
    boolean tensAbove = ((tens + 10) << 2) <= most;
    if (tensBelow != tensAbove) {
      return layout(negative, tensBelow ? tens : tens + 10, k);
    }
    boolean below = least <= s << 2;
    boolean above = ((s + 1) << 2) <= most;
    boolean down = below != above ? below : four < ((2 * s + 1) << 1); // from the middle, up
    return layout(negative, down ? s : s + 1, k);
  }

  /**
   * Drops digits from what Java printed as long as the number reads back.
   *
   * <p>Never below two, as Java has it: the smallest double is 4.9E-324, not 5E-324. Powers of two
   * have more room above than below, so that the next decimal up may do where the nearest does not.
   */
  private static BigDecimal searched(BigDecimal exact, String printed, Predicate<BigDecimal> same) {
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
    return best;
  }

  private static String text(BigDecimal value) {
    return layout(value.signum() < 0, value.unscaledValue().abs().longValueExact(), -value.scale());
  }

  /** The text of {@code digits 10^power}, other than zero. */
  private static String layout(boolean negative, long digits, int power) {
    while (digits % 10 == 0) {
      digits /= 10;
      power++;
    }
    String text = Long.toString(digits);
    int exponent = text.length() - 1 + power;
    StringBuilder out = new StringBuilder(26).append(negative ? "-" : "");
    if (exponent >= 7 || exponent < -3) {
      out.append(text.charAt(0)).append('.');
      return out.append(text.length() == 1 ? "0" : text.substring(1))
          .append('E')
          .append(exponent)
          .toString();
    }
    if (exponent < 0) {
      return out.append("0.").append("0".repeat(-exponent - 1)).append(text).toString();
    }
    return power < 0
        ? out.append(text, 0, exponent + 1)
            .append('.')
            .append(text.substring(exponent + 1))
            .toString()
        : out.append(text).append("0".repeat(power)).append(".0").toString();
  }
}
