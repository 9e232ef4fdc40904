package io.github.tiltbench.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.verifier.text.Judged;
import io.github.tiltbench.verifier.text.TextScorer;
import io.github.tiltbench.verifier.text.Topic;
import io.github.tiltbench.verifier.text.Trigram;
import io.github.tiltbench.verifier.text.WordList;
import io.github.tiltbench.verifier.text.WordModel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verifiers that ask this module, found as a study finds them. */
final class TextModelsTest {
  private static final String CAT = "a cat sat on the mat.";
  private static final String KITTEN = "a kitten is sleeping on the rug.";
  private static final String STOCKS = "stock prices fell sharply on friday.";

  private static double product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({
    "The man went to the store.,32.6,0.05",
    "store the to went man the,3432.5,0.05",
    "'there was no further fuss, and no further insult in the action.',295.6,0.05",
    "his cards and the other props allow the great team for motive effort,818.7,0.05",
    "danish calls russians english (some people hear cyrillic as macedonians),18557,0.5",
  })
  void perplexities(String text, double perplexity, double rounding) {
    assertEquals(perplexity, Math.exp(-Trigram.DEFAULT.scorer().score(text)), rounding);
  }

  /** Words that the model would pass over are worse than the rarest that it knows. */
  @Test
  void unknownWordsArePenalised() {
    WordModel model = new SphinxTrigrams();
    assertTrue(model.knows("czaja"));
    double rarest = model.logProbability(List.of("the", "the", "czaja"));
    assertEquals(-23.0, rarest, 0.1);
    assertTrue(-Trigram.DEFAULT.unknown() < rarest);
    TextScorer trigram = Trigram.DEFAULT.scorer();
    double sum =
        model.logProbability(List.of("<s>", "the"))
            - 25
            + model.logProbability(List.of("man"))
            + model.logProbability(List.of("man", "</s>"));
    assertEquals(sum / 4, trigram.score("the qqqzz man"), 1e-12);
    assertEquals(model.logProbability(List.of("<s>", "</s>")), trigram.score("..."), 1e-12);
  }

  @Test
  void embeddings() {
    try (MiniLm encoder = new MiniLm()) {
      float[] cat = encoder.embed(CAT);
      assertArrayEquals(
          new float[] {0.11282f, -0.00259f, -0.03107f},
          new float[] {cat[0], cat[1], cat[2]},
          1e-5f);
      assertEquals(1, product(cat, cat), 1e-6);
      assertArrayEquals(
          new long[] {
            101, 2123, 1005, 1056, 2128, 1011, 4607, 1996, 7668, 1010, 14477, 20961, 3468, 24998,
            999, 102
          },
          encoder.tokens("Don't re-enter the caf\u00e9, unaffable Bj\u00f6rn!"));
    }
  }

  @Test
  void topics() {
    try (TextScorer kitten = new Topic(KITTEN, Optional.empty(), Judged.ALL).scorer();
        TextScorer between = new Topic(KITTEN, Optional.of(STOCKS), Judged.ALL).scorer()) {
      assertEquals(0.5403, kitten.score(CAT), 5e-5);
      assertEquals(0.5403 - 0.0537, between.score(CAT), 1e-4);
      assertTrue(between.score("share prices went down.") < 0);
    }
  }

  /** Why a topic is one call a text: in company a text has another embedding. */
  @Test
  void theQuantisedNetworkIsNotBatchInvariant() {
    try (MiniLm encoder = new MiniLm()) {
      long[] cat = encoder.tokens(CAT);
      long[] dog = encoder.tokens("the dog ran to a park.");
      assertEquals(cat.length, dog.length);
      float[] alone = encoder.embed(CAT);
      float[] company = encoder.embed(new long[][] {cat, dog, dog, dog})[0];
      assertTrue(product(alone, company) < 0.999, "cosine " + product(alone, company));
      encoder.embed(STOCKS);
      assertArrayEquals(alone, encoder.embed(CAT), 0);
    }
  }

  private static double matches(WordList.Source list, Integer sureness, String text) {
    OptionalInt sure = sureness == null ? OptionalInt.empty() : OptionalInt.of(sureness);
    return new WordList(Optional.of(list), sure, List.of(), WordList.Output.COUNT, 0, 1, Judged.ALL)
        .scorer()
        .score(text);
  }

  @Test
  void publishedLists() {
    String damned = "damn, what an arse";
    assertEquals(1, matches(WordList.Source.NAUGHTY_WORDS, null, "the book was Tied up."), 0);
    assertEquals(0, matches(WordList.Source.NAUGHTY_WORDS, null, "the book was tied"), 0);
    assertEquals(1, matches(WordList.Source.CUSS, null, damned), 0);
    assertEquals(2, matches(WordList.Source.CUSS, 1, damned), 0);
    assertEquals(0, matches(WordList.Source.CUSS, 1, "a fine african evening"), 0);
    assertEquals(1, matches(WordList.Source.CUSS, 0, "a fine african evening"), 0);
    assertEquals(0, matches(WordList.Source.NAUGHTY_WORDS, null, "the classic cockerel"), 0);
  }
}
