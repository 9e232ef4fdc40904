package io.github.tiltbench.model.training;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.model.MaskedNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A text and the token sequences that are made of it. */
public sealed interface Corpus permits Clauses {
  /** What a reader calls it. */
  String name();

  /** The text file, beside the card. */
  String text();

  /** Its digest. */
  String sha256();

  /** The command that makes it. */
  String command();

  /** How its tokens make a text. */
  MaskedNetwork.Spelling spelling();

  /** Tokens of the vocabulary, the end included. */
  int tokens();

  /** Tokens of the longest sequence without an end. */
  int longest();

  /** The sequences of the text's lines, in their order. */
  Sequences sequences(List<String> lines);

  /**
   * Reads the text.
   *
   * @param folder of the card
   * @throws IOException if it is missing, with the command that makes it, or another one
   */
  default Sequences read(Path folder) throws IOException {
    Path file = folder.resolve(text());
    if (!Files.isRegularFile(file)) {
      throw new IOException("no text " + file + "; make it: " + command());
    }
    byte[] content = Files.readAllBytes(file);
    String digest = Digests.sha256(content);
    if (!digest.equals(sha256())) {
      throw new IOException(
          file + ": sha256 is " + digest + ", the card says otherwise; make it anew: " + command());
    }
    return sequences(new String(content, StandardCharsets.UTF_8).lines().toList());
  }

  /**
   * Sequences without their ends.
   *
   * @param vocabulary the tokens by id; the last is the end
   * @param training to learn from
   * @param heldOut to judge by
   */
  record Sequences(List<String> vocabulary, List<int[]> training, List<int[]> heldOut) {
    /** Sequences filled up with ends. */
    static int[][] filled(List<int[]> sequences, int length, int end) {
      int[][] rows = new int[sequences.size()][length];
      for (int i = 0; i < rows.length; i++) {
        Arrays.fill(rows[i], end);
        System.arraycopy(sequences.get(i), 0, rows[i], 0, sequences.get(i).length);
      }
      return rows;
    }
  }
}
