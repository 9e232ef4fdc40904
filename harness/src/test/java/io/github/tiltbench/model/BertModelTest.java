package io.github.tiltbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.AncestralUnmasking;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.FirstHitting;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.published.language.BertFolder;
import io.github.tiltbench.engine.published.language.MdlmFolder;
import io.github.tiltbench.engine.published.language.TinyBert;
import io.github.tiltbench.engine.published.language.TinyMdlm;
import io.github.tiltbench.engine.text.WordPieces;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** BERT and MDLM as models: where their chains start, what they are asked and what texts become. */
class BertModelTest {
  private static final List<String> PIECES = TinyBert.pieces();
  private static final int MASK = PIECES.size();
  private static final ProcessSpec.Masked FIRST_HITTING = new FirstHitting();

  @TempDir Path temporary;
  private BertFolder bert;

  @BeforeEach
  void write() throws IOException {
    bert = BertFolder.of(TinyBert.write(temporary.resolve("bert")));
  }

  private BertModel model(int length, double temperature, String end) {
    return new BertModel(bert, length, FIRST_HITTING, temperature, end, Optional.empty());
  }

  private MdlmModel mdlm(int length) throws IOException {
    MdlmFolder folder = MdlmFolder.of(TinyMdlm.write(temporary.resolve("mdlm")));
    return new MdlmModel(folder, length, FIRST_HITTING, 1, Optional.empty());
  }

  private static int[] ids(String pieces) {
    return Arrays.stream(pieces.split(" "))
        .mapToInt(p -> p.equals("_") ? MASK : PIECES.indexOf(p))
        .toArray();
  }

  private static int[] start(ModelSpec model, String prompt) {
    return ((MaskedChain) model.reverse(new Condition(prompt))).template().tokens();
  }

  @Test
  void aChainStartsBetweenPromptAndFullStop() {
    BertModel model = model(8, 1, ".");
    assertArrayEquals(ids("[CLS] the book _ _ _ . [SEP]"), start(model, "The book"));
    assertArrayEquals(ids("[CLS] cafe . _ _ _ . [SEP]"), start(model, "caf\u00e9."));
    assertArrayEquals(ids("[CLS] _ _ _ _ _ . [SEP]"), start(model, Condition.NONE.text()));
    assertArrayEquals(ids("[CLS] _ _ _ [SEP]"), start(model(5, 1, ""), Condition.NONE.text()));
    assertEquals(3, model.reverse(new Condition("the book")).steps());
    assertEquals(5, model.reverse().steps());
  }

  @Test
  void textsAreReadWithoutStartAndEnd() {
    StateSpace.Sequence space = model(12, 1, ".").space();
    assertEquals(
        "the book, unaffable _ bjorn.",
        space.vocabulary().text(ids("[CLS] the book , un ##aff ##able _ b ##jorn . [SEP]")));
  }

