package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Studies of text, on a model whose samples can be read off. */
final class TextVerifiersTest {
  private static final String ALL =
      """
      mood: {kind: sentiment}
        whole: {kind: sentiment, of: all}
        weather: {kind: word-list, words: [rain, a good book], output: log-probability}
        rude: {kind: word-list, list: cuss, sureness: 1}
        fluent: {kind: trigram}
        sound: {kind: acceptability}
        about: {kind: topic, near: a good book., far: stock prices fell.}
        drug: {kind: molecule, property: logp, towards: 2.5, floor: -10}\
      """;

  private static Plan plan(String verifiers, String tokens) {
    byte[] yaml =
        """
        study: words
        seed: 3
        repetitions: 1
        count: 4
        prompts: [the, '-']
        models:
          chain:
            kind: markov-chain
            length: 3
            initial: [0.6, 0.4, 0]
            transition: [[0, 0, 1], [0, 0, 1], [0.5, 0.5, 0]]
            %s
            process: {kind: first-hitting}
        verifiers:
          %s
        beta: 1
        algorithms: [pretrained]
        budgets: {unit: nfe, per: sample, at: [3]}
        """
            .formatted(tokens, verifiers)
            .getBytes(StandardCharsets.UTF_8);
    Catalogues names = Catalogues.builtIn();
    return Plan.of(Study.read("s.yaml", yaml, PathResolver.of(Path.of("s.yaml")), names), names);
  }

  private static double[] rewards(String verifier, String prompt) throws InterruptedException {
    Cell cell = plan("it: " + verifier, "tokens: [good, the, book]").cells().get(0);
    try (TrialRunner runner = new TrialRunner(3)) {
      Trial trial = runner.run(cell, List.of(cell.trial(prompt, 0))).get(0);
      return trial.rewards();
    }
  }

  /** From "the" the chain can write "the book good" and "the book the" and nothing else. */
  @Test
  void samplesAreScoredAsText() throws InterruptedException {
    double good = 0.44043357076016854; // VADER of the word alone
    double[] whole = rewards("{kind: sentiment, of: all}", "the");
    assertTrue(Arrays.stream(whole).allMatch(s -> s == 0 || Math.abs(s - good) < 1e-12));
    assertTrue(Arrays.stream(whole).distinct().count() == 2, Arrays.toString(whole));
    assertArrayEquals(whole, rewards("{kind: sentiment}", "the"), 0);
    double[] the = rewards("{kind: word-list, words: [the]}", "the");
    double[] all = rewards("{kind: word-list, words: [the], of: all}", "the");
    for (int i = 0; i < all.length; i++) {
      assertEquals(whole[i] == 0 ? 1 : 0, the[i], 0, "the prompt is not counted");
      assertEquals(1 + the[i], all[i], 0);
    }
  }

  @Test
  void allKindsAreReadAndWhatIsMissingIsNamed() {
    Plan plan = plan(ALL, "tokens: [good, the, book]");
    assertEquals(8, plan.cells().size());
    List<String> lacks = plan.lacks();
    for (String lack :
        List.of(
            "rude needs the module harness/text (145 MB); this brings it: TILTBENCH_TEXT=1"
                + " ./tiltbench ...",
            "fluent needs the module harness/text (145 MB); this brings it: TILTBENCH_TEXT=1"
                + " ./tiltbench ...",
            "about needs the module harness/text (145 MB); this brings it: TILTBENCH_TEXT=1"
                + " ./tiltbench ...",
            "drug needs the module harness/molecules (4 MB); this brings it:"
                + " TILTBENCH_MOLECULES=1 ./tiltbench ...")) {
      assertTrue(lacks.contains(lack), lacks.toString());
    }
    assertTrue(
        lacks.stream().noneMatch(l -> l.startsWith("mood") || l.startsWith("weather")),
        lacks.toString());
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, plan::requireAll);
    assertEquals(String.join("; ", lacks), refused.getMessage());
  }

  @Test
  void aModelWhoseTokensSayNothingIsNamed() {
    String refused =
        assertThrows(ConfigException.class, () -> plan("mood: {kind: sentiment}", "")).getMessage();
    assertTrue(refused.contains("the tokens of the model say nothing"), refused);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{kind: word-list} | a word-list needs list: or words:",
        "{kind: word-list, list: cus} | did you mean 'cuss'?",
        "{kind: word-list, list: naughty-words, sureness: 1} | sureness belongs to list: cuss",
        "{kind: trigram, unknown: -1} | unknown must be nats, at least 0",
        "{kind: topic, near: ''} | near and far must be sentences",
        "{kind: molecule, property: logp} | floor must be given: the score of invalid molecules",
        "{kind: molecule, property: validity, floor: 0} | it takes no towards and no floor",
      })
  void wrongValuesAreNamed(String verifier, String reason) {
    String refused =
        assertThrows(
                ConfigException.class, () -> plan("it: " + verifier, "tokens: [good, the, book]"))
            .getMessage();
    assertTrue(refused.contains(reason), refused);
  }
}
