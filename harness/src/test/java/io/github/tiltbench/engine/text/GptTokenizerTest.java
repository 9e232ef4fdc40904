package io.github.tiltbench.engine.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.PublishedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GptTokenizerTest {
  private static final List<String> MERGES =
      List.of("\u0120 t", "h e", "\u0120t he", "1 2", "' s", "\u0120 \u0120");

  @TempDir Path folder;

  private static GptTokenizer tokenizer() {
    Map<String, Integer> vocabulary = new HashMap<>();
    BytePairs.alphabet().forEach(symbol -> vocabulary.put(symbol, vocabulary.size()));
    MERGES.forEach(pair -> vocabulary.put(pair.replace(" ", ""), vocabulary.size()));
    vocabulary.put(GptTokenizer.END, vocabulary.size());
    return new GptTokenizer(vocabulary, MERGES);
  }

  /** Pairs are merged within a word and the blank before it, never beyond. */
  @ParameterizedTest
  @CsvSource({
    "'the', 't he'",
    "' the', '\u0120the'",
    "'he''s', 'he ''s'",
    "'h''12', 'h '' 12'",
    "'   the', '\u0120\u0120 \u0120the'",
    "'t\n\nt', 't \u010a \u010a t'",
    "'t  ', 't \u0120\u0120'",
    "'12the', '12 t he'",
    "' !t', '\u0120 ! t'"
  })
  void wordsAreTakenWithTheBlankBeforeThem(String text, String expected) {
    GptTokenizer tokenizer = tokenizer();
    assertEquals(
        expected,
        Arrays.stream(tokenizer.encode(text))
            .mapToObj(tokenizer.symbols()::get)
            .collect(Collectors.joining(" ")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "the theatre's 12 \n hours", "caf\u00e9 \ud83d\ude00\u00ad\u0000", "  "})
  void nothingIsLost(String text) {
    assertEquals(text, tokenizer().decode(tokenizer().encode(text)));
  }

  @Test
  void bytesThatAreNoTextBecomeReplacements() {
    GptTokenizer tokenizer = tokenizer();
    int[] half = Arrays.copyOf(tokenizer.encode("\u00e9"), 1);
    assertEquals("\ufffd", tokenizer.decode(half));
    assertEquals("<|endoftext|>", tokenizer.decode(new int[] {tokenizer.id(GptTokenizer.END)}));
    String said =
        assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("a" + GptTokenizer.END))
            .getMessage();
    assertTrue(said.contains("holds <|endoftext|>"), said);
    assertArrayEquals(new int[0], tokenizer.encode(""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|the file",
        "{}|model is missing",
        "{\"model\": {\"type\": \"Unigram\"}}|not of type BPE",
        "{\"model\": {\"type\": \"BPE\"}}|merges is missing",
        "{\"model\": {\"type\": \"BPE\", \"merges\": [\"a\"], \"vocab\": {}}}|two symbols",
        "{\"model\": {\"type\": \"BPE\", \"merges\": [], \"vocab\": []}}|vocab",
        "{\"model\": {\"type\": \"BPE\", \"merges\": [], \"vocab\": {\"a\": 0}}}|has no",
        "{\"model\": {\"type\": \"BPE\", \"merges\": [], \"vocab\": {\"a\": 7}}}|without gaps"
      })
  void aFileThatIsNoTokenizerIsRefused(String json, String fault) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), json);
    String said =
        assertThrows(
                ConfigException.class,
                () -> GptTokenizerFiles.of(PublishedFolder.of(folder), new HashMap<>()))
            .getMessage();
    assertTrue(said.contains(fault) && said.contains("tokenizer.json"), said);
  }
}