  @ParameterizedTest
  @CsvSource({
    "the cat, no pieces of the vocabulary spell 'the cat'",
    "the [MASK], the text 'the [MASK]' holds [MASK]",
    "the book the book the book, 'the fixed text has 9 tokens, which leaves none of 8'"
  })
  void aPromptThatCannotStandIsRefused(String prompt, String fault) {
    String said = model(8, 1, ".").mismatch(prompt).orElseThrow();
    assertTrue(said.startsWith(fault), said);
    assertEquals(Optional.empty(), model(8, 1, ".").mismatch("the book"));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, '', length must be from 3 to 16 but is 2",
    "17, 1, '', length must be from 3 to 16 but is 17",
    "8, 0, '', temperature must be above 0 but is 0.0",
    "8, 1, cat, end: no pieces of the vocabulary spell 'cat'",
    "4, 1, the book, 'end: the fixed text has 4 tokens, which leaves none of 4'"
  })
  void whatCannotBeIsRefused(int length, double temperature, String end, String fault) {
    String said =
        assertThrows(IllegalArgumentException.class, () -> model(length, temperature, end))
            .getMessage();
    assertTrue(said.startsWith(fault), said);
  }

  private static Batch.Tokens batch(int[]... rows) {
    return new Batch.Tokens(
        Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray(), rows[0].length);
  }

  private static Prediction.Logits ask(Denoiser denoiser, Batch.Tokens x) {
    Condition[] none = new Condition[x.size()];
    Arrays.fill(none, Condition.NONE);
    return (Prediction.Logits) denoiser.denoise(x, new int[] {1}, none);
  }

  /** A row's law is its own, whatever rows and however many masks stand beside it. */
  @Test
  void eachMaskIsReadWhereItStands() {
    int[] three = ids("[CLS] the _ _ _ . [SEP]");
    int[] one = ids("[CLS] the book was _ . [SEP]");
    int[] none = ids("[CLS] the book was good . [SEP]");
    try (Denoiser denoiser = model(7, 1, ".").open()) {
      Prediction.Logits all = ask(denoiser, batch(three, none, one));
      double[] together = new double[MASK];
      double[] alone = new double[MASK];
      for (int[] place : new int[][] {{0, 2}, {0, 3}, {0, 4}, {2, 4}}) {
        int[] row = place[0] == 0 ? three : one;
        all.read(place[0], place[1], together);
        ask(denoiser, batch(row)).read(0, place[1], alone);
        assertArrayEquals(alone, together, 1e-5);
        double sum = Arrays.stream(together).map(Math::exp).sum();
        assertEquals(1, sum, 1e-9);
      }
      assertEquals(7, denoiser.odometer().nfe());
    }
  }

  @Test
  void aTemperatureSharpens() {
    int[] state = ids("[CLS] the _ was _ . [SEP]");
    double[] plain = new double[MASK];
    double[] sharp = new double[MASK];
    try (Denoiser one = model(7, 1, ".").open();
        Denoiser half = model(7, 0.5, ".").open()) {
      ask(one, batch(state)).read(0, 2, plain);
      ask(half, batch(state)).read(0, 2, sharp);
    }
    int the = PIECES.indexOf("the");
    int good = PIECES.indexOf("good");
    assertEquals(2 * (plain[the] - plain[good]), sharp[the] - sharp[good], 1e-4);
  }

  private static Batch.Tokens sample(ModelSpec model, Condition prompt, int count) {
    MaskedChain chain = (MaskedChain) model.reverse(prompt);
    try (Denoiser denoiser = model.open()) {
      Condition[] prompts = new Condition[count];
      Arrays.fill(prompts, prompt);
      Batch x = chain.prior(count, new Noise(1, Purpose.PRIOR, 0, 0, count));
      for (int level = chain.steps(); level > 0; level--) {
        Prediction prediction = denoiser.denoise(x, new int[] {level}, prompts);
        x = chain.law(x, level, prediction).sample(new Noise(1, Purpose.STEP, level, 0, count));
      }
      return (Batch.Tokens) x;
    }
  }

  @Test
  void onlyPiecesThatAreTextAreEverDrawn() {
    boolean[] open = bert.tokenizer().open();
    for (ProcessSpec.Masked process : List.of(FIRST_HITTING, new AncestralUnmasking(6))) {
      BertModel model = new BertModel(bert, 8, process, 2.0, ".", Optional.empty());
      Batch.Tokens drawn = sample(model, new Condition("the"), 100);
      for (int row = 0; row < drawn.size(); row++) {
        int[] x = drawn.row(row);
        assertArrayEquals(ids("[CLS] the"), Arrays.copyOf(x, 2));
        assertArrayEquals(ids(". [SEP]"), Arrays.copyOfRange(x, 6, 8));
        assertTrue(IntStream.range(2, 6).allMatch(at -> x[at] < MASK && open[x[at]]));
      }
    }
  }

  /** Its bound is a pseudo-NELBO, and the score that a judge makes of it is a number. */
  @Test
  void noLikelihoodIsClaimedOfIt() throws IOException {
    BertModel model = model(8, 1, ".");
    VerifierSpec judge = BaseLikelihood.DEFAULT.of(model);
    assertTrue(judge.note().orElseThrow().contains("pseudo-NELBO"));
    assertFalse(BaseLikelihood.DEFAULT.of(mdlm(8)).note().orElseThrow().contains("pseudo"));
    Batch.Tokens one = sample(model, new Condition("the"), 1);
    try (Verifier opened = judge.open(model.space())) {
      double score = opened.score(one, new Condition[] {new Condition("the")})[0];
      assertTrue(score < 0 && score > -20, "bits a token: " + score);
    }
  }

  @Test
  void moreRowsThanOneForwardHoldsAreAsked() {
    int[] state = ids("[CLS] _ _ _ _ . [SEP]");
    int[][] rows = new int[150][];
    Arrays.fill(rows, state);
    double[] first = new double[MASK];
    double[] last = new double[MASK];
    try (Denoiser denoiser = model(7, 1, ".").open()) {
      Prediction.Logits all = ask(denoiser, batch(rows));
      all.read(0, 3, first);
      all.read(149, 3, last);
      assertArrayEquals(first, last, 1e-5);
      assertEquals(150, all.size());
    }
  }

  @Test
  void mdlmContinuesAPromptByByteAndNeverDrawsItsMask() throws IOException {
    MdlmModel model = mdlm(12);
    int mask = model.space().mask();
    assertEquals(260, mask);
    int[] start = start(model, "the caf\u00e9");
    assertEquals("the caf\u00e9____", model.space().vocabulary().text(start));
    Batch.Tokens drawn = sample(model, new Condition("the caf\u00e9"), 50);
    for (int row = 0; row < drawn.size(); row++) {
      int[] x = drawn.row(row);
      assertTrue(Arrays.stream(x).allMatch(token -> token < mask));
      assertTrue(model.space().vocabulary().text(x).startsWith("the caf\u00e9"));
    }
    assertTrue(model.mismatch("<|endoftext|>").orElseThrow().contains("holds <|endoftext|>"));
  }

  @Test
  void mdlmRefusesALengthItWasNotTrainedOn() {
    String said = assertThrows(IllegalArgumentException.class, () -> mdlm(33)).getMessage();
    assertEquals("length must be from 1 to 32 but is 33", said);
  }

  @Test
  void whatIsBroughtIsSaidWithTheCommand() {
    String said = BertModel.BRINGS.get("path");
    assertTrue(said.contains("mvn -N dependency:copy -Dartifact=com.robrua.nlp.models:"), said);
    assertTrue(said.endsWith("./tiltbench import bert"), said);
    assertEquals("[MASK]", WordPieces.MASK);
  }
}
