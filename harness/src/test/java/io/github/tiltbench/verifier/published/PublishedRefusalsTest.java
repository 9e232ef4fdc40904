package io.github.tiltbench.verifier.published;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TensorFile;
import io.github.tiltbench.engine.image.Preprocessing;
import io.github.tiltbench.engine.text.TokenizerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that are not what they are said to be: one line that names why. */
class PublishedRefusalsTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    TinyClip.write(folder);
  }

  private static void assertRefused(Supplier<?> opening, String part) {
    String fault = assertThrows(RuntimeException.class, opening::get).getMessage();
    assertTrue(fault.contains(part) && fault.lines().count() == 1, fault);
  }

  private void assertRefused(String part) {
    assertRefused(() -> ClipFolder.of(folder), part);
  }

  private void edit(String file, String from, String to) throws IOException {
    String text = Files.readString(folder.resolve(file));
    assertTrue(text.contains(from), from);
    Files.writeString(folder.resolve(file), text.replace(from, to));
  }

  /** Each weight in turn: missing, and of another shape. */
  @Test
  void everyWeightIsWantedInItsShape() throws IOException {
    SortedMap<String, Tensor.Floats> weights = TinyClip.weights();
    List<String> keys = new ArrayList<>(weights.keySet());
    keys.remove("logit_scale");
    assertEquals(77, keys.size());
    for (String key : keys) {
      Tensor.Floats value = weights.remove(key);
      TinyClip.save(folder, WEIGHTS, weights);
      assertRefused("missing: " + key);
      weights.put(key, new Tensor.Floats(value.data(), 1, value.data().length));
      TinyClip.save(folder, WEIGHTS, weights);
      assertRefused("of another shape: " + key);
      weights.put(key, value);
    }
  }

  @Test
  void whatIsLeftOverIsNamed() throws IOException {
    SortedMap<String, Tensor.Floats> weights = TinyClip.weights();
    weights.put("text_model.encoder.layers.2.layer_norm1.weight", weights.get("logit_scale"));
    TinyClip.save(folder, WEIGHTS, weights);
    assertRefused("left over: text_model.encoder.layers.2.layer_norm1.weight");
    weights = TinyClip.weights();
    weights.put("vision_model.mask", weights.get("logit_scale"));
    TinyClip.save(folder, WEIGHTS, weights);
    assertRefused("left over: vision_model.mask");
  }

  @Test
  void aFactorIsWantedWhereItCounts() throws IOException {
    SortedMap<String, Tensor.Floats> weights = TinyClip.weights();
    weights.remove("logit_scale");
    TinyClip.save(folder, WEIGHTS, weights);
    ClipFolder clip = ClipFolder.of(folder);
    assertRefused(() -> pick(clip, PickScore.Scale.LOGIT), "missing: logit_scale");
    assertEquals(1, pick(clip, PickScore.Scale.COSINE).factor());
  }

  private static PickScore pick(ClipFolder clip, PickScore.Scale scale) {
    return new PickScore(
        clip, Optional.empty(), scale, Preprocessing.CLIP_8BIT, "{}", Map.of(), -1, 1);
  }

  @Test
  void picklesAreNotOpened() throws IOException {
    Files.move(folder.resolve(WEIGHTS), folder.resolve("pytorch_model.bin"));
    assertRefused("pytorch_model.bin is a pickle, which is a program and is never opened");
    Path head = Files.writeString(folder.resolve("head.pth"), "PK");
    assertRefused(() -> TensorFile.of(head), "head.pth");
  }

  @Test
  void aCutFileIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(WEIGHTS));
    Files.write(folder.resolve(WEIGHTS), java.util.Arrays.copyOf(bytes, bytes.length - 8));
    assertRefused(WEIGHTS);
  }

  @Test
  void configurationsAreChecked() throws IOException {
    edit("config.json", "\"quick_gelu\"", "\"relu\"");
    assertRefused("hidden_act cannot be 'relu'");
    edit("config.json", "\"relu\"", "\"gelu\"");
    edit("config.json", "\"hidden_size\": 24", "\"hidden_size\": 25");
    assertRefused("25 features do not split into 3 heads");
    edit("config.json", "\"model_type\": \"clip\"", "\"model_type\": \"siglip\"");
    assertRefused("model_type 'siglip' is not built here");
    edit("config.json", "\"siglip\"", "\"clip\"");
    edit("config.json", "\"text_config\"", "\"texts\"");
    assertRefused("the file has no text_config");
    Files.delete(folder.resolve("config.json"));
    assertRefused("has neither config.json nor open_clip_config.json");
  }

  @Test
  void openConfigurationsAreChecked() throws IOException {
    Path open = TinyClip.writeOpen(folder.resolve("open"));
    Path config = open.resolve("open_clip_config.json");
    String text = Files.readString(config);
    Files.writeString(
        config, text.replace("\"embed_dim\"", "\"timm_model_name\": \"x\", \"embed_dim\""));
    assertRefused(() -> ClipFolder.of(open), "unknown key 'timm_model_name'");
    Files.writeString(config, text.replace("\"head_width\": 8", "\"head_width\": 5"));
    assertRefused(() -> ClipFolder.of(open), "do not split into 6 heads");
  }

  /** Numbers beyond the vocabulary, another length, and none at all. */
  @Test
  void theTokenizerIsThatOfTheTower() throws IOException {
    ClipFolder clip = ClipFolder.of(folder);
    Path other = folder.resolve("other");
    Files.createDirectories(other);
    for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
      Files.copy(folder.resolve(file), other.resolve(file));
    }
    String vocabulary = Files.readString(other.resolve("vocab.json"));
    Files.writeString(
        other.resolve("vocab.json"), vocabulary.replaceFirst("}\\s*$", ",\"more\":720}"));
    Optional<TokenizerFolder> larger = Optional.of(TokenizerFolder.of(other));
    assertRefused(
        () -> clip.tokenizer(larger),
        "has 721 tokens, the tower of texts in " + folder + " only 720");
    Files.writeString(other.resolve("vocab.json"), vocabulary);
    Files.writeString(other.resolve("tokenizer_config.json"), "{\"model_max_length\": 64}");
    Optional<TokenizerFolder> shorter = Optional.of(TokenizerFolder.of(other));
    assertRefused(() -> clip.tokenizer(shorter), "gives 64 tokens a prompt");
    Files.delete(folder.resolve("vocab.json"));
    ClipFolder bare = ClipFolder.of(folder);
    assertRefused(() -> bare.tokenizer(Optional.empty()), "tokenizer is wanted");
  }

  @Test
  void headsAreChecked() throws IOException {
    Path relu = TinyClip.writeHead(folder.resolve("relu.safetensors"), 0, 3, 6, 9, 11);
    TensorFile file = TensorFile.of(relu);
    assertRefused(() -> AffineHead.of(file, 16), "has layers [0, 3, 6, 9, 11], between which");
    TensorFile linear =
        TensorFile.of(TinyClip.writeHead(folder.resolve("h.safetensors"), 0, 2, 4, 6, 7));
    assertRefused(
        () -> AffineHead.of(linear, 768),
        "is for embeddings of 16 features, those of the tower have 768");
  }

  @Test
  void versionsOfHpsAreNamed() {
    ClipFolder clip = ClipFolder.of(folder);
    assertRefused(
        () ->
            new Hps(
                clip,
                Optional.empty(),
                "2",
                Hps.Scale.COSINE,
                Preprocessing.HPS,
                "{}",
                Map.of(),
                -1,
                1),
        "version must be 2.0 or 2.1 but is 2");
  }
}
