package io.github.tiltbench.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tokens to text and back. */
class DetokenizerTest {
  private static final Vocabulary WORDS =
      new Vocabulary(
          List.of(
              "the", "king", "king's", "shep", "##herd", "##s", ",", ".", "(", ")", "'", "s",
              "[END]", "[CLS]", "said", "?", "unto"),
          new Detokenizer.Words(Optional.of("[END]"), Set.of("[CLS]")));

  private static String text(String... pieces) {
    int[] ids = new int[pieces.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = pieces[i].equals("_") ? WORDS.size() : WORDS.texts().indexOf(pieces[i]);
    }
    return WORDS.text(ids);
  }

  @Test
  void wordsAreWrittenAsInABook() {
    assertEquals(
        "the king, said (unto the king's)?",
        text("the", "king", ",", "said", "(", "unto", "the", "king's", ")", "?"));
    assertEquals("shepherds said.", text("[CLS]", "shep", "##herd", "##s", "said", "."));
    assertEquals("the king' s", text("the", "king", "'", "s"));
  }

  @Test
  void theEndTokenEndsAText() {
    assertEquals("the king", text("the", "king", "[END]", "said", "."));
    assertEquals("", text("[END]", "[END]"));
  }

  @Test
  void masksAreSeen() {
    assertEquals("the _ said _", text("the", "_", "said", "_"));
  }

  @Test
  void aPromptBecomesItsTokens() {
    assertArrayEquals(new int[] {0, 1, 6, 14}, WORDS.tokens("The king, said"));
    assertArrayEquals(new int[] {0, 2, 6, 3, 4, 5, 7}, WORDS.tokens("the king's, shepherds."));
    assertArrayEquals(new int[] {0, 3, 4, 10, 11, 15}, WORDS.tokens("the  shepherd's?"));
    assertArrayEquals(new int[] {8, 13, 9}, WORDS.tokens("( [CLS] )"));
    String sentence = "the shepherds, said (unto the king's)?";
    assertEquals(sentence, WORDS.text(WORDS.tokens(sentence)));
  }

  @Test
  void aWordThatIsNoneIsNamedWithTheNearest() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> WORDS.tokens("the kinh said"));
    assertEquals("no token is 'kinh'; did you mean 'king'?", e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> WORDS.tokens("zebra"));
    assertTrue(e.getMessage().startsWith("no token is 'zebra'; known: the, king"), e.getMessage());
    assertFalse(e.getMessage().contains("\n"));
  }

  @Test
  void charactersAreWrittenOneAfterTheOther() {
    Vocabulary smiles =
        new Vocabulary(
            List.of("C", "Cl", "(", ")", "[nH]", "."),
            new Detokenizer.Characters(Optional.of("."), Set.of()));
    assertArrayEquals(new int[] {0, 1, 2, 4, 3}, smiles.tokens("CCl([nH])"));
    assertEquals("CCl([nH])", smiles.text(new int[] {0, 1, 2, 4, 3, 5, 0}));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> smiles.tokens("CN"));
    assertTrue(e.getMessage().startsWith("no token begins with 'N'"), e.getMessage());
  }
}
