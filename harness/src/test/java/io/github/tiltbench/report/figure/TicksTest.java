package io.github.tiltbench.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TicksTest {
  private static List<String> labels(double low, double high, int most) {
    return Ticks.of(low, high, most).stream().map(Axis.Tick::label).toList();
  }

  @Test
  void ticksAreRoundNumbersWithTheDecimalsOfTheirStep() {
    assertEquals(List.of("-1.0", "-0.5", "0.0", "0.5"), labels(-1.2, 0.9, 5));
    assertEquals(List.of("0", "20", "40", "60", "80", "100"), labels(0, 100, 6));
    assertEquals(List.of("0.96", "0.98", "1.00"), labels(0.95, 1.01, 4));
    assertEquals(List.of("1e+06", "2e+06"), labels(0.5e6, 2.4e6, 3));
    assertEquals(List.of("1.0e-07", "1.5e-07", "2.0e-07"), labels(1e-7, 2e-7, 3));
  }

  @Test
  void noRangeHasMoreThanWasAskedFor() {
    for (double high : new double[] {1e-300, 1e-12, 0.3, 7, 123456, 1e99}) {
      for (double low : new double[] {0, -high, -3 * high, high / 3}) {
        int count = Ticks.of(low, high, 6).size();
        assertTrue(1 <= count && count <= 7, low + " to " + high + ": " + count);
      }
    }
  }

  /** Ticks on such axes took the drawing library forever. */
  @Test
  void numbersTooLargeToDrawAreRefused() {
    assertThrows(Axis.Unplottable.class, () -> new Axis.Range(0, 1e101));
    assertThrows(
        Axis.Unplottable.class,
        () ->
            new Panel(
                "",
                Axis.linear("x"),
                Axis.linear("y"),
                List.of(
                    Layer.Line.of("", 0, new double[] {0, 1}, new double[] {-1.2e308, 1.2e308}))));
  }
}
