package io.github.tiltbench.verifier.published;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TensorFile;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.image.Preprocessing;
import io.github.tiltbench.engine.published.transformer.ClipNames;
import io.github.tiltbench.engine.text.TokenizerFolder;
import io.github.tiltbench.engine.text.Tokens;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Rewards of a small CLIP model from its folder. */
class TowerRewardTest {
  private static final int[] COLOUR = {3, 20, 20};
  private static final int[] GREY = {1, 20, 20};
  private static final String TEXT = "a photo of a cat";

  @TempDir private Path folder;
  private ClipFolder clip;

  @BeforeEach
  void write() throws IOException {
    clip = ClipFolder.of(TinyClip.write(folder.resolve("clip")));
  }

  private ClipScore clipScore(ClipScore.Scale scale, Preprocessing preprocessing) {
    return new ClipScore(
        clip, Optional.empty(), scale, preprocessing, "a photo of a {}", Map.of(), -1, 1);
  }

  private static Batch.Reals images(int rows, int[] item, double spread) {
    SplittableRandom random = new SplittableRandom(rows);
    double[] data = new double[rows * Batch.volume(item)];
    Arrays.setAll(data, i -> random.nextDouble(-spread, spread));
    return new Batch.Reals(data, item);
  }

  private static Condition[] conditions(int rows) {
    Condition[] conditions = new Condition[rows];
    List<String> asked = List.of("cat", "dog", "the end"); // three: parts have even sizes
    Arrays.setAll(conditions, i -> new Condition(asked.get(i % 3)));
    return conditions;
  }

  private static Batch.Reals part(Batch.Reals all, int from, int to) {
    int width = all.width();
    return new Batch.Reals(Arrays.copyOfRange(all.data(), from * width, to * width), all.item());
  }

  private static StateSpace space(int[] item) {
    return new StateSpace.Euclidean(item);
  }

  private static double[] score(VerifierSpec spec, Batch.Reals images, Condition... conditions) {
    try (Verifier verifier = spec.open(space(images.item()))) {
      return verifier.score(images, conditions);
    }
  }

