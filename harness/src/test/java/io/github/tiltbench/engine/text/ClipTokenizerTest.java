package io.github.tiltbench.engine.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipTokenizerTest {
  private static final int START = 718;
  private static final int END = 719;

  @TempDir private Path folder;

  private static Path published() {
    return resource("/sd/tiny-tokenizer");
  }

  private static Path resource(String name) {
    try {
      return Path.of(ClipTokenizerTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ClipTokenizer tokenizer() {
    return TokenizerFolder.of(published()).tokenizer();
  }

  /** A copy of the files, one of them changed. */
  private Path copy(String name, String from, String to) throws IOException {
    for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
      String text = Files.readString(published().resolve(file));
      assertTrue(!file.equals(name) || text.contains(from), from);
      Files.writeString(folder.resolve(file), file.equals(name) ? text.replace(from, to) : text);
    }
    return folder;
  }

  private static List<Long> expected(JsonArray ids) {
    return StreamSupport.stream(ids.spliterator(), false).map(JsonElement::getAsLong).toList();
  }

  /** What Hugging Face's Rust tokenizer makes of 52 texts, by a vocabulary of 720. */
  @Test
  void idsAreThoseOfTheReference() throws IOException {
    JsonArray cases =
        JsonParser.parseString(Files.readString(resource("/sd/tokenizer.json")))
            .getAsJsonObject()
            .getAsJsonArray("cases");
    ClipTokenizer tokenizer = tokenizer();
    int compared = 0;
    for (JsonElement each : cases) {
      JsonObject row = each.getAsJsonObject();
      String text = row.get("text").getAsString();
      if (text.toLowerCase(Locale.ROOT).contains("<|endoftext|>")) {
        String fault =
            assertThrows(IllegalArgumentException.class, () -> tokenizer.encode(text)).getMessage();
        assertTrue(fault.startsWith("the prompt '" + text + "' holds <|"), fault);
        continue;
      }
      List<Long> ids = expected(row.getAsJsonArray("tiny_ids"));
      List<Long> wanted = new ArrayList<>(List.of((long) START));
      wanted.addAll(ids.subList(0, Math.min(75, ids.size())));
      int end = wanted.size();
      while (wanted.size() < 77) {
        wanted.add((long) END);
      }
      Tokens tokens = tokenizer.encode(text);
      assertEquals(wanted, Arrays.stream(tokens.ids()).boxed().toList(), text);
      assertEquals(end, tokens.end(), text);
      assertEquals(ids.size() > 75, tokens.cut().isPresent(), text);
      compared++;
    }
    assertEquals(50, compared);
  }

  @Test
  void aLongPromptIsCutAndSaysWhere() {
    String text = "cat ".repeat(80) + "the end";
    Tokens tokens = tokenizer().encode(text);
    long[] cat = tokenizer().encode("cat").ids();
    int each = tokenizer().encode("cat").end() - 1;
    assertEquals(77, tokens.ids().length);
    assertEquals(76, tokens.end());
    assertEquals(END, tokens.ids()[76]);
    assertEquals(cat[1], tokens.ids()[1]);
    int whole = 75 / each;
    assertEquals(Optional.of("cat ".repeat(80 - whole) + "the end"), tokens.cut());
  }

  @Test
  void thePaddingIsThatOfTheFiles() throws IOException {
    String asked = "\"pad_token\": \"<|endoftext|>\"";
    Path changed = copy("tokenizer_config.json", asked, "\"pad_token\": \"!\"");
    long[] ids = TokenizerFolder.of(changed).tokenizer().encode("a").ids();
    assertArrayEquals(new long[] {START, 320, END, 0, 0}, Arrays.copyOf(ids, 5));

    Files.writeString(
        folder.resolve("special_tokens_map.json"), "{\"pad_token\": {\"content\": \"#\"}}");
    ids = TokenizerFolder.of(folder).tokenizer().encode("a").ids();
    assertArrayEquals(new long[] {START, 320, END, 2, 2}, Arrays.copyOf(ids, 5));
  }

  @Test
  void theLengthIsThatOfTheFiles() throws IOException {
    Path changed =
        copy("tokenizer_config.json", "\"model_max_length\": 77", "\"model_max_length\": 6");
    Tokens tokens = TokenizerFolder.of(changed).tokenizer().encode("a a a a a");
    assertArrayEquals(new long[] {START, 320, 320, 320, 320, END}, tokens.ids());
    assertEquals(Optional.of("a"), tokens.cut());
  }

  /** Every byte has a symbol of its own, and those that are not printable begin at 256. */
  @Test
  void bytesAreSymbols() {
    List<String> alphabet = BytePairs.alphabet();
    assertEquals(256, alphabet.stream().distinct().count());
    assertEquals("!", alphabet.get('!'));
    assertEquals("\u0120", alphabet.get(' '));
    assertEquals("\u0143", alphabet.get(0xad));
    assertEquals("\u00ff", alphabet.get(0xff));
  }

  /** The pair of lowest rank goes first, wherever it stands, all its occurrences at once. */
  @Test
  void mergesGoByRank() {
    BytePairs pairs =
        new BytePairs(List.of("b c</w>", "a b", "ab a", "aba bc</w>"), BytePairs.END_OF_WORD);
    assertEquals(List.of("ababc</w>"), pairs.symbols("ababc"));
    assertEquals(List.of("ab", "ab", "b</w>"), pairs.symbols("ababb"));
    assertEquals(List.of("a</w>"), pairs.symbols("a"));
  }

  @Test
  void faultsOfTheFilesAreOneLine() throws IOException {
    assertFault(
        copy("vocab.json", "\"of</w>\":", "\"oof</w>\":"), "the vocabulary has no 'of</w>'");
    assertFault(copy("vocab.json", "\"!\":0", "\"!\":1"), "without gaps");
    assertFault(copy("vocab.json", "<|startoftext|>", "<start>"), "no '<|startoftext|>'");
    assertFault(copy("merges.txt", "t he</w>", "the</w>"), "merges.txt:3:1: two symbols");
    assertFault(
        copy("tokenizer_config.json", "\"model_max_length\": 77", "\"model_max_length\": 1e30"),
        "model_max_length must be a whole number");
    Files.delete(copy("merges.txt", "t he</w>", "t he</w>").resolve("merges.txt"));
    assertFault(folder, "merges.txt");
  }

  private static void assertFault(Path folder, String part) {
    String fault =
        assertThrows(RuntimeException.class, () -> TokenizerFolder.of(folder)).getMessage();
    assertTrue(fault.contains(part) && fault.lines().count() == 1, fault);
  }
}
