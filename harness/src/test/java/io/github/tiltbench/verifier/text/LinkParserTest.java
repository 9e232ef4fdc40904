package io.github.tiltbench.verifier.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tiltbench.engine.program.ProgramFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Link Grammar Parser, and a program that stands in for it where it has to fail. */
final class LinkParserTest {
  /** Answers every sentence alike; the first that says "die" ends it, the first that says "DIE". */
  private static final String STANDING_IN =
      """
      #!/bin/sh
      [ "$1" = en ] || { echo "Version: link-grammar-5.12.0"; exit; }
      echo started >> "$(dirname "$0")/starts"
      while read -r line; do
        case $line in
          '!limit=20') echo 'limit set to 20' ;;
          '!'*) echo "set" ;;
          die*) if [ "$(wc -l < "$(dirname "$0")/starts")" = 1 ]; then exit 1; fi
                echo 'Unique linkage, cost vector = (UNUSED=2 DIS= 0.50 LEN=1)' ;;
          DIE*) exit 1 ;;
          *) echo 'Unique linkage, cost vector = (UNUSED=0 DIS= 1.00 LEN=1)' ;;
        esac
      done
      """;

  @TempDir Path folder;

  private String standIn() throws IOException {
    Path program = folder.resolve("link-parser");
    Files.writeString(program, STANDING_IN);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return program.toString();
  }

  private static void there() {
    assumeTrue(LinkParser.lack().isEmpty(), "link-parser is not installed");
  }

  private static void parses(LinkParser parser, String text, int unused, double disjunct) {
    assertEquals(Optional.of(new LinkParser.Parse(unused, disjunct)), parser.parse(text), text);
  }

  @Test
  void sentencesOfEnglish() {
    there();
    try (LinkParser parser = new LinkParser(LinkParser.PROGRAM, LinkParser.VERSION)) {
      parses(parser, "there was no further fuss, and no further insult in the action.", 0, 1.5);
      parses(parser, "danish calls russians english.", 0, 0.1);
      parses(parser, "the man went to the store.", 0, 1);
      parses(parser, "she walk to the store.", 1, 1);
      parses(parser, "he have a dog.", 1, 1);
      parses(parser, "store the to went man the.", 3, 0);
      parses(parser, "at long last, the horde had crushed.", 1, 1);
      assertEquals(-(3 + 0.1 * 0) / 6, parser.score("store the to went man the."), 1e-12);
      assertEquals(-1, parser.score(". !"), 0);
      assertEquals(-1, parser.score(""), 0);
    }
  }

  /** What the parser would take for a command or a remark is a sentence like any other. */
  @Test
  void noTextIsACommand() {
    there();
    try (LinkParser parser = new LinkParser(LinkParser.PROGRAM, LinkParser.VERSION)) {
      for (String text : new String[] {"!limit=1", "!exit", "% is a sign", "a\n!exit\nb", "quit"}) {
        double score = parser.score(text);
        assertEquals(score, parser.score(text), 0, text);
        assertTrue(score <= 0 && score >= -2, text + " " + score);
        parses(parser, "she walk to the store.", 1, 1);
      }
    }
  }

  @Test
  void startsAgainOnce() throws IOException {
    try (LinkParser parser = new LinkParser(standIn(), "5.12.0")) {
      parses(parser, "a text", 0, 1);
      parses(parser, "die once", 2, 0.5);
      parses(parser, "a text", 0, 1);
      assertEquals(2, Files.readAllLines(folder.resolve("starts")).size());
      ProgramFailure failure = assertThrows(ProgramFailure.class, () -> parser.parse("DIE"));
      assertEquals(
          "link-parser: it ended, and again when started anew, before it answered 'DIE'",
          failure.getMessage());
      parses(parser, "the next text", 0, 1);
    }
  }

  @Test
  void anotherVersionIsRefused() throws IOException {
    String program = standIn();
    ProgramFailure failure =
        assertThrows(ProgramFailure.class, () -> new LinkParser(program, "5.13.0"));
    assertEquals(
        "link-parser: it is version 5.12.0; the study has version: 5.13.0", failure.getMessage());
  }

  @Test
  void aMissingProgramSaysWhatBringsIt() {
    ProgramFailure failure =
        assertThrows(ProgramFailure.class, () -> new LinkParser("link-parser-of-nobody", "1"));
    assertTrue(
        failure.getMessage().contains("apt-get install link-grammar link-grammar-dictionaries-en"),
        failure.getMessage());
  }
}
