package io.github.tiltbench.engine.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NetworksTest {
  private static final int SIDE = 8;

  static Stream<Architecture> tiny() {
    return Stream.of(
        new UNet(2, List.of(8, 16), List.of(1, 1), 16, 2, 3),
        new UNet(1, List.of(8, 8, 16), List.of(2, 1, 1), 16, 4, 3),
        new ResNet(List.of(8, 16), 1, 3),
        new Mixer(SIDE, 4, 8, 2, 8, 16, 3));
  }

  private static Tensor[] inputs(Architecture family, float[] x) {
    int rows = x.length / (SIDE * SIDE);
    Tensor images = new Tensor.Floats(x, rows, 1, SIDE, SIDE);
    if (!(family instanceof UNet)) {
      return new Tensor[] {images};
    }
    float[] t = new float[rows];
    long[] y = new long[rows];
    for (int row = 0; row < rows; row++) {
      t[row] = 100f * row;
      y[row] = row % 4;
    }
    return new Tensor[] {images, new Tensor.Floats(t, rows), new Tensor.Longs(y, rows)};
  }

  private static float[] noise(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static TorchModule load(Architecture family) {
    return TorchModule.load(
        family.network().archive(family.network().initialise(new SplittableRandom(5))));
  }

  @ParameterizedTest
  @MethodSource("tiny")
  void forwardIsDeterministicAndRowsAreIndependent(Architecture family) {
    float[] x = noise(4 * SIDE * SIDE, 1);
    try (TorchModule module = load(family)) {
      float[] y = module.forward(inputs(family, x)).get(0).data();
      assertArrayEquals(y, module.forward(inputs(family, x)).get(0).data());
      float[] alone = module.forward(inputs(family, Arrays.copyOf(x, SIDE * SIDE))).get(0).data();
      assertArrayEquals(Arrays.copyOf(y, alone.length), alone, 1e-5f);
    }
  }

  /** Weights laid out once give what training sees; a single row may be rounded otherwise. */
  @ParameterizedTest
  @MethodSource("tiny")
  void whatIsLoadedToRunGivesWhatIsTrained(Architecture family) {
    Network network = family.network();
    Map<String, Tensor.Floats> weights = network.initialise(new SplittableRandom(5));
    try (TorchModule trained = TorchModule.load(network.archive(weights));
        TorchModule running = network.load(weights, Precision.FLOAT32)) {
      for (int rows : new int[] {1, 2, 5}) {
        Tensor[] inputs = inputs(family, noise(rows * SIDE * SIDE, 1));
        float[] expected = trained.forward(inputs).get(0).data();
        float[] found = running.forward(inputs).get(0).data();
        assertArrayEquals(expected, found, rows == 1 ? 1e-5f : 0);
        float[] cotangent = noise(expected.length, 2);
        try (TorchModule.Trace one = trained.trace(inputs);
            TorchModule.Trace other = running.trace(inputs)) {
          assertArrayEquals(one.output().data(), other.output().data());
          assertArrayEquals(one.pullback(cotangent).data(), other.pullback(cotangent).data());
        }
      }
    }
  }

  /** Elsewhere the engine has no oneDNN, and runs what is trained. */
  @ParameterizedTest
  @CsvSource({"amd64, true", "x86_64, true", "aarch64, false"})
  void weightsAreLaidOutWhereTheEngineHasOneDnn(String processor, boolean laid) {
    Network network = new ResNet(List.of(8, 16), 1, 3).network();
    byte[] archive =
        network.inferring(
            network.initialise(new SplittableRandom(5)),
            Precision.FLOAT32,
            Network.hasOneDnn(processor));
    assertEquals(laid, new String(archive, StandardCharsets.ISO_8859_1).contains("mkldnn"));
  }

  @Test
  void weightsInSinglePrecisionAreNotKeptBesideThoseInAnother() {
    Network network = new ResNet(List.of(8, 16), 1, 3).network();
    Map<String, Tensor.Floats> weights = network.initialise(new SplittableRandom(5));
    try (TorchModule module = network.load(weights, Precision.BFLOAT16)) {
      assertEquals(0, module.liveArrays());
    }
  }

  /** Rounding to 8 bits moves values and slopes by some hundredths, and by no more. */
  @Test
  void aUNetComputesInThePrecisionAskedFor() {
    Architecture family = new UNet(2, List.of(8, 16), List.of(1, 1), 16, 2, 3);
    Map<String, Tensor.Floats> weights = family.network().initialise(new SplittableRandom(5));
    float[] x = noise(4 * SIDE * SIDE, 1);
    float[] direction = noise(x.length, 2);
    List<float[]> all = new ArrayList<>();
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
      try (TorchModule module = family.network().load(weights, precision);
          TorchModule.Trace trace = module.trace(inputs(family, x))) {
        float[] value = module.forward(inputs(family, x)).get(0).data();
        assertArrayEquals(value, trace.output().data(), 1e-6f);
        all.add(value);
        all.add(trace.pullback(direction).data());
      }
    }
    for (int i = 0; i < 2; i++) {
      double off = distance(all.get(i), all.get(i + 2)) / norm(all.get(i));
      assertTrue(off > 1e-4 && off < 0.05, i + ": " + off);
    }
  }

  private static double norm(float[] a) {
    return distance(a, new float[a.length]);
  }

  private static double distance(float[] a, float[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(squares);
  }

  @ParameterizedTest
  @MethodSource("tiny")
  void pullbackAgreesWithFiniteDifferences(Architecture family) {
    float[] x = noise(2 * SIDE * SIDE, 1);
    float[] direction = noise(x.length, 2);
    try (TorchModule module = load(family)) {
      float[] y = module.forward(inputs(family, x)).get(0).data();
      float[] cotangent = noise(y.length, 3);
      double slope;
      try (TorchModule.Trace trace = module.trace(inputs(family, x))) {
        assertArrayEquals(y, trace.output().data(), 1e-5f);
        slope = dot(trace.pullback(cotangent).data(), direction);
      }
      double step = 1e-2;
      double above = along(module, family, x, direction, step, cotangent);
      double below = along(module, family, x, direction, -step, cotangent);
      // Central differences: the cubic term and float rounding over the step, both below 1 %.
      assertEquals((above - below) / (2 * step), slope, 1e-2 * Math.max(1, Math.abs(slope)));
    }
  }

  private static double along(
      TorchModule module,
      Architecture family,
      float[] x,
      float[] direction,
      double step,
      float[] cotangent) {
    float[] moved = x.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (step * direction[i]);
    }
    return dot(module.forward(inputs(family, moved)).get(0).data(), cotangent);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void classifiersGiveLogProbabilities() {
    for (Architecture family :
        List.of(new ResNet(List.of(8), 1, 3), new Mixer(8, 4, 8, 1, 8, 8, 3))) {
      try (TorchModule module = load(family)) {
        float[] log = module.forward(inputs(family, noise(SIDE * SIDE, 1))).get(0).data();
        double sum = 0;
        for (float l : log) {
          sum += Math.exp(l);
        }
        assertEquals(1, sum, 1e-6);
      }
    }
  }

  @Test
  void timeAndClassSteerTheUnet() {
    UNet family = new UNet(2, List.of(8, 16), List.of(1, 1), 16, 2, 3);
    float[] one = noise(SIDE * SIDE, 1);
    float[] x = Arrays.copyOf(one, 3 * one.length);
    System.arraycopy(one, 0, x, one.length, one.length);
    System.arraycopy(one, 0, x, 2 * one.length, one.length);
    try (TorchModule module = load(family)) {
      float[] y =
          module
              .forward(
                  new Tensor.Floats(x, 3, 1, SIDE, SIDE),
                  new Tensor.Floats(new float[] {10, 10, 900}, 3),
                  new Tensor.Longs(new long[] {0, 3, 0}, 3))
              .get(0)
              .data();
      assertTrue(Math.abs(y[0] - y[one.length]) > 1e-6);
      assertTrue(Math.abs(y[0] - y[2 * one.length]) > 1e-6);
    }
  }

  @Test
  void aWeightsFileDescribesItself(@TempDir Path folder) throws IOException {
    Architecture family = new ResNet(List.of(8, 16), 1, 3);
    TrainedNetwork trained =
        new TrainedNetwork(
            family,
            List.of("a", "b", "c"),
            Map.of(TrainedNetwork.ITEM, "1,8,8"),
            family.network().initialise(new SplittableRandom(1)));
    trained.file().write(folder.resolve(TrainedNetwork.FILE));
    TrainedNetwork read = NetworkWeights.of(folder).open();
    assertEquals(family, read.architecture());
    assertEquals(trained.labels(), read.labels());
    assertArrayEquals(new int[] {1, 8, 8}, read.item());
    Tensor[] inputs = inputs(family, noise(SIDE * SIDE, 1));
    try (TorchModule before = trained.load();
        TorchModule after = read.load()) {
      assertArrayEquals(before.forward(inputs).get(0).data(), after.forward(inputs).get(0).data());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"kind\":\"resnet\",\"widths\":[8,16],\"blocks\":1} | 1:1: resnet needs classes",
        "{\"kind\":\"resnet\",\"widths\":[8,16],\"blocks\":1,\"classes\":\"many\"} | 1:55: classes must"
            + " be a whole number, not 'many'",
        "{\"kind\":\"vgg\"} | 1:9: unknown architecture 'vgg'; known: masked-transformer, mixer, resnet, unet",
        "{\"kind\":\"resnet\",\"widths\":[8,12],\"blocks\":1,\"classes\":3} | 1:18: widths must be a"
            + " multiple of 8 but is 12",
        "{\"kind\":\"resnet\",\"widths\":[],\"blocks\":1,\"classes\":3} | 1:18: widths must not be empty",
        "{\"kind\":\"resnet\",\"widths\":[8],\"blocks\":2000000000,\"classes\":3} | 1:31: blocks must be"
            + " from 1 to 65536 but is 2000000000",
        "{\"kind\":\"mixer\",\"side\":28,\"patch\":0,\"width\":8,\"depth\":1,\"tokenHidden\":8,"
            + "\"featureHidden\":8,\"classes\":3} | 1:27: patch must be from 1 to 65536 but is 0",
        "{\"kind\":\"mixer\",\"side\":28,\"patch\":4,\"width\":8,\"depth\":1,\"tokenHidden\":-8,"
            + "\"featureHidden\":8,\"classes\":3} | 1:57: token_hidden must be from 1 to 65536 but is"
            + " -8",
        "{\"kind\":\"unet\",\"patch\":2,\"widths\":[8],\"blocks\":[1,1],\"embedding\":8,\"heads\":2,"
            + "\"classes\":3} | 1:39: blocks must be as many as widths",
        "{\"kind\":\"unet\",\"patch\":2,\"widths\":[8],\"blocks\":[1],\"embedding\":8,\"heads\":3,"
            + "\"classes\":3} | 1:66: heads must divide the last of widths but is 3",
        "{\"kind\":\"resnet\", | 1:18: not JSON: a key in quotes is wanted here, not the end",
        "[] | 1:1: architecture must be a mapping, not a list",
        "null | 1:1: architecture has no value",
      })
  void architecturesAreReadStrictly(String json, String problem) {
    assertEquals(
        "weights (architecture):" + problem,
        assertThrows(ConfigException.class, () -> Architecture.of("weights (architecture)", json))
            .getMessage());
  }

  @ParameterizedTest
  @MethodSource("tiny")
  void anArchitectureComesBackAsItWas(Architecture family) {
    assertEquals(family, Architecture.of("weights", family.json()));
  }

  @Test
  void theMetadataOfWeightsStayAsTheyWere() {
    assertEquals(
        "{\"kind\":\"mixer\",\"side\":28,\"patch\":4,\"width\":96,\"depth\":4,\"tokenHidden\":96,"
            + "\"featureHidden\":192,\"classes\":10}",
        new Mixer(28, 4, 96, 4, 96, 192, 10).json());
    assertEquals(
        "{\"kind\":\"resnet\",\"widths\":[32,64],\"blocks\":2,\"classes\":10}",
        new ResNet(List.of(32, 64), 2, 10).json());
  }

  @Test
  void weightsOfAnotherArchitectureAreRefused() {
    Network small = new ResNet(List.of(8), 1, 3).network();
    Network large = new ResNet(List.of(16), 1, 3).network();
    assertThrows(
        IllegalArgumentException.class,
        () -> large.archive(small.initialise(new SplittableRandom(1))));
  }
}
