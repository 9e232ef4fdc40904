package io.github.tiltbench.verifier.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** VADER against npm vader-sentiment 1.1.3. */
final class VaderTest {
  /** The sentences of the package's own tests, and two more. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "VADER is smart, handsome, and funny. | 0.8316",
        "VADER is not smart, handsome, nor funny. | -0.7424",
        "VADER is smart, handsome, and funny! | 0.8439",
        "VADER is very smart, handsome, and funny. | 0.8545",
        "VADER is VERY SMART, handsome, and FUNNY. | 0.9227",
        "VADER is VERY SMART, handsome, and FUNNY!!! | 0.9342",
        "VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!! | 0.9469",
        "The book was good. | 0.4404",
        "The book was not good. | -0.3412",
        "The book was kind of good. | 0.3832",
        "The plot was good, but the characters are uncompelling and the dialog is not great. |"
            + " -0.7042",
        "\"At least it isn't a horrible book.\" | 0.4310",
        "Make sure you :) or :D today! | 0.8633",
        "Today SUX! | -0.5461",
        "\"Today only kinda sux! But I'll get by, lol\" | 0.2228",
      })
  void sentencesOfThePackage(String text, double compound) {
    assertEquals(compound, Vader.compound(text), 0.5e-4);
  }

  /** Texts of random words, capitals, marks, boosters, negations and idioms, by the package. */
  @Test
  void randomTexts() throws IOException {
    List<String> lines = read("vader-port.tsv");
    assertEquals(150, lines.size());
    for (String line : lines) {
      int tab = line.indexOf('\t');
      String text = line.substring(tab + 1);
      assertEquals(Double.parseDouble(line.substring(0, tab)), Vader.compound(text), 1e-12, text);
    }
  }

  private static List<String> read(String name) throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                VaderTest.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
      return in.lines().toList();
    }
  }

  /** A rule that a search can use: it is the package's own, not a fault of the copy. */
  @Test
  void negationIsShallow() {
    assertTrue(
        Vader.compound("there was no further insult") < Vader.compound("there was an insult"));
    assertEquals(0, Vader.compound("the book was on the table"), 0);
    assertEquals(0, Vader.compound(""), 0);
  }
}
