package io.github.tiltbench.engine.published.diffusers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.StoredTensor;
import io.github.tiltbench.engine.StoredType;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.StatedWeights;
import io.github.tiltbench.engine.published.Weight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way to break the weights of a network is one line that names the key. */
class PublishedWeightsTest {
  private static final PublishedNetwork UNET =
      UNet2DConditionModel.of(TinyFolder.part("unet").json("config.json")).network();
  private static final AutoencoderKL AUTOENCODER =
      AutoencoderKL.of(TinyFolder.part("vae").json("config.json"));

  @TempDir Path folder;

  /** A checkpoint that holds just what networks need. */
  private static Checkpoint whole(PublishedNetwork... networks) {
    TreeMap<String, StoredTensor> tensors = new TreeMap<>();
    for (PublishedNetwork network : networks) {
      for (Weight weight : network.weights()) {
        tensors.put(
            weight.key(), new StoredTensor(Path.of("w"), StoredType.F32, weight.shape(), 0));
      }
    }
    return new Checkpoint(Path.of("w"), List.of(), tensors, new TreeSet<>());
  }

  private static String refusal(PublishedNetwork network, Checkpoint checkpoint) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> network.weights(checkpoint))
            .getMessage();
    String start = "w is no " + network.name() + " of this configuration: ";
    assertTrue(message.startsWith(start), message);
    return message.substring(start.length());
  }

  @Test
  void eachKeyThatIsMissingOrMisshapenOrNoWeightIsNamed() {
    for (PublishedNetwork network : List.of(UNET, AUTOENCODER.decoder())) {
      for (Weight weight : network.weights()) {
        String key = weight.key();
        Checkpoint broken = whole(network);
        broken.tensors().remove(key);
        assertEquals("missing: " + key, refusal(network, broken));
        broken.integers().add(key);
        assertEquals("missing: " + key + " (there as whole numbers)", refusal(network, broken));
        long[] other = {weight.size(), 1};
        broken.tensors().put(key, new StoredTensor(Path.of("w"), StoredType.F32, other, 0));
        String shapes = Arrays.toString(other) + " not " + Arrays.toString(weight.shape());
        assertEquals("of another shape: " + key + " " + shapes, refusal(network, broken));
      }
    }
  }

  @Test
  void aNetworkOfOtherSizesIsRefusedWithEveryKey() {
    PublishedNetwork other =
        UNet2DConditionModel.of(ReferenceCase.node(ReferenceCase.of("unet_sd15").config()))
            .network();
    Map<String, String> there = ReferenceCase.keys(other);
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    for (Weight weight : UNET.weights()) {
      String wanted = Arrays.toString(weight.shape());
      String found = there.remove(weight.key());
      if (found == null) {
        missing.add(weight.key());
      } else if (!found.equals(wanted)) {
        misshapen.add(weight.key() + " " + found + " not " + wanted);
      }
    }
    assertTrue(misshapen.contains("conv_in.weight [16, 4, 3, 3] not [8, 4, 3, 3]"));
    assertEquals(
        "missing: %s; of another shape: %s; left over: %s"
            .formatted(
                String.join(", ", missing),
                String.join(", ", misshapen),
                String.join(", ", there.keySet())),
        refusal(UNET, whole(other)));
  }

  @Test
  void halfOfAnAutoencoderIsNotEnough() {
    Checkpoint both = whole(AUTOENCODER.decoder(), AUTOENCODER.encoder());
    assertEquals(
        AUTOENCODER.decoder().weights().size(),
        AUTOENCODER.decoder().weights(both, AutoencoderKL::outsideDecoder).size());
    assertEquals(
        AUTOENCODER.encoder().weights().size(),
        AUTOENCODER.encoder().weights(both, AutoencoderKL::outsideEncoder).size());
    both.tensors().put("loss.logvar", both.tensors().get("quant_conv.bias"));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> AUTOENCODER.decoder().weights(both, AutoencoderKL::outsideDecoder))
            .getMessage();
    assertTrue(message.endsWith(": left over: loss.logvar"), message);
  }

  @Test
  void newNamesOfAttentionServeAsWellAsOldOnes() throws IOException {
    PublishedNetwork decoder = AUTOENCODER.decoder();
    TreeMap<String, Tensor.Floats> old =
        new TreeMap<>(Safetensors.read(weightsFile("vae")).tensors());
    TreeMap<String, Tensor.Floats> renamed = new TreeMap<>();
    Map<String, String> names =
        Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");
    old.forEach(
        (key, tensor) ->
            renamed.put(
                Arrays.stream(key.split("\\.", -1))
                    .map(part -> names.getOrDefault(part, part))
                    .reduce((a, b) -> a + "." + b)
                    .orElseThrow(),
                tensor));
    Tensor.Floats z = new Tensor.Floats(StatedWeights.input("z", 4 * 4 * 4), 1, 4, 4, 4);
    float[][] images = new float[2][];
    for (int i = 0; i < 2; i++) {
      Path file = folder.resolve(i + ".safetensors");
      new Safetensors(i == 0 ? old : renamed, Map.of()).write(file);
      try (TorchModule module =
          decoder.load(Checkpoint.of(file), AutoencoderKL::outsideDecoder, Precision.FLOAT32)) {
        images[i] = module.forward(z).get(0).data();
      }
    }
    assertTrue(old.containsKey("decoder.mid_block.attentions.0.query.weight"));
    assertTrue(renamed.containsKey("decoder.mid_block.attentions.0.to_q.weight"));
    assertArrayEquals(images[0], images[1]);
  }

  private static Path weightsFile(String part) {
    return TinyFolder.part(part).file(TinyFolder.STEM + ".safetensors");
  }

  /** Cut anywhere, the file is refused before a network sees it. */
  @Test
  void aFileThatIsCutShortIsRefusedWhereverItIsCut() throws IOException {
    byte[] whole = Files.readAllBytes(weightsFile("unet"));
    Path file = folder.resolve("w.safetensors");
    for (int part = 0; part < 40; part++) {
      Files.write(
          file, Arrays.copyOf(whole, part == 39 ? whole.length - 1 : whole.length * part / 40));
      RuntimeException e =
          assertThrows(RuntimeException.class, () -> Checkpoint.of(file), "cut " + part);
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
    }
  }
}
