package io.github.tiltbench.verifier.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class WordListTest {
  private static WordList of(WordList.Output output, String... words) {
    return new WordList(
        Optional.empty(), OptionalInt.empty(), List.of(words), output, -5, 5, Judged.ALL);
  }

  @Test
  void countsWordsAndPhrases() {
    TextScorer rain = of(WordList.Output.COUNT, "rain", "a cloud", "cloud", "it's").scorer();
    assertEquals(0, rain.score("the train was drained"), 0);
    assertEquals(2, rain.score("Rain, and again: RAIN!"), 0);
    assertEquals(1, rain.score("a cloud"), 0, "the longest entry at its place, once");
    assertEquals(1, rain.score("it\u2019s late"), 0);
    assertEquals(0, rain.score(""), 0);
  }

  /** By hand: log 1 / (1 + e^5), log 1/2, log 1 / (1 + e^-5). */
  @Test
  void aRareAttribute() {
    TextScorer rare = of(WordList.Output.LOG_PROBABILITY, "rain").scorer();
    assertEquals(-5.006715348489118, rare.score("sun"), 1e-12);
    assertEquals(-0.6931471805599453, rare.score("rain"), 1e-12);
    assertEquals(-0.006715348489118, rare.score("rain rain"), 1e-12);
  }

  @Test
  void refusesWhatIsNoList() {
    assertThrows(IllegalArgumentException.class, () -> of(WordList.Output.COUNT));
    assertThrows(IllegalArgumentException.class, () -> of(WordList.Output.COUNT, "!"));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new WordList(
                Optional.of(WordList.Source.NAUGHTY_WORDS),
                OptionalInt.of(1),
                List.of(),
                WordList.Output.COUNT,
                0,
                1,
                Judged.ALL));
  }
}
