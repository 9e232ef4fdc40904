package io.github.tiltbench.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.PublishedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final Path TINY = Path.of("src/test/resources/sd/tiny-sd");
  private static final String STEM = "diffusion_pytorch_model";
  private static final float[] TWO = {1, 2};

  @TempDir Path folder;

  private static Checkpoint tiny(String part, String... variant) {
    return Checkpoint.of(
        PublishedFolder.of(TINY).part(part), STEM, List.of(variant).stream().findFirst());
  }

  private String refusal() {
    return refusal("model", Optional.empty());
  }

  private String refusal(String stem, Optional<String> variant) {
    RuntimeException e =
        assertThrows(
            RuntimeException.class, () -> Checkpoint.of(PublishedFolder.of(folder), stem, variant));
    String message = (e instanceof UncheckedIOException io ? io.getCause() : e).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private static SafetensorsBytes file(String... keys) {
    SafetensorsBytes file = new SafetensorsBytes();
    for (String key : keys) {
      file.reals(key, "F32", TWO, 2);
    }
    return file;
  }

  private void index(String... keysAndFiles) throws IOException {
    StringBuilder json = new StringBuilder("{\"metadata\":{\"total_size\":8},\"weight_map\":{");
    for (int i = 0; i < keysAndFiles.length; i += 2) {
      json.append(i == 0 ? "" : ",")
          .append("\"%s\":\"%s\"".formatted(keysAndFiles[i], keysAndFiles[i + 1]));
    }
    Files.writeString(folder.resolve("model.safetensors.index.json"), json + "}}");
  }

  /** Gigabytes are read once in a process, not once for every point of an axis. */
  @Test
  void aFileIsReadAgainOnlyIfItsDateHasChanged() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.write(file, file("a").bytes());
    FileTime written = FileTime.fromMillis(1_700_000_000_000L);
    Files.setLastModifiedTime(file, written);
    String digest = Checkpoint.of(file).parts().get(0).sha256();
    Files.write(file, file("b").bytes());
    Files.setLastModifiedTime(file, written);
    assertEquals(digest, Checkpoint.of(file).parts().get(0).sha256());
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_001_000L));
    Checkpoint changed = Checkpoint.of(file);
    assertEquals(Set.of("b"), changed.tensors().keySet());
    assertEquals(Digests.sha256(Files.readAllBytes(file)), changed.parts().get(0).sha256());
  }

  @Test
  void oneFileItsVariantAndItsShardsHoldTheSameTensors() throws IOException {
    Checkpoint single = tiny("unet");
    Checkpoint half = tiny("unet", "fp16");
    Checkpoint sharded = tiny("unet-sharded");
    assertEquals(single.tensors().keySet(), half.tensors().keySet());
    assertEquals(single.tensors().keySet(), sharded.tensors().keySet());
    for (String key : single.tensors().keySet()) {
      assertArrayEquals(single.tensors().get(key).shape(), half.tensors().get(key).shape());
      assertArrayEquals(single.tensors().get(key).shape(), sharded.tensors().get(key).shape());
      assertEquals(StoredType.F32, single.tensors().get(key).type());
      assertEquals(StoredType.F16, half.tensors().get(key).type());
    }
    String file = STEM + ".fp16.safetensors";
    byte[] bytes = Files.readAllBytes(TINY.resolve("unet").resolve(file));
    assertEquals(Map.of(file, Digests.sha256(bytes)), half.digests());
    assertEquals(
        Set.of(STEM + "-00001-of-00002.safetensors", STEM + "-00002-of-00002.safetensors"),
        sharded.digests().keySet());
    Path alone = TINY.resolve("unet").resolve(file);
    assertEquals(Map.of("", Digests.sha256(bytes)), Checkpoint.of(alone).digests());
  }

  @Test
  void wholeNumbersAreListedAndAreNoWeights() {
    Checkpoint text =
        Checkpoint.of(PublishedFolder.of(TINY).part("text_encoder"), "model", Optional.empty());
    assertEquals(Set.of("text_model.embeddings.position_ids"), text.integers());
    assertFalse(text.tensors().containsKey("text_model.embeddings.position_ids"));
  }

  @Test
  void anotherVariantIsNotTakenForTheOneAskedFor() throws IOException {
    file("a").write(folder.resolve("model.safetensors"));
    assertEquals(
        folder + " has no model.fp16.safetensors but model.safetensors",
        refusal("model", Optional.of("fp16")));
    assertEquals(folder + " has no other.safetensors", refusal("other", Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.bin", "pytorch_model.ckpt", "w.pt", "w.pth"})
  void aPickleIsRefusedWithTheLineThatConvertsIt(String name) throws IOException {
    Path pickle = Files.write(folder.resolve(name), new byte[] {'P', 'K', 3, 4});
    for (String message :
        List.of(
            refusal(),
            assertThrows(IllegalArgumentException.class, () -> Checkpoint.of(pickle))
                .getMessage())) {
      assertTrue(message.startsWith(pickle + " is a pickle"), message);
      assertTrue(message.contains("weights_only=True"), message);
      assertTrue(message.contains(name.replaceAll("\\..*", ".safetensors")), message);
    }
  }

  @Test
  void aPickleUnderAnotherNameIsNamed() throws IOException {
    Files.write(
        folder.resolve("model.safetensors"),
        "PK\3\4and a whole lot more".getBytes(StandardCharsets.UTF_8));
    assertTrue(refusal().endsWith("it begins as a pickle of torch.save does"), refusal());
  }

  @Test
  void nothingIsReadThroughALinkOutOfTheFolder(@TempDir Path elsewhere) throws IOException {
    Path outside = file("a").write(elsewhere.resolve("blob"));
    Path link = Files.createSymbolicLink(folder.resolve("model.safetensors"), outside);
    assertTrue(refusal().startsWith(link + " leads out of the folder, to "), refusal());
    Files.delete(link);
    file("a").write(folder.resolve("blob"));
    Files.createSymbolicLink(link, Path.of("blob"));
    assertEquals(
        Set.of("a"),
        Checkpoint.of(PublishedFolder.of(folder), "model", Optional.empty()).tensors().keySet());
    Files.delete(link);
    for (String way : List.of(outside.toString(), folder.relativize(outside).toString())) {
      index("a", way);
      assertTrue(refusal().contains(" leads out of the folder, to "), refusal());
    }
  }

  @Test
  void shardsAndTheirIndexAgree() throws IOException {
    file("a").write(folder.resolve("1"));
    file("b").write(folder.resolve("2"));
    index("a", "1", "b", "1");
    String at = folder.resolve("model.safetensors.index.json").toString();
    assertEquals(at + ": b is not in 1", refusal());
    index("a", "1", "b", "2", "c", "2");
    assertEquals(at + ": c is not in 2", refusal());
    index("a", "1", "b", "3");
    assertTrue(refusal().contains("3"), refusal());
    file("b", "c").write(folder.resolve("2"));
    index("a", "1", "b", "2");
    assertEquals(at + " does not list c", refusal());
    file("b", "a").write(folder.resolve("2"));
    assertEquals(folder.resolve("2") + ": tensor a is also in " + folder.resolve("1"), refusal());
    Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"a\":1}}");
    assertEquals(at + ":1:20: a is not in a file's name", refusal());
    Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{}}");
    assertEquals(at + ":1:1: no weight_map of tensors to files", refusal());
  }

  @Test
  void valuesThatAreNotFiniteAndFilesThatAreCutShortAreRefused() throws IOException {
    Path file = folder.resolve("model.safetensors");
    file("a").reals("b", "F32", new float[] {0, Float.NaN}, 2).write(file);
    assertEquals(file + ": tensor b: value 1 is not finite", refusal());
    byte[] whole = file("a", "b").bytes();
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertEquals(file + ": tensor b: data_offsets end outside of the 15 bytes of data", refusal());
  }

  @Test
  void whatHasChangedSinceItWasNamedIsNotOpened() throws IOException {
    Path file = file("a").write(folder.resolve("model.safetensors"));
    Checkpoint checkpoint = Checkpoint.of(file);
    checkpoint.requireUnchanged();
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    RuntimeException touched = assertThrows(RuntimeException.class, checkpoint::requireUnchanged);
    assertTrue(touched.getMessage().endsWith(file + ": it has changed since it was named"));
    Files.delete(file);
    RuntimeException gone = assertThrows(RuntimeException.class, checkpoint::requireUnchanged);
    assertTrue(gone.getMessage().endsWith(file + ": it is gone"));
  }
}
