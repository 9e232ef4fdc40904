package io.github.tiltbench.verifier.published;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TensorFile;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.image.Preprocessing;
import io.github.tiltbench.engine.published.transformer.Dinov2Config;
import io.github.tiltbench.engine.published.transformer.OriginalDinoWeights;
import io.github.tiltbench.engine.published.transformer.Positions;
import io.github.tiltbench.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference's small DINOv2, from folders as of transformers and of its authors. */
class DinoTest {
  @TempDir private Path folder;
  private SortedMap<String, Tensor.Floats> golden;
  private SortedMap<String, Tensor.Floats> weights;

  @BeforeEach
  void write() throws IOException {
    golden = TinyDino.golden();
    weights = TinyDino.weights();
    TinyDino.write(folder);
  }

  private Dino dino(Dino.Output output, Positions positions, int side) {
    return new Dino(
        DinoFolder.of(folder),
        Optional.empty(),
        positions,
        output,
        side,
        Preprocessing.CLIP_TENSOR,
        "{}",
        0,
        1);
  }

  private static double[] score(Dino spec, Batch.Reals states, Condition... conditions) {
    try (Verifier verifier = spec.open(new StateSpace.Euclidean(states.item()))) {
      return verifier.score(states, conditions);
    }
  }

  /** Two images; the reference's pixels are beyond black and white. */
  private Batch.Reals drawn(int side) {
    SplittableRandom random = new SplittableRandom(side);
    double[] data = random.doubles(2L * 3 * side * side).toArray();
    return new Batch.Reals(data, new int[] {3, side, side});
  }

  @ParameterizedTest
  @CsvSource({"20,SIZE", "12,SIZE", "12,SCALE_FACTOR"})
  void logProbabilitiesAreThoseOfTheLogits(int side, Positions positions) {
    Batch.Reals states = drawn(side);
    double sum = 0;
    double[] logits = new double[7];
    for (int label = 0; label < 7; label++) {
      Condition asked = new Condition(Integer.toString(label));
      logits[label] = score(dino(Dino.Output.LOGIT, positions, side), states, asked, asked)[0];
      sum += Math.exp(logits[label]);
    }
    Condition hen = new Condition("hen");
    double[] log = score(dino(Dino.Output.LOG_PROBABILITY, positions, side), states, hen, hen);
    assertEquals(logits[4] - Math.log(sum), log[0], 1e-9);
  }

  @Test
  void theNetworkGivesTheLogitsOfTheReference() {
    try (Shared<TorchModule> network = dino(Dino.Output.LOGIT, Positions.SIZE, 20).network()) {
      float[] found = network.get().forward(golden.get("in.pixel_values_20")).get(0).data();
      assertArrayEquals(golden.get("logits_20").data(), found, 1e-5f);
    }
  }

  @Test
  void gradientsAreSlopes() {
    for (Dino.Output output : Dino.Output.values()) {
      Dino spec = dino(output, Positions.SCALE_FACTOR, 12);
      Batch.Reals states = drawn(12);
      Condition[] asked = {new Condition("ray"), new Condition("cock")};
      double[] direction = new SplittableRandom(3).doubles(states.data().length, -1, 1).toArray();
      double step = 1e-3;
      try (Verifier verifier = spec.open(new StateSpace.Euclidean(states.item()))) {
        double[] up = verifier.score(moved(states, direction, step), asked);
        double[] down = verifier.score(moved(states, direction, -step), asked);
        double[] gradient = verifier.gradient(states, asked).gradient().data();
        int width = states.width();
        for (int row = 0; row < 2; row++) {
          double slope = 0;
          for (int i = row * width; i < (row + 1) * width; i++) {
            slope += gradient[i] * direction[i];
          }
          assertEquals((up[row] - down[row]) / (2 * step), slope, 2e-3 + 1e-3 * Math.abs(slope));
          assertTrue(Math.abs(slope) > 0.02, "flat: " + slope);
        }
      }
    }
  }

  /** Some values are at the ends of light and would be cut: the direction leaves them there. */
  private static Batch.Reals moved(Batch.Reals states, double[] direction, double step) {
    double[] data = states.data().clone();
    for (int i = 0; i < data.length; i++) {
      data[i] = Math.max(0, Math.min(1, data[i] + step * direction[i]));
    }
    return new Batch.Reals(data, states.item());
  }

