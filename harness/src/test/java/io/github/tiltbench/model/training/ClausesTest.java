package io.github.tiltbench.model.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.config.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClausesTest {
  @TempDir private Path folder;

  private static Clauses clauses(int words, String sha256) {
    return new Clauses("n", "text.txt", sha256, "cp a b", words, 3, 4);
  }

  private static List<String> texts(Corpus.Sequences sequences, List<int[]> rows) {
    return rows.stream()
        .map(row -> Arrays.stream(row).mapToObj(sequences.vocabulary()::get).toList())
        .map(row -> String.join(" ", row))
        .toList();
  }

  @Test
  void clausesEndAtMarksAndKeepToSizeAndVocabulary() {
    List<String> verses =
        List.of(
            "Ge1:1 And God said, Let: the Lord's light (was)!",
            "Ge1:2 Let us go: let us go; and all of us must go. Let us hide, and",
            "Ge1:3 the lord's light!");
    Corpus.Sequences six = clauses(9, "").sequences(verses);
    // Too long are the first clause and the sixth; what ends in no mark is no clause.
    List<String> all = List.of("let us go :", "let us go ;", "the lord's light !");
    assertEquals(all, texts(six, six.training()).stream().filter(all::contains).toList());
    assertEquals(
        List.of("let", "us", "go", ":", ";", "the", "lord's", "light", "!", "<end>"),
        six.vocabulary());
    assertEquals(List.of(), six.heldOut());
    Corpus.Sequences fewer = clauses(4, "").sequences(verses);
    assertEquals(List.of("let us go :"), texts(fewer, fewer.training()));
  }

  @Test
  void everyTwentiethBlockOfFiftyVersesIsHeldOut() {
    List<String> verses = new ArrayList<>(Collections.nCopies(2000, "Ge1:1 a b."));
    Corpus.Sequences sequences = clauses(3, "").sequences(verses);
    assertEquals(100, sequences.heldOut().size());
    verses.subList(950, 1000).clear(); // the block that is held out
    assertEquals(50, clauses(3, "").sequences(verses).heldOut().size());
  }

  @Test
  void aMissingTextIsAskedForByTheCommandThatMakesIt() throws IOException {
    String sha256 = Digests.sha256("Ge1:1 a b.\n".getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("text.txt");
    String missing =
        assertThrows(IOException.class, () -> clauses(3, sha256).read(folder)).getMessage();
    assertEquals("no text " + file + "; make it: cp a b", missing);
    Files.writeString(file, "Ge1:1 a b.\n");
    assertEquals(1, clauses(3, sha256).read(folder).training().size());
    String other =
        assertThrows(IOException.class, () -> clauses(3, "abc").read(folder)).getMessage();
    assertEquals(
        file + ": sha256 is " + sha256 + ", the card says otherwise; make it anew: cp a b", other);
  }

  @Test
  void sequencesAreFilledUpWithEnds() {
    int[][] rows = Corpus.Sequences.filled(List.of(new int[] {1, 2}), 4, 9);
    assertEquals("[1, 2, 9, 9]", Arrays.toString(rows[0]));
  }
}
