package io.github.tiltbench.model.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Yaml;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.FirstHitting;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.model.MaskedNetwork;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a card and a text to weights that a study can use. */
class MaskedTrainingTest {
  private static final PrintStream SILENT =
      new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);

  @TempDir private Path folder;

  /** Verses of two clauses each, of ten words and marks. */
  private Path card() throws IOException {
    List<String> first = List.of("the lord went", "a king went", "the king said");
    List<String> second = List.of("and he went.", "and the lord said.");
    String text =
        IntStream.range(0, 2000)
            .mapToObj(i -> "Ge1:1 " + first.get(i % 3) + "; " + second.get(i / 7 % 2) + "\n")
            .collect(Collectors.joining());
    Files.writeString(folder.resolve("text.txt"), text);
    String sha256 = Digests.sha256(text.getBytes(StandardCharsets.UTF_8));
    return Files.writeString(
        folder.resolve("card.yaml"),
        """
        kind: masked
        licence: none
        data:
          kind: clauses
          name: verses
          text: text.txt
          sha256: %s
          command: cp a b
          words: 10
          fewest: 3
          most: 6
        architecture:
          kind: masked-transformer
          tokens: 11
          length: 7
          width: 16
          blocks: 1
          heads: 2
        training:
          seed: 1
          steps: 120
          batch: 16
          learning_rate: 1.0e-2
          warmup: 10
          clip: 1.0
          ema: 0.99
          weight_decay: 0.01
          dropout: 0.1
          watch: 50
          threads: 1
        """
            .formatted(sha256));
  }

  private static double number(Node.Mapping node, String... path) {
    Node at = node;
    for (String key : path) {
      at = ((Node.Mapping) at).get(key).orElseThrow().value();
    }
    return Double.parseDouble(((Node.Scalar) at).text());
  }

  @Test
  void aStoppedTrainingGoesOnAndItsReportSetsTheBoundBesideNgrams() throws IOException {
    Path card = card();
    AtomicInteger asked = new AtomicInteger();
    assertFalse(Training.run(card, SILENT, () -> asked.incrementAndGet() > 60));
    assertTrue(Training.run(card, SILENT, () -> false));
    Node.Mapping report = (Node.Mapping) Yaml.read(folder.resolve("training.yaml"));
    double bound = number(report, "held_out_nats_per_sequence", "mean");
    double low = number(report, "held_out_nats_per_sequence", "ci95_low");
    assertTrue(low < bound && bound < number(report, "ngrams", "order_1", "nats_per_sequence"));
    assertEquals(
        number(report, "ngrams", "order_3", "nats_per_sequence") - bound,
        number(report, "ngrams", "order_3", "network_is_lower_by", "mean"),
        2e-5);
    assertEquals(200, number(report, "held_out_sequences"));
    assertEquals(100, number(report, "held_out_masks_per_sequence"));
    // The kept average is the best of those watched, whose masks are drawn otherwise.
    assertTrue(number(report, "held_out_by_step", "120") > 0);

    MaskedNetwork model =
        new MaskedNetwork(NetworkWeights.of(folder), new FirstHitting(), Optional.empty());
    assertEquals(7, model.reverse().steps());
    assertEquals(4, model.reverse(new Condition("And the lord")).steps());
    assertEquals(100, Files.readAllLines(folder.resolve(MaskedRecipe.SAMPLES)).size());
    assertTrue(Files.readString(folder.resolve(MaskedRecipe.SAMPLES)).contains("the"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tokens: 11 | tokens: 9 | architecture: tokens must be those of the data, 11",
        "length: 7 | length: 6 | architecture: length must be more than the longest sequence, 6",
        "heads: 2 | heads: 3 | width must be a multiple of 6 but is 16",
        "kind: masked-transformer | kind: masked-transfomer | unknown architecture 'masked-transfomer';"
            + " did you mean 'masked-transformer'?",
        "dropout: 0.1 | dropout: 1 | dropout must be inside [0, 1)",
        "watch: 50 | watch: 0 | watch must be positive but is 0",
        "words: 10 | words: 0 | words must be positive but is 0",
        "most: 6 | most: 2 | most must be at least fewest but is 2",
        "kind: clauses | kind: phrases | 'phrases'",
        "steps: 120 | steps: 0 | steps must be positive but is 0",
      })
  void errorsInACardNameTheirPlace(String from, String to, String problem) throws IOException {
    Path card = card();
    String text = Files.readString(card);
    assertTrue(text.contains(from), text);
    Files.writeString(card, text.replace(from, to));
    String message = assertThrows(ConfigException.class, () -> Card.read(card)).getMessage();
    assertTrue(message.startsWith(card + ":") && message.contains(problem), message);
    assertEquals(1, message.lines().count());
  }
}
