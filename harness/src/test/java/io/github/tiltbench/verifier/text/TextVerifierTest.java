package io.github.tiltbench.verifier.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.verifier.Verifier;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TextVerifierTest {
  private static final StateSpace.Sequence SPACE =
      new StateSpace.Sequence(4, new Vocabulary(List.of("good", "bad", "the", "book")));

  private static double[] scores(Judged of, String prompt) {
    Batch.Tokens rows = new Batch.Tokens(new int[] {0, 3, 2, 1, 0, 3, 2, 3}, 4);
    try (Verifier verifier = new Sentiment(of).open(SPACE)) {
      Condition condition = new Condition(prompt);
      return verifier.score(rows, new Condition[] {condition, condition});
    }
  }

  @Test
  void judgesAllOrWhatFollowsThePrompt() {
    double both = Vader.compound("good book the bad");
    double good = Vader.compound("good book the book");
    double bad = Vader.compound("the bad");
    assertArrayEquals(new double[] {both, good}, scores(Judged.ALL, "Good book"), 0);
    assertArrayEquals(new double[] {bad, 0}, scores(Judged.CONTINUATION, "Good book"), 0);
    assertArrayEquals(new double[] {both, good}, scores(Judged.CONTINUATION, "-"), 0);
    assertArrayEquals(new double[] {both, good}, scores(Judged.CONTINUATION, "a book"), 0);
  }

  @Test
  void aPromptIsFoundHoweverItIsSpaced() {
    Condition prompt = new Condition("The year is 1910 .");
    assertEquals("he said.", TextVerifier.continuation("the year is 1910. he said.", prompt));
    assertEquals("the year", TextVerifier.continuation("the year", prompt));
    assertEquals("", TextVerifier.continuation("the year is 1910.", prompt));
  }

  @Test
  void aModelWithoutTextIsNamed() {
    assertEquals(
        "it scores text, not reals [2]",
        Sentiment.DEFAULT.mismatch(new StateSpace.Euclidean(new int[] {2})).orElseThrow());
    assertEquals(
        "it scores text, and the tokens of the model say nothing",
        Sentiment.DEFAULT.mismatch(new StateSpace.Sequence(4, Vocabulary.ids(4))).orElseThrow());
    assertTrue(Sentiment.DEFAULT.mismatch(SPACE).isEmpty());
  }
}
