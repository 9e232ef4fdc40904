package io.github.tiltbench.model.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CardTest {
  private static final Path MODELS = Path.of("../datasets/models");

  @TempDir Path folder;

  /** A committed card, its data and judges in a folder that exists everywhere. */
  private Path card(String model) throws IOException {
    String text = Files.readString(MODELS.resolve(model).resolve("card.yaml"));
    return Files.writeString(
        folder.resolve("card.yaml"),
        text.replaceAll("path: .*", "path: .").replaceAll("judges: .*", "judges: [.]"));
  }

  private ImageContent images(String model) throws IOException {
    return (ImageContent) Card.read(card(model)).content();
  }

  /** The key must stay what the training run wrote, or no checkpoint and no record is its own. */
  @ParameterizedTest
  @ValueSource(strings = {"fashion-ddpm", "fashion-classifier", "fashion-judge", "kjv-clauses"})
  void theDigestIsTheOneThatTrainingWrote(String model) throws IOException {
    Node.Mapping training =
        (Node.Mapping) Yaml.read(MODELS.resolve(model).resolve("training.yaml"));
    Node wrote = training.get("settings_sha256").orElseThrow().value();
    assertEquals(((Node.Scalar) wrote).text(), Card.read(card(model)).digest());
  }

  @Test
  void aCardSaysAllThatTrainingNeeds() throws IOException {
    ImageContent.Settings training = images("fashion-ddpm").training();
    assertEquals(20000, training.steps());
    assertEquals(0.0015, training.learningRate());
    assertEquals(0.1, training.classDropout().orElseThrow());
    assertTrue(training.weightDecay().isEmpty());
    assertEquals(Optional.empty(), images("fashion-judge").scheduler());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "steps: 5600 | steps: many | 20:10: steps must be a whole number, not 'many'",
        "steps: 5600 | step: 5600 | 20:3: unknown key 'step' in training; did you mean 'steps'?",
        "steps: 5600 | steps: 0 | 20:3: steps must be positive but is 0",
        "steps: 5600 | steps: [1, 2] | 20:10: one value is wanted here, not a list: training.steps",
        "ema: 0.998 | ema: 1 | 25:3: ema must be inside [0, 1) but is 1.0",
        "widths: [32, 64] | widths: [32, 63] | 15:3: widths must be a multiple of 8 but is 63",
        "widths: [32, 64] | widths: [32, `` | 1",
        "kind: resnet | kind: resmet | 14:9: unknown architecture 'resmet'; did you mean 'resnet'?",
        "classes: 10 | classes: 11 | 12:1: labels must be as many as the classes of the network, 11",
        "kind: classifier | kind: ddpm | 2:1: scheduler must stand in a card of kind ddpm",
        "kind: classifier | kind: clasifier | 2:7: kind cannot be 'clasifier'; did you mean"
            + " 'classifier'?",
        "licence: | license: | 3:1: unknown key 'license' in a card; did you mean 'licence'?",
        "path: . | path: ./nowhere | 6:9: no file './nowhere'",
        "  shift: 1 | `` | 18:1: training: shift, noise and smoothing must stand",
      })
  void errorsNameTheirPlace(String from, String to, String problem) throws IOException {
    Path file = card("fashion-classifier");
    String text = Files.readString(file);
    assertTrue(text.contains(from), text);
    Files.writeString(file, text.replaceFirst(java.util.regex.Pattern.quote(from), to));
    String message = assertThrows(ConfigException.class, () -> Card.read(file)).getMessage();
    assertTrue(message.startsWith(file + ":" + problem), message);
  }

  @Test
  void aCardThatIsNoMappingOrNotUtf8IsNamed() throws IOException {
    Path file = folder.resolve("card.yaml");
    Files.writeString(file, "- a\n");
    assertEquals(
        file + ":1:1: a card must be a mapping, not a list",
        assertThrows(ConfigException.class, () -> Card.read(file)).getMessage());
    Files.write(file, "licence: \u00e4".getBytes(StandardCharsets.ISO_8859_1));
    String message = assertThrows(ConfigException.class, () -> Card.read(file)).getMessage();
    assertTrue(message.startsWith(file + ":1:10: not UTF-8"), message);
  }
}