  private Optional<TensorFile> head(String name, Tensor.Floats weight) throws IOException {
    SortedMap<String, Tensor.Floats> head = new TreeMap<>();
    head.put("weight", weight);
    head.put("bias", weights.get("classifier.bias"));
    TinyClip.save(folder, name, head);
    return Optional.of(TensorFile.of(folder.resolve(name)));
  }

  /** A classifier beside the model, the same as that in it, gives the same; gradients too. */
  @Test
  void aClassifierMayLieBesideTheModel() throws IOException {
    Condition[] asked = {new Condition("2"), new Condition("hen")};
    Optional<TensorFile> beside = head("head.safetensors", weights.get("classifier.weight"));
    Dino inside = of(folder, Optional.empty());
    Dino outside = of(folder, beside);
    StateSpace space = new StateSpace.Euclidean(drawn(20).item());
    try (Verifier one = inside.open(space);
        Verifier other = outside.open(space)) {
      Verifier.Gradient expected = one.gradient(drawn(20), asked);
      Verifier.Gradient found = other.gradient(drawn(20), asked);
      assertArrayEquals(expected.score(), found.score(), 1e-5);
      assertArrayEquals(expected.gradient().data(), found.gradient().data(), 1e-5);
    }
  }

  /** The authors' files have names of their own, no configuration and the classifier beside. */
  @Test
  void theOriginalDescribesItself() throws IOException {
    Path original = Files.createDirectory(folder.resolve("original"));
    TinyClip.save(original, "model.safetensors", OriginalDinoWeights.of(weights));
    Dinov2Config read = DinoFolder.of(original).config();
    // heads are 64 wide in what is published; the small model has four of eight
    assertEquals(new Dinov2Config(20, 4, 32, 1, 64, 2, false, 1e-6, List.of()), read);
    assertRefused(() -> of(original, Optional.empty()), "head is wanted, the file of a classifier");
    Optional<TensorFile> beside = head("head.safetensors", weights.get("classifier.weight"));
    Condition[] asked = {new Condition("2"), new Condition("3")};
    assertEquals(2, score(of(original, beside), drawn(20), asked).length);
  }

  /** The larger published classifiers see four layers, which this model does not have. */
  @Test
  void classifiersFitTheModel() throws IOException {
    Optional<TensorFile> four =
        head("four.safetensors", new Tensor.Floats(new float[7 * 160], 7, 160));
    assertRefused(() -> of(folder, four), "features of 4 layers are wanted of a network of 2");
    Optional<TensorFile> odd = head("odd.safetensors", new Tensor.Floats(new float[7 * 33], 7, 33));
    assertRefused(() -> of(folder, odd), "no classifier of the model: weight [classes, 64 or 160]");
  }

  private static void assertRefused(Supplier<?> opening, String part) {
    String fault = assertThrows(IllegalArgumentException.class, opening::get).getMessage();
    assertTrue(fault.contains(part) && fault.lines().count() == 1, fault);
  }

  private static Dino of(Path folder, Optional<TensorFile> head) {
    return new Dino(
        DinoFolder.of(folder),
        head,
        Positions.SIZE,
        Dino.Output.LOGIT,
        20,
        Preprocessing.CLIP_TENSOR,
        "{}",
        0,
        1);
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    assertRefused(
        () -> dino(Dino.Output.LOGIT, Positions.SIZE, 18),
        "side must be a multiple of 4, that of a patch, but is 18");
    Condition[] cat = {new Condition("cat"), new Condition("cat")};
    Dino spec = dino(Dino.Output.LOGIT, Positions.SIZE, 20);
    assertRefused(() -> score(spec, drawn(20), cat), "no class 'cat' among the 7");
    assertTrue(spec.mismatch("cat").orElseThrow().contains("no class 'cat' among the 7"));
    assertEquals(Optional.empty(), spec.mismatch("hen"));
    assertTrue(spec.mismatch("7").isPresent());
    weights.remove("dinov2.encoder.layer.1.layer_scale2.lambda1");
    TinyClip.save(folder, "model.safetensors", weights);
    assertRefused(
        () -> dino(Dino.Output.LOGIT, Positions.SIZE, 20),
        "missing: dinov2.encoder.layer.1.layer_scale2.lambda1");
  }
}
