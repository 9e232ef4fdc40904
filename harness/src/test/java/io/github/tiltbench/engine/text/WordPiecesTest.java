package io.github.tiltbench.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordPiecesTest {
  private static final List<String> PIECES =
      List.of(
          "[PAD]",
          "[unused0]",
          "[UNK]",
          "[CLS]",
          "[SEP]",
          "[MASK]",
          ".",
          "'",
          "-",
          "$",
          "un",
          "##aff",
          "##able",
          "##a",
          "cafe",
          "Caf\u00e9",
          "don",
          "t",
          "re",
          "e",
          "##e",
          "\u66f8",
          "\u4e66",
          "\u0131");

  private static String cut(boolean lower, String text) {
    WordPieces pieces = new WordPieces(PIECES, lower);
    return Arrays.stream(pieces.encode(text))
        .mapToObj(PIECES::get)
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "Don't, don ' t",
    "'re-e', re - e",
    "'  unaffable.  ', un ##aff ##able .",
    "unaffablex, [UNK]",
    "'unx don', '[UNK] don'",
    "Caf\u00c9, cafe",
    "'e$e', e $ e",
    "'e\u4e66e', e \u4e66 e",
    "'e\u00ad\u0000\ufffde', e ##e",
    "'e\u00a0e\te', e e e",
    "'', ''"
  })
  void wordsAreCutFromTheLeft(String text, String expected) {
    assertEquals(expected, cut(true, text));
  }

  @Test
  void aCasedVocabularyKeepsCapitalsAndAccents() {
    assertEquals("Caf\u00e9", cut(false, "Caf\u00e9"));
    assertEquals("[UNK]", cut(false, "Don"));
  }

  @Test
  void aWordOfMoreThanAHundredLettersIsUnknown() {
    assertEquals("e" + " ##e".repeat(99), cut(true, "e".repeat(100)));
    assertEquals("[UNK]", cut(true, "e".repeat(101)));
  }

  @Test
  void specialPiecesAreNoText() {
    for (String special : List.of("[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "[unused0]")) {
      String said =
          assertThrows(IllegalArgumentException.class, () -> cut(true, "a " + special))
              .getMessage();
      assertEquals("the text 'a " + special + "' holds " + special, said);
    }
  }

  @Test
  void onlyPiecesOfAsciiThatAreTextMayBePredicted() {
    boolean[] open = new WordPieces(PIECES, true).open();
    for (int id = 0; id < open.length; id++) {
      String piece = PIECES.get(id);
      boolean text = id >= 6 && piece.chars().allMatch(c -> c < 128);
      assertEquals(text, open[id], piece);
    }
  }

  @Test
  void aVocabularyWithoutItsSpecialPiecesIsRefused() {
    List<String> pieces = new ArrayList<>(PIECES);
    pieces.remove("[SEP]");
    String said =
        assertThrows(IllegalArgumentException.class, () -> new WordPieces(pieces, true))
            .getMessage();
    assertTrue(said.contains("the vocabulary has no '[SEP]'"), said);
  }
}
