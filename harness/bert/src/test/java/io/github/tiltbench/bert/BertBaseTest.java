package io.github.tiltbench.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.language.BertFolder;
import io.github.tiltbench.engine.published.language.EasyBert;
import io.github.tiltbench.engine.published.language.TokenHead;
import io.github.tiltbench.engine.text.WordPieces;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The published BERT as it is made of the Maven artifact, against values that a program in double
 * precision computed from the same file.
 */
class BertBaseTest {
  private static final double TOLERANCE = 1e-4;
  private static final int PIECES = 30522;
  private static final String[] CLOZE = {
    "101 1996 3007 1997 2605 2003 103 1012 102",
    "101 2002 5225 2010 103 2000 1996 7381 2138 1996 3194 2001 3714 1012 102",
    "101 103 103 103 103 103 103 103 103 1012 102"
  };
  private static final int[] PLACES = {6, 4, 3};

  @TempDir static Path temporary;
  private static Path made;
  private static WordPieces pieces;
  private static TorchModule module;

  @BeforeAll
  static void convert() throws IOException {
    made = temporary.resolve("bert-base-uncased");
    EasyBert.convert(jar(), made);
    BertFolder folder = BertFolder.of(made);
    pieces = folder.tokenizer();
    module = folder.load(TokenHead.plain(PIECES), Precision.FLOAT32);
  }

  @AfterAll
  static void close() {
    if (module != null) {
      module.close();
    }
  }

  /** The artifact, which Maven put on the class path of these tests. */
  private static Path jar() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(EasyBert.JAR))
        .map(Path::of)
        .findFirst()
        .orElseThrow();
  }

  private static float[] logits(TorchModule network, String ids, int place) {
    long[] sequence = Arrays.stream(ids.split(" ")).mapToLong(Long::parseLong).toArray();
    return network
        .forward(
            new Tensor.Longs(sequence, 1, sequence.length), new Tensor.Longs(new long[] {place}, 1))
        .get(0)
        .data();
  }

  private static int[] best(float[] logits, int count) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted((a, b) -> Float.compare(logits[b], logits[a]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static void assertBest(float[] logits, int[] ids, double[] values) {
    assertArrayEquals(ids, best(logits, ids.length));
    for (int i = 0; i < ids.length; i++) {
      assertEquals(values[i], logits[ids[i]], TOLERANCE, pieces.pieces().get(ids[i]));
    }
  }

  private static double logSumExp(float[] logits) {
    float max = logits[best(logits, 1)[0]];
    return max
        + Math.log(IntStream.range(0, PIECES).mapToDouble(v -> Math.exp(logits[v] - max)).sum());
  }

  @Test
  void logitsAreThoseOfDoublePrecision() {
    int[][] ids = {
      {3000, 22479, 10241, 16766, 7562},
      {2482, 4744, 7997, 3158, 4316},
      {1010, 1012, 1011, 2004, 2000}
    };
    double[][] values = {
      {12.333968, 10.577620, 10.450931, 10.102697, 9.712653},
      {12.669373, 11.159030, 10.362232, 9.325426, 9.161585},
      {6.578055, 5.812475, 5.800190, 5.409258, 5.099633}
    };
    double[] sums = {13.213146, 13.151506, 8.606046};
    double[] masks = {-6.3072, -6.8917, -3.5154};
    for (int i = 0; i < CLOZE.length; i++) {
      float[] logits = logits(module, CLOZE[i], PLACES[i]);
      assertEquals(PIECES, logits.length);
      assertBest(logits, ids[i], values[i]);
      assertEquals(sums[i], logSumExp(logits), TOLERANCE);
      assertEquals(masks[i], logits[pieces.id(WordPieces.MASK)], TOLERANCE);
    }
  }

  /** A folder that says gelu means the error function. */
  @Test
  void theExactGeluMovesLogitsByAHundredth() throws IOException {
    int[][] ids = {{3000, 22479, 10241}, {2482, 4744, 7997}, {1010, 1011, 1012}};
    double[][] values = {
      {12.346075, 10.582026, 10.462842},
      {12.671635, 11.155703, 10.360369},
      {6.588865, 5.846404, 5.793747}
    };
    Path config = made.resolve("config.json");
    String tanh = Files.readString(config);
    Files.writeString(config, tanh.replace("gelu_new", "gelu"));
    try (TorchModule exact = BertFolder.of(made).load(TokenHead.plain(PIECES), Precision.FLOAT32)) {
      for (int i = 0; i < CLOZE.length; i++) {
        assertBest(logits(exact, CLOZE[i], PLACES[i]), ids[i], values[i]);
      }
    } finally {
      Files.writeString(config, tanh);
    }
  }

  private static void fills(String before, String after, String[] words, double... values) {
    int[] first = pieces.encode(before);
    String ids = "101 " + joined(first) + " 103 " + joined(pieces.encode(after)) + " 102";
    assertBest(
        logits(module, ids, first.length + 1),
        Arrays.stream(words).mapToInt(pieces::id).toArray(),
        values);
  }

  private static String joined(int[] ids) {
    return String.join(" ", Arrays.stream(ids).mapToObj(Integer::toString).toList());
  }

  @Test
  void sentencesAreFilledAsPublished() {
    fills("she poured milk into a glass and", "it .", new String[] {"drank"}, 14.68387);
    fills("the opposite of hot is", ".", new String[] {"hot", "cold"}, 11.08391, 10.96010);
    float[] sum = logits(module, "101 2048 4606 2048 19635 103 1012 102", 5);
    assertArrayEquals(new int[] {2048, 4606, 2048}, pieces.encode("two plus two"));
    assertBest(sum, new int[] {pieces.id("one")}, new double[] {10.08909});
    assertEquals(pieces.id("three"), best(sum, 3)[1]);
    assertEquals(pieces.id("two"), best(sum, 3)[2]);
  }

  @Test
  void textsAreCutAsPublished() {
    assertArrayEquals(
        new int[] {
          2123, 1005, 1056, 2128, 1011, 4607, 1996, 7668, 1010, 14477, 20961, 3468, 24998, 999
        },
        pieces.encode("Don't re-enter the caf\u00e9, unaffable Bj\u00f6rn!"));
    boolean[] open = pieces.open();
    assertEquals(27623, IntStream.range(0, PIECES).filter(id -> open[id]).count());
    assertTrue(IntStream.range(0, 999).noneMatch(id -> open[id]));
  }

  @Test
  void everyPromptOfThePublishedStudyIsSpeltInWholeWords() throws IOException {
    for (String prompt : Files.readAllLines(Path.of("../../datasets/prompts/pplm.txt"))) {
      int words = prompt.replace(".", " .").split(" ").length;
      assertEquals(words, pieces.encode(prompt).length, prompt);
    }
  }

  @Test
  void itsNoticesAreKept() throws IOException {
    String notice = Files.readString(made.resolve("NOTICE.txt"));
    for (String part : new String[] {EasyBert.ARTIFACT, "MIT License", "Apache 2.0 License"}) {
      assertTrue(notice.contains(part), notice);
    }
  }
}
