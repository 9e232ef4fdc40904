package io.github.tiltbench.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlTest {
  private static Node parse(String text) {
    return Yaml.parse("s.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  private static String error(byte[] bytes) {
    String message =
        assertThrows(ConfigException.class, () -> Yaml.parse("s.yaml", bytes)).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private static String error(String text) {
    return error(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyPartKnowsItsPlace() {
    Node.Mapping root = (Node.Mapping) parse("a: 1\nb:\n  - x\n  - {c: 'é'}\n");
    assertEquals(new Mark("s.yaml", 1, 1), root.at());
    Node.Items items = (Node.Items) root.get("b").orElseThrow().value();
    Node.Mapping inner = (Node.Mapping) items.items().get(1);
    assertEquals(new Mark("s.yaml", 4, 6), inner.entries().get(0).at());
    assertEquals(
        new Node.Scalar("é", false, new Mark("s.yaml", 4, 9)), inner.entries().get(0).value());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a: 1\\na: 2\\n | s.yaml:2:1: duplicate key 'a', first at line 1, column 1",
        "a: {b: 1, c: 2, b: 3} | s.yaml:1:17: duplicate key 'b', first at line 1, column 5",
        "a: 1\\n\\tb: 2 | s.yaml:2:1: a tab cannot be used for indentation; use spaces",
        "a: 1\\n---\\nb: 2 | s.yaml:2:1: a second document starts here; a file holds one",
        "'' | s.yaml: is empty",
        "# only a comment | s.yaml: is empty",
        "--- | s.yaml: is empty",
        "a: *b | s.yaml:1:4: no anchor &b stands before this alias",
        "a: &b [*b] | s.yaml:1:8: the alias *b contains itself",
        "a: !!str x | s.yaml:1:4: tags such as tag:yaml.org,2002:str are not supported",
        "? [x]\\n: 1 | s.yaml:1:3: a key must be a text",
        "b: &x {c: 1}\\na:\\n  <<: *x | s.yaml:3:3: merge keys (<<) are not supported",
        "a: [1, 2 | s.yaml:1:9: not YAML",
        "a: \"x | s.yaml:1:6: not YAML",
        "a: b: c | s.yaml:1:5: not YAML",
        "a: CONTROL | s.yaml:1:4: the character U+0001 is not allowed here",
      })
  void badTextIsOneLineWithItsPlace(String text, String wanted) {
    String yaml = text.equals("''") ? "" : text.translateEscapes().replace("CONTROL", "\u0001");
    assertTrue(error(yaml).startsWith(wanted), error(yaml));
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedWithTheirPlace() {
    byte[] latin = "a: 1\nb: \u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals("s.yaml:2:4: not UTF-8: byte 0xE9 at offset 8", error(latin));
    assertTrue(error("a: 1".getBytes(StandardCharsets.UTF_16)).contains("not UTF-8"));
    assertTrue(error(new byte[] {'a', ':', (byte) 0xE2, (byte) 0x82}).contains("not UTF-8"));
  }

  @Test
  void aByteOrderMarkIsSkipped() {
    assertEquals(1, ((Node.Mapping) parse("\uFEFFa: 1")).entries().get(0).at().column());
  }

  @Test
  void absurdNestingIsRefusedAtItsFirstExcess() {
    for (String open : new String[] {"[", "{a: ", "- "}) {
      String message = error(open.repeat(100_000));
      assertTrue(message.contains("nested deeper than 40 levels"), message);
    }
  }

  @Test
  void anAnchorsBombIsRefused() {
    StringBuilder bomb = new StringBuilder("l0: &l0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("l%d: &l%d [".formatted(i, i));
      bomb.append("*l%d, ".formatted(i - 1).repeat(9)).append("]\n");
    }
    assertTrue(error(bomb.toString()).contains("more than 200000 values"));
  }

  @Test
  void aliasesStandForTheirNodes() {
    Node.Mapping root = (Node.Mapping) parse("a: &x {k: 1}\nb: *x\n");
    assertEquals(root.entries().get(0).value(), root.entries().get(1).value());
  }

  @Test
  void aHugeFileIsRefused() {
    assertEquals("s.yaml: is larger than 4 MiB", error(new byte[Yaml.MAX_BYTES + 1]));
  }

  @Test
  void aMissingFileNamesItsNeighbour(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("quickstart.yaml"), "a: 1");
    Path wrong = folder.resolve("quikstart.yaml");
    String message = assertThrows(ConfigException.class, () -> Yaml.read(wrong)).getMessage();
    assertTrue(message.startsWith(wrong + ": no such file; did you mean '"), message);
    assertTrue(message.endsWith("quickstart.yaml'?"), message);
    assertTrue(
        assertThrows(ConfigException.class, () -> Yaml.read(folder))
            .getMessage()
            .endsWith("is a folder, not a file"));
  }
}
