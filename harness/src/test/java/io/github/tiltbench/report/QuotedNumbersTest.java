package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The numbers of the documentation are those of the committed results; with {@code -Dquotes=write}
 * they are put in instead.
 */
class QuotedNumbersTest {
  private static final Path TOP = Path.of("..");
  private static final QuotedNumbers NUMBERS =
      new QuotedNumbers(TOP.resolve("results"), TOP.resolve("datasets/models"));

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "results/README.md", "benchmarks/README.md"})
  void areThoseOfTheResults(String name) throws IOException {
    Path file = TOP.resolve(name);
    String text = Files.readString(file);
    String renewed = NUMBERS.renewed(text);
    if ("write".equals(System.getProperty("quotes"))) {
      Files.writeString(file, renewed);
      return;
    }
    assertEquals(
        renewed, text, name + " is older than results/: see 'Numbers in texts' in its README");
    assertEquals(List.of(), QuotedNumbers.withoutSource(text), name + ": no source is named");
  }

  @Test
  void aChangedNumberIsSetRight() {
    assertEquals(
        "so -0.93 [-0.95, -0.91]<!--quickstart pretrained q0.5--> of 128<!--quickstart pretrained"
            + " q0.5/n-->",
        NUMBERS.renewed(
            "so 0.00 [-1.00, 1.00]<!--quickstart pretrained q0.5--> of 7<!--quickstart pretrained"
                + " q0.5/n-->"));
    assertEquals(
        "91.0 % [90.4, 91.6]<!--training fashion-judge test_accuracy-->",
        NUMBERS.renewed("0.0 % [0.0, 0.0]<!--training fashion-judge test_accuracy-->"));
  }

  @Test
  void aFootnoteOfTheTableComesWithItsNumber() {
    String source = "<!--das-overoptimization svdd @400 fd:fashion-judge-->";
    String renewed = NUMBERS.renewed("1.0 [1.0, 1.0]" + source);
    assertTrue(renewed.matches("\\d+\\.\\d \\[.*\\] \\(.*\\)" + source), renewed);
    assertEquals(renewed, NUMBERS.renewed(renewed));
  }

  @Test
  void aSourceIsOneRow() {
    for (String source : List.of("quickstart svdd q0.5", "quickstart svdd @81 q0.5")) {
      assertThrows(IllegalArgumentException.class, () -> NUMBERS.renewed("1<!--" + source + "-->"));
    }
    assertEquals(
        List.of("2 [1, 3]"),
        QuotedNumbers.withoutSource("2 [1, 3], 0.0 [0.0, 1.0]<!--quickstart smc @80 q0.5-->"));
  }

  @Test
  void boundsComeWhole() {
    String renewed = NUMBERS.renewed("<!--bounds-->\n<!--end-->");
    assertTrue(renewed.contains("| open "), renewed);
    assertTrue(renewed.contains("| not met "), renewed);
    assertEquals(renewed, NUMBERS.renewed(renewed));
  }
}
