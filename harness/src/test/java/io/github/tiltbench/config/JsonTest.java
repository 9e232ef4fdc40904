package io.github.tiltbench.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {
  enum Value {
    POSTERIOR_MEAN
  }

  sealed interface Shape {
    record BigCircle(double radius) implements Shape {}
  }

  record Thing(
      int numSteps, double[] weights, Optional<Shape> shape, OptionalInt none, Value value) {}

  @Test
  void recordsAreWrittenBySortedSnakeCaseKey() {
    Thing thing =
        new Thing(
            3,
            new double[] {0.1, 2},
            Optional.of(new Shape.BigCircle(1e-9)),
            OptionalInt.empty(),
            Value.POSTERIOR_MEAN);
    assertEquals(
        "{\"none\":null,\"num_steps\":3,\"shape\":{\"kind\":\"big-circle\",\"radius\":1.0E-9},"
            + "\"value\":\"posterior-mean\",\"weights\":[0.1,2.0]}",
        Json.canonical(thing));
  }

  @Test
  void mapsAreSortedTextsEscapedAndOddNumbersAreTexts() {
    assertEquals(
        "{\"a\":\"\\\"\\n\\u0001\\ud800é\",\"b\":[\"-Infinity\",\"NaN\",true,null],\"c\":\"x/y\"}",
        Json.canonical(
            Map.of(
                "c",
                Path.of("x", "y"),
                "b",
                java.util.Arrays.asList(Double.NEGATIVE_INFINITY, Float.NaN, true, null),
                "a",
                "\"\n\u0001\ud800é")));
  }

  @Test
  void aReplacementStandsForAValue() {
    assertEquals(
        "[\"digest\"]",
        Json.canonical(List.of(Path.of("w")), v -> v instanceof Path ? "digest" : v));
    assertThrows(IllegalArgumentException.class, () -> Json.canonical(new Object()));
  }

  @Test
  void decimalsAreShortestAndReadBack() {
    assertEquals("0.1", Decimals.text(0.1));
    assertEquals("0.1", Decimals.text(0.1f));
    assertEquals("2.0E-4", Decimals.text(2e-4));
    assertEquals("0.001", Decimals.text(0.001));
    assertEquals("1.0E23", Decimals.text(Double.parseDouble("1e23")));
    assertEquals("1.2345678E7", Decimals.text(12345678.0));
    assertEquals("1234567.5", Decimals.text(1234567.5));
    assertEquals("-0.0", Decimals.text(-0.0));
    assertEquals("4.9E-324", Decimals.text(Double.MIN_VALUE));
    assertEquals("1.7976931348623157E308", Decimals.text(Double.MAX_VALUE));
    // Java 17 itself prints 5.6843418860808015E-14
    assertEquals("5.684341886080802E-14", Decimals.text(0x1p-44));
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      double d = Double.longBitsToDouble(random.nextLong());
      float f = Float.intBitsToFloat(random.nextInt());
      assertEquals(d, Double.parseDouble(Decimals.text(d)));
      assertEquals(f, Float.parseFloat(Decimals.text(f)));
      assertTrue(Decimals.text(d).length() <= Double.toString(d).length());
    }
  }

  /** A digit begins no word of a constant, and ends one of a component. */
  @Test
  void namesAreSpelledByTheirWords() {
    assertEquals("clip-8bit", Names.kebab("CLIP_8BIT"));
    assertEquals("posterior-mean", Names.kebab("POSTERIOR_MEAN"));
    assertEquals("posterior-mean", Names.kebab("PosteriorMean"));
    assertEquals("x0_mean", Names.snake("x0Mean"));
  }
}