  /** The unit vectors of an image and a text, computed by the networks alone. */
  private double cosine(double[] light, Preprocessing preprocessing, String text) {
    Predicate<String> others = key -> !ClipNames.TRANSFORMERS.ofImages(key);
    float[] pixels = preprocessing.pixels(20, 20, TinyClip.SIDE).of(light);
    Tokens tokens = clip.tokenizer().orElseThrow().tokenizer().encode(text);
    try (TorchModule images =
            TinyClip.IMAGES
                .network(ClipNames.TRANSFORMERS)
                .load(clip.checkpoint(), others, Precision.FLOAT32);
        TorchModule texts =
            TinyClip.TEXT
                .network()
                .load(
                    clip.checkpoint(),
                    others.negate().or("logit_scale"::equals),
                    Precision.FLOAT32)) {
      float[] v =
          images
              .forward(new Tensor.Floats(pixels, 1, 3, TinyClip.SIDE, TinyClip.SIDE))
              .get(0)
              .data();
      float[] t =
          texts
              .forward(
                  new Tensor.Longs(tokens.ids(), 1, 77),
                  new Tensor.Longs(new long[] {tokens.end()}, 1))
              .get(3)
              .data();
      return dot(v, t) / Math.sqrt(dot(v, v) * dot(t, t));
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(Preprocessing.class)
  void theScoreIsTheCosineOfTheTowers(Preprocessing preprocessing) {
    Batch.Reals image = images(1, COLOUR, 1.2);
    double[] light =
        Arrays.stream(image.data()).map(x -> Math.max(0, Math.min(1, (x + 1) / 2))).toArray();
    double expected = cosine(light, preprocessing, TEXT);
    double found =
        score(clipScore(ClipScore.Scale.COSINE, preprocessing), image, new Condition("cat"))[0];
    assertEquals(expected, found, 1e-6);
    assertEquals(
        preprocessing.differentiable(),
        clipScore(ClipScore.Scale.COSINE, preprocessing).differentiable());
  }

  @Test
  void scalesAreMultiplesOfTheCosine() {
    Batch.Reals images = images(6, COLOUR, 1);
    double[] cosine =
        score(clipScore(ClipScore.Scale.COSINE, Preprocessing.CLIP_8BIT), images, conditions(6));
    double[] percent =
        score(clipScore(ClipScore.Scale.PERCENT, Preprocessing.CLIP_8BIT), images, conditions(6));
    double[] hessel =
        score(clipScore(ClipScore.Scale.HESSEL, Preprocessing.CLIP_8BIT), images, conditions(6));
    double[] logit = score(pick(PickScore.Scale.LOGIT), images, conditions(6));
    double[] pick = score(pick(PickScore.Scale.COSINE), images, conditions(6));
    double[] hps = score(hps("2.1", Hps.Scale.PERCENT), images, conditions(6));
    for (int i = 0; i < 6; i++) {
      assertTrue(cosine[i] > 0.1, Arrays.toString(cosine));
      assertEquals(100 * cosine[i], percent[i], 1e-10);
      assertEquals(2.5 * cosine[i], hessel[i], 1e-12);
      assertEquals(cosine[i], pick[i], 1e-12);
      assertEquals(Math.exp(TinyClip.LOGIT_SCALE) * cosine[i], logit[i], 1e-6);
      assertEquals(100 * cosine[i], hps[i], 1e-10);
    }
  }

  /** Hessel's score has neither value nor slope where image and text disagree. */
  @Test
  void hesselsScoreIsAtLeastZero() throws IOException {
    SortedMap<String, Tensor.Floats> weights = TinyClip.weights();
    TinyClip.negate(weights, TinyClip.PROJECTION_KEY);
    TinyClip.save(folder.resolve("clip"), "model.safetensors", weights);
    clip = ClipFolder.of(folder.resolve("clip"));
    Batch.Reals images = images(2, COLOUR, 1);
    double[] cosine =
        score(clipScore(ClipScore.Scale.COSINE, Preprocessing.CLIP_TENSOR), images, conditions(2));
    assertTrue(cosine[0] < -0.1 && cosine[1] < -0.1, Arrays.toString(cosine));
    ClipScore hessel = clipScore(ClipScore.Scale.HESSEL, Preprocessing.CLIP_TENSOR);
    try (Verifier verifier = hessel.open(space(COLOUR))) {
      Verifier.Gradient gradient = verifier.gradient(images, conditions(2));
      assertArrayEquals(new double[2], gradient.score());
      assertArrayEquals(new double[images.data().length], gradient.gradient().data(), 0);
    }
  }

  private PickScore pick(PickScore.Scale scale) {
    return new PickScore(
        clip, Optional.empty(), scale, Preprocessing.CLIP_8BIT, "a photo of a {}", Map.of(), -1, 1);
  }

  private Hps hps(String version, Hps.Scale scale) {
    return new Hps(
        clip,
        Optional.empty(),
        version,
        scale,
        Preprocessing.CLIP_8BIT,
        "a photo of a {}",
        Map.of(),
        -1,
        1);
  }

  /** Rows keep their order, and are what they are alone: 11 rows go in parts of eight. */
  @Test
  void rowsAreIndependentOfTheirCompany() {
    ClipScore spec = clipScore(ClipScore.Scale.COSINE, Preprocessing.CLIP_TENSOR);
    Batch.Reals images = images(11, COLOUR, 1);
    Condition[] conditions = conditions(11);
    try (Verifier verifier = spec.open(space(COLOUR))) {
      double[] together = verifier.score(images, conditions);
      Verifier.Gradient gradient = verifier.gradient(images, conditions);
      assertArrayEquals(together, gradient.score(), 1e-6);
      for (int i = 0; i < 11; i++) {
        Batch.Reals one = part(images, i, i + 1);
        assertEquals(verifier.score(one, new Condition[] {conditions[i]})[0], together[i], 1e-6);
        Verifier.Gradient alone = verifier.gradient(one, new Condition[] {conditions[i]});
        double[] own = part(gradient.gradient(), i, i + 1).data();
        assertArrayEquals(alone.gradient().data(), own, 1e-6);
      }
      assertNotEquals(together[0], together[1], 1e-3);
      assertTrue(verifier.batched());
    }
  }

  /** Along a random direction, for each preprocessing that has a gradient, grey and in colour. */
  @ParameterizedTest
  @CsvSource({
    "CLIP_TENSOR,3",
    "CLIP_TENSOR,1",
    "CLIP_TENSOR_ANTIALIASED,3",
    "HPS,3",
    "HPS_ALIASED,1"
  })
  void gradientsAreSlopes(Preprocessing preprocessing, int channels) {
    int[] item = {channels, 20, 20};
    for (ClipScore.Scale scale : ClipScore.Scale.values()) {
      assertSlope(
          clipScore(scale, preprocessing), item, scale == ClipScore.Scale.PERCENT ? 100 : 1);
    }
  }

  private static void assertSlope(VerifierSpec spec, int[] item, double size) {
    Batch.Reals images = images(3, item, 0.8);
    Condition[] conditions = conditions(3);
    SplittableRandom random = new SplittableRandom(9);
    double[] direction = random.doubles(images.data().length, -1, 1).toArray();
    double step = 0.005;
    try (Verifier verifier = spec.open(space(item))) {
      Verifier.Gradient gradient = verifier.gradient(images, conditions);
      double[] up = verifier.score(moved(images, direction, step), conditions);
      double[] down = verifier.score(moved(images, direction, -step), conditions);
      int width = images.width();
      for (int row = 0; row < 3; row++) {
        double slope = 0;
        for (int i = row * width; i < (row + 1) * width; i++) {
          slope += gradient.gradient().data()[i] * direction[i];
        }
        // rounding gives 1e-7 / step, curvature step^2 times the slope
        assertEquals((up[row] - down[row]) / (2 * step), slope, 2e-4 * size);
      }
      double most = Arrays.stream(gradient.gradient().data()).map(Math::abs).max().orElseThrow();
      assertTrue(most > 5e-4 * size, "flat: " + most);
    }
  }

  private static Batch.Reals moved(Batch.Reals images, double[] direction, double step) {
    double[] data = images.data().clone();
    for (int i = 0; i < data.length; i++) {
      data[i] += step * direction[i];
    }
    return new Batch.Reals(data, images.item());
  }

  /** A value beyond black or white is the end, and pulls nowhere. */
  @Test
  void valuesOutsideTheRangeAreItsEnds() {
    ClipScore spec = clipScore(ClipScore.Scale.COSINE, Preprocessing.CLIP_TENSOR);
    Batch.Reals image = images(1, COLOUR, 1);
    image.data()[0] = 3;
    Batch.Reals ended = new Batch.Reals(image.data().clone(), COLOUR);
    ended.data()[0] = 1;
    Condition[] cat = conditions(1);
    assertArrayEquals(score(spec, ended, cat), score(spec, image, cat));
    try (Verifier verifier = spec.open(space(COLOUR))) {
      assertEquals(0, verifier.gradient(image, cat).gradient().data()[0]);
      assertNotEquals(0, verifier.gradient(ended, cat).gradient().data()[0]);
    }
  }

  /** The adapter: other ends of the range, and grey for three equal channels. */
  @Test
  void statesBecomeLightAsTheRewardSays() {
    Batch.Reals grey = images(1, GREY, 1);
    double[] three = new double[1200];
    Arrays.setAll(three, i -> 255 * (1 - (grey.data()[i % 400] + 1) / 2));
    ClipScore negative =
        new ClipScore(
            clip,
            Optional.empty(),
            ClipScore.Scale.COSINE,
            Preprocessing.CLIP_TENSOR,
            TEXT,
            Map.of(),
            255,
            0);
    double expected =
        score(clipScore(ClipScore.Scale.COSINE, Preprocessing.CLIP_TENSOR), grey, conditions(1))[0];
    assertEquals(
        expected, score(negative, new Batch.Reals(three, COLOUR), Condition.NONE)[0], 1e-6);
    assertEquals(
        "black and white must be two numbers but are 1.0 and 1.0",
        assertThrows(IllegalArgumentException.class, () -> Pixels.check(1, 1)).getMessage());
  }

  @Test
  void onlyImagesAreScored() {
    ClipScore spec = clipScore(ClipScore.Scale.COSINE, Preprocessing.CLIP_TENSOR);
    assertEquals(Optional.empty(), spec.mismatch(space(GREY)));
    assertTrue(spec.mismatch(space(new int[] {2, 20, 20})).isPresent());
    assertTrue(spec.mismatch(space(new int[] {400})).isPresent());
    assertEquals(
        Optional.of("it takes square images, not 20 x 30"),
        spec.mismatch(space(new int[] {3, 20, 30})));
  }

  @Test
  void aStateThatIsNoNumberHasNoScore() {
    Batch.Reals images = images(2, COLOUR, 1);
    images.data()[1300] = Double.NaN;
    double[] scores =
        score(clipScore(ClipScore.Scale.COSINE, Preprocessing.CLIP_8BIT), images, conditions(2));
    assertFalse(Double.isNaN(scores[0]));
    assertTrue(Double.isNaN(scores[1]));
  }

  /** Three rewards of one folder hold one tower of images and one of texts, each text once. */
  @Test
  void oneTowerServesAllRewardsThatNameIt() throws IOException {
    Path head = TinyClip.writeHead(folder.resolve("head.safetensors"), 0, 2, 4, 6, 7);
    Aesthetic aesthetic =
        new Aesthetic(clip, TensorFile.of(head), Preprocessing.CLIP_TENSOR, -1, 1);
    ClipScore again = clipScore(ClipScore.Scale.PERCENT, Preprocessing.CLIP_8BIT);
    Batch.Reals images = images(4, COLOUR, 1);
    assertEquals(0, Shared.open());
    Verifier guide =
        clipScore(ClipScore.Scale.COSINE, Preprocessing.CLIP_TENSOR).open(space(COLOUR));
    try (Verifier table = again.open(space(COLOUR));
        Verifier beauty = aesthetic.open(space(COLOUR));
        Shared<TextEncoder> texts = clip.texts(Optional.empty())) {
      assertEquals(2, Shared.open());
      guide.score(images, conditions(4));
      table.score(images, conditions(4));
      double[] before = beauty.score(images, conditions(4));
      assertEquals(3, texts.get().embedded());
      guide.close();
      guide.close(); // twice counts once
      assertArrayEquals(before, beauty.score(images, conditions(4)));
    }
    assertEquals(0, Shared.open());
    assertEquals(aesthetic.family(), again.family());
    assertEquals(Set.of(again.family(), PickScore.TUNED), pick(PickScore.Scale.COSINE).families());
  }

  @Test
  void textsAreThoseOfTheStudy() {
    Map<String, String> own = Map.of("dog", "the end");
    Wording wording = new Wording("a photo of a {}", own);
    assertEquals("a photo of a cat", wording.of(new Condition("cat")));
    assertEquals("the end", wording.of(new Condition("dog")));
    assertEquals("a cat", new Wording("a cat", Map.of()).of(Condition.NONE));
    String fault =
        assertThrows(IllegalArgumentException.class, () -> wording.of(Condition.NONE)).getMessage();
    assertTrue(fault.startsWith("it reads what a sample was asked to be; "), fault);
    assertThrows(IllegalArgumentException.class, () -> Wording.check(" "));
  }

  /** The score of five layers, one after the other; its odd part is linear in the embedding. */
  @Test
  void linearLayersAreOneAffineMap() throws IOException {
    TensorFile file =
        TensorFile.of(TinyClip.writeHead(folder.resolve("head.safetensors"), 0, 2, 4, 6, 7));
    SortedMap<String, Tensor.Floats> layers = file.open().tensors();
    SplittableRandom random = new SplittableRandom(4);
    float[] e = new float[TinyClip.PROJECTION];
    float[] opposite = new float[e.length];
    for (int i = 0; i < e.length; i++) {
      e[i] = (float) random.nextDouble(-1, 1);
      opposite[i] = -e[i];
    }
    double[] h = new double[e.length];
    Arrays.setAll(h, i -> e[i]);
    for (int layer : new int[] {0, 2, 4, 6, 7}) {
      float[] w = layers.get("layers." + layer + ".weight").data();
      float[] b = layers.get("layers." + layer + ".bias").data();
      double[] x = h;
      h = new double[b.length];
      for (int i = 0; i < b.length; i++) {
        h[i] = b[i];
        for (int j = 0; j < x.length; j++) {
          h[i] += w[i * x.length + j] * x[j];
        }
      }
    }
    AffineHead head = AffineHead.of(file, TinyClip.PROJECTION);
    assertEquals(h[0], head.score(e, Condition.NONE), 1e-12);
    assertEquals(
        head.score(e, Condition.NONE) - head.bias(),
        head.bias() - head.score(opposite, Condition.NONE),
        1e-12);
    float[] weight = head.slope(e, Condition.NONE);
    assertEquals(dot(weight, e) + head.bias(), head.score(e, Condition.NONE), 1e-6);
  }

  /** The first version: one linear layer. */
  @Test
  void oneLinearLayerIsAHeadToo() throws IOException {
    Path file = folder.resolve("v1.safetensors");
    SortedMap<String, Tensor.Floats> head = new TreeMap<>();
    head.put("weight", new Tensor.Floats(new float[] {2, -1, 0.5f}, 1, 3));
    head.put("bias", new Tensor.Floats(new float[] {5}, 1));
    new Safetensors(head, Map.of()).write(file);
    AffineHead read = AffineHead.of(TensorFile.of(file), 3);
    assertEquals(5 + 2 - 3 + 4, read.score(new float[] {1, 3, 8}, Condition.NONE));
    head.put("more", new Tensor.Floats(new float[] {5}, 1));
    new Safetensors(head, Map.of()).write(file);
    TensorFile more = TensorFile.of(file);
    assertThrows(IllegalArgumentException.class, () -> AffineHead.of(more, 3));
  }

  @Test
  void theAestheticScoreIsTheHeadOfTheUnitEmbedding() throws IOException {
    Path file = TinyClip.writeHead(folder.resolve("head.safetensors"), 0, 2, 4, 6, 7);
    Aesthetic spec = new Aesthetic(clip, TensorFile.of(file), Preprocessing.CLIP_TENSOR, -1, 1);
    assertSlope(spec, COLOUR, 1);
    AffineHead head = AffineHead.of(TensorFile.of(file), TinyClip.PROJECTION);
    Batch.Reals image = images(1, COLOUR, 1);
    double[] light = Arrays.stream(image.data()).map(x -> (x + 1) / 2).toArray();
    float[] pixels = Preprocessing.CLIP_TENSOR.pixels(20, 20, TinyClip.SIDE).of(light);
    try (Shared<TorchModule> tower = clip.images()) {
      float[] e =
          tower
              .get()
              .forward(new Tensor.Floats(pixels, 1, 3, TinyClip.SIDE, TinyClip.SIDE))
              .get(0)
              .data();
      assertEquals(1, dot(e, e), 1e-6);
      assertEquals(head.score(e, Condition.NONE), score(spec, image, Condition.NONE)[0], 1e-9);
    }
  }

  /** Another folder of the same tower of images, under open_clip's names. */
  @Test
  void openClipsFolderIsReadToo() throws IOException {
    ClipFolder open = ClipFolder.of(TinyClip.writeOpen(folder.resolve("open")));
    assertEquals(ClipNames.OPENAI, open.names());
    TensorFile head =
        TensorFile.of(TinyClip.writeHead(folder.resolve("head.safetensors"), 0, 2, 4, 6, 7));
    Batch.Reals images = images(3, COLOUR, 1);
    double[] expected =
        score(new Aesthetic(clip, head, Preprocessing.CLIP_8BIT, -1, 1), images, conditions(3));
    double[] found =
        score(new Aesthetic(open, head, Preprocessing.CLIP_8BIT, -1, 1), images, conditions(3));
    assertArrayEquals(expected, found, 1e-6);
    TokenizerFolder tokenizer = TokenizerFolder.of(TinyClip.tokenizer());
    Hps spec =
        new Hps(
            open,
            Optional.of(tokenizer),
            "2.0",
            Hps.Scale.COSINE,
            Preprocessing.HPS,
            "{}",
            Map.of(),
            -1,
            1);
    assertSlope(spec, COLOUR, 1);
  }
}
