package io.github.tiltbench.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DecimalsTest {
  /** By the definition: the fewest digits, two at least, of which some decimal reads back. */
  private static BigDecimal shortest(double d) {
    BigDecimal exact = new BigDecimal(d);
    for (int digits = 2; ; digits++) {
      BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_UP));
      BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
      if (nearest.doubleValue() == d || above.doubleValue() == d) {
        return nearest.doubleValue() == d ? nearest : above;
      }
    }
  }

  private static void check(double d) {
    String text = Decimals.text(d);
    assertEquals(d, Double.parseDouble(text), text);
    assertEquals(0, shortest(d).compareTo(new BigDecimal(text)), text);
    boolean scientific = Math.abs(d) >= 1e7 || Math.abs(d) < 1e-3;
    assertEquals(scientific, text.contains("E"), text);
    assertEquals(1, text.chars().filter(c -> c == '.').count(), text);
    assertEquals(d < 0, text.startsWith("-"), text);
  }

  @Test
  void areTheShortestThatReadBack() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 3000; i++) {
      double any = Double.longBitsToDouble(random.nextLong());
      check(Double.isFinite(any) && any != 0 ? any : 0.3);
      check(3 * random.nextDouble() - 1.5);
      check((float) (50 * random.nextDouble()) + 0x1p-20); // halfway between two decimals
      check(Math.scalb(1 + random.nextInt(3) * Math.ulp(1.0), random.nextInt(2000) - 1000));
      check((1 + random.nextInt(999)) / 1000.0);
      check(Double.parseDouble(1 + random.nextInt(999) + "e" + (random.nextInt(600) - 300)));
      check(Double.longBitsToDouble(1 + random.nextLong(1L << 52))); // the smallest
    }
  }

  /** The middle between two decimals goes away from zero, as keys have had it ever since. */
  @Test
  void aMiddleGoesUp() {
    assertEquals("-18.734695434570313", Decimals.text(Double.parseDouble("-18.7346954345703125")));
    assertEquals("5.629499534213123E14", Decimals.text(Double.parseDouble("562949953421312.25")));
  }

  @Test
  void looksAsJavaPrintsIt() {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 2000; i++) {
      double few =
          (1 + random.nextInt(99_999)) * Double.parseDouble("1e" + (random.nextInt(30) - 15));
      String java = Double.toString(few);
      if (new BigDecimal(java).compareTo(shortest(few)) == 0) {
        assertEquals(java, Decimals.text(few));
      }
    }
  }
}
