package io.github.tiltbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.Json;
import io.github.tiltbench.diffusion.AncestralUnmasking;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.FirstHitting;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.network.MaskedTransformer;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.ResNet;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedNetworkTest {
  private static final List<String> WORDS =
      List.of("the", "lord's", "light", "went", ".", ",", MaskedNetwork.END);
  private static final MaskedTransformer NETWORK = new MaskedTransformer(7, 6, 8, 1, 2);
  private static final int MASK = 7;

  @TempDir private Path folder;

  private static SortedMap<String, Tensor.Floats> weights(Architecture architecture) {
    SplittableRandom random = new SplittableRandom(3);
    SortedMap<String, Tensor.Floats> weights = architecture.network().initialise(random);
    for (Tensor.Floats tensor : weights.values()) {
      for (int i = 0; i < tensor.data().length; i++) {
        tensor.data()[i] += (float) (0.5 * random.nextGaussian());
      }
    }
    return weights;
  }

  private NetworkWeights written(
      Architecture architecture, List<String> words, String spelling, List<String> classes)
      throws IOException {
    return written(architecture, words, spelling, classes, weights(architecture));
  }

  private NetworkWeights written(
      Architecture architecture,
      List<String> words,
      String spelling,
      List<String> classes,
      SortedMap<String, Tensor.Floats> weights)
      throws IOException {
    Map<String, String> notes =
        Map.of(MaskedNetwork.VOCABULARY, Json.canonical(words), MaskedNetwork.SPELLING, spelling);
    new TrainedNetwork(architecture, classes, notes, weights)
        .file()
        .write(folder.resolve(TrainedNetwork.FILE));
    return NetworkWeights.of(folder);
  }

  private MaskedNetwork model() throws IOException {
    return new MaskedNetwork(
        written(NETWORK, WORDS, "words", List.of()), new FirstHitting(), Optional.empty());
  }

  @Test
  void predictionsAreTheNetworksLogProbabilitiesAtMasksWhateverTheRowsBeside() throws IOException {
    MaskedNetwork model = model();
    int rows = 150; // more than one forward holds
    SplittableRandom random = new SplittableRandom(9);
    int[] states = new int[rows * 6];
    Arrays.setAll(states, i -> random.nextBoolean() ? MASK : random.nextInt(7));
    Arrays.fill(states, 6, 12, 3); // one without masks
    Batch.Tokens x = new Batch.Tokens(states, 6);
    int[] levels = new int[rows];
    try (Denoiser denoiser = model.open();
        TorchModule module = TorchModule.load(NETWORK.network().archive(weights(NETWORK)))) {
      Prediction.Logits all = (Prediction.Logits) denoiser.denoise(x, levels, null);
      assertEquals(rows, denoiser.odometer().nfe());
      double[] log = new double[7];
      for (int row : new int[] {0, 2, 63, 64, 149}) {
        long[] state = Arrays.stream(x.row(row)).asLongStream().toArray();
        for (int at = 0; at < 6; at++) {
          if (state[at] == MASK) {
            all.read(row, at, log);
            assertEquals(1, Arrays.stream(log).map(Math::exp).sum(), 1e-12);
            float[] logits =
                module
                    .forward(new Tensor.Longs(state, 1, 6), new Tensor.Longs(new long[] {at}, 1))
                    .get(0)
                    .data();
            assertEquals(logits[2] - logits[0], log[2] - log[0], 2e-5);
          }
        }
      }
      Prediction.Logits again = (Prediction.Logits) denoiser.denoise(x, levels, null);
      double[] same = new double[7];
      int at = 0;
      while (states[at] != MASK) {
        at++;
      }
      all.read(at / 6, at % 6, log);
      again.read(at / 6, at % 6, same);
      assertArrayEquals(log, same);
    }
  }

  @Test
  void aStateWithoutMasksNeedsNoForward() throws IOException {
    try (Denoiser denoiser = model().open()) {
      Batch.Tokens x = new Batch.Tokens(new int[] {0, 1, 2, 3, 4, 6}, 6);
      assertEquals(1, denoiser.denoise(x, new int[1], null).size());
    }
  }

  @Test
  void aPromptStandsFromStartToEndAndTextStopsBeforeTheEndToken() throws IOException {
    MaskedNetwork model = model();
    MaskedChain chain = model.reverse(new Condition("The lord's light,"));
    assertEquals(2, chain.steps());
    Seed seed = Seed.of(4, "p", 0);
    Batch x = chain.prior(20, seed.noise(Purpose.PRIOR, chain.steps()));
    try (Denoiser denoiser = model.open()) {
      for (int level = chain.steps(); level > 0; level--) {
        int[] levels = new int[20];
        Arrays.fill(levels, level);
        x =
            chain
                .law(x, level, denoiser.denoise(x, levels, null))
                .sample(seed.noise(Purpose.STEP, level));
      }
    }
    for (int row = 0; row < 20; row++) {
      int[] tokens = ((Batch.Tokens) x).row(row);
      assertArrayEquals(new int[] {0, 1, 2, 5}, Arrays.copyOf(tokens, 4));
      assertTrue(tokens[4] < MASK && tokens[5] < MASK);
    }
    String text = chain.space().vocabulary().text(new int[] {0, 1, 2, 5, 6, 3});
    assertEquals("the lord's light,", text);
    assertEquals(6, model.reverse().steps());
  }

  @Test
  void promptsThatItCannotSpellAreOneLine() throws IOException {
    MaskedNetwork model = model();
    assertEquals(Optional.empty(), model.mismatch("-"));
    assertEquals(Optional.empty(), model.mismatch("the light"));
    assertEquals(
        Optional.of("no token is 'lihgt'; did you mean 'light'?"), model.mismatch("the lihgt"));
    assertEquals(
        Optional.of("the fixed text has 6 tokens, which leaves none of 6 positions free"),
        model.mismatch("the the the the the the"));
  }

  @Test
  void otherWeightsAreRefusedInOneLine() throws IOException {
    NetworkWeights resnet =
        written(new ResNet(List.of(8), 1, 2), WORDS, "words", List.of("a", "b"));
    assertRefused(
        resnet,
        "path must be a folder with weights of a masked-transformer, which those of "
            + folder.resolve(TrainedNetwork.FILE)
            + " are not");
    assertRefused(
        written(NETWORK, WORDS.subList(1, 7), "words", List.of()),
        "path has a vocabulary of 6 tokens for a network of 7");
    assertRefused(
        written(NETWORK, WORDS, "letters", List.of()), "path has an unknown spelling: letters");
  }

  private static void assertRefused(NetworkWeights weights, String message) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class,
                () -> new MaskedNetwork(weights, new AncestralUnmasking(4), Optional.empty()))
            .getMessage());
  }

  @Test
  void missingAndMisshapenWeightsAreNamed() throws IOException {
    SortedMap<String, Tensor.Floats> missing = weights(NETWORK);
    missing.remove("b0_qkv_w");
    assertEquals("MaskedTransformer has 18 parameters, the weights 17", refusal(missing));
    SortedMap<String, Tensor.Floats> misshapen = weights(NETWORK);
    misshapen.put("head_w", new Tensor.Floats(new float[8], 1, 8));
    assertEquals(
        "MaskedTransformer needs a parameter head_w of another shape or has none",
        refusal(misshapen));
    SortedMap<String, Tensor.Floats> renamed = new TreeMap<>(weights(NETWORK));
    renamed.put("hat_w", renamed.remove("head_w"));
    assertEquals(
        "MaskedTransformer needs a parameter head_w of another shape or has none",
        refusal(renamed));
  }

  private String refusal(SortedMap<String, Tensor.Floats> weights) throws IOException {
    MaskedNetwork model =
        new MaskedNetwork(
            written(NETWORK, WORDS, "words", List.of(), weights),
            new FirstHitting(),
            Optional.empty());
    return assertThrows(IllegalArgumentException.class, model::open).getMessage();
  }
}
