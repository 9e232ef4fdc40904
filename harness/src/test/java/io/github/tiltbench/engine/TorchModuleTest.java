package io.github.tiltbench.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchModuleTest {
  /** y_i = w_i x_i^2 + shift. */
  private static Archive square() {
    return new Archive("Square")
        .parameter("w", new Tensor.Floats(new float[] {1, 2, 3}, 3))
        .buffer("shift", new Tensor.Floats(new float[] {10}))
        .method(
            "forward",
            "x: Tensor",
            "Tensor",
            "    v0 = torch.mul(self.w, torch.mul(x, x))\n    return torch.add(v0, self.shift)\n");
  }

  private static Tensor.Floats vector(float... values) {
    return new Tensor.Floats(values, values.length);
  }

  @Test
  void anArchiveWrittenHereLoadsAndComputes() {
    assertArrayEquals(square().bytes(), square().bytes());
    try (TorchModule module = TorchModule.load(square().bytes())) {
      Tensor.Floats y = module.forward(vector(1, 2, 3)).get(0);
      assertArrayEquals(new float[] {11, 18, 37}, y.data());
      assertArrayEquals(new long[] {3}, y.shape());
    }
  }

  @Test
  void anArchiveFileLoadsLikewise(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("Square.pt"), square().bytes());
    try (TorchModule module = TorchModule.load(file);
        TorchModule.Trace trace = module.trace(vector(1, 2, 3))) {
      assertArrayEquals(new float[] {11, 18, 37}, module.forward(vector(1, 2, 3)).get(0).data());
      assertArrayEquals(new float[] {2, 8, 18}, trace.pullback(new float[] {1, 1, 1}).data());
    }
    assertThrows(IllegalArgumentException.class, () -> TorchModule.load(folder.resolve("none")));
  }

  @Test
  void anArchiveFromElsewhereIsLoadedFromTheBytesThatWereChecked(@TempDir Path folder)
      throws Exception {
    Path file = Files.write(folder.resolve("Square.pt"), square().bytes());
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(square().bytes());
    TrustedArchive archive = new TrustedArchive(file, HexFormat.of().formatHex(digest));
    try (TorchModule module = archive.load()) {
      assertArrayEquals(new float[] {11, 18, 37}, module.forward(vector(1, 2, 3)).get(0).data());
    }
    byte[] other = square().bytes();
    other[other.length - 1] ^= 1;
    Files.write(file, other);
    String message = assertThrows(IllegalArgumentException.class, archive::load).getMessage();
    assertTrue(message.startsWith("sha256 of " + file + " is "), message);
  }

  /** While a large archive is copied, checked and loaded, somebody puts another in its place. */
  @Test
  void anArchiveSwappedBehindTheCheckIsNotLoaded(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("Square.pt"), square().bytes());
    byte[] evil =
        new Archive("Square")
            .method("forward", "x: Tensor", "Tensor", "    return torch.neg(x)\n")
            .bytes();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(square().bytes());
    TrustedArchive archive = new TrustedArchive(file, HexFormat.of().formatHex(digest));
    Path good = Files.write(folder.resolve("good"), square().bytes());
    Path bad = Files.write(folder.resolve("bad"), evil);
    AtomicBoolean stop = new AtomicBoolean();
    Thread swapper =
        new Thread(
            () -> {
              try {
                for (int i = 0; !stop.get(); i++) {
                  Path link =
                      Files.createSymbolicLink(folder.resolve("l"), i % 2 == 0 ? bad : good);
                  Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    swapper.start();
    int loaded = 0;
    try {
      for (int i = 0; i < 300; i++) {
        try (TorchModule module = archive.load()) {
          loaded++;
          assertEquals(11, module.forward(vector(1, 2, 3)).get(0).data()[0]);
        } catch (IllegalArgumentException e) {
          assertTrue(e.getMessage().startsWith("sha256 of "), e.getMessage());
        }
      }
    } finally {
      stop.set(true);
      swapper.join();
    }
    assertTrue(loaded > 0);
  }

  @Test
  void severalInputsAndOutputs() {
    Archive archive =
        new Archive("Two")
            .method(
                "forward",
                "x: Tensor,\n    i: Tensor",
                "Tuple[Tensor, Tensor]",
                "    return (torch.neg(x), torch.index_select(x, 0, i))\n");
    try (TorchModule module = TorchModule.load(archive.bytes())) {
      List<Tensor.Floats> out =
          module.forward(vector(5, 6, 7), new Tensor.Longs(new long[] {2, 0}, 2));
      assertArrayEquals(new float[] {-5, -6, -7}, out.get(0).data());
      assertArrayEquals(new float[] {7, 5}, out.get(1).data());
    }
  }

  @Test
  void pullbackIsTheVectorJacobianProduct() {
    try (TorchModule module = TorchModule.load(square().bytes());
        TorchModule.Trace trace = module.trace(vector(1, 2, 3))) {
      assertArrayEquals(new float[] {11, 18, 37}, trace.output().data());
      // dy_i/dx_i = 2 w_i x_i
      assertArrayEquals(
          new float[] {2, -8, 9}, trace.pullback(new float[] {1, -1, 0.5f}).data(), 1e-6f);
    }
  }

  @Test
  void tracesKeepTheirOwnInputs() {
    try (TorchModule module = TorchModule.load(square().bytes());
        TorchModule.Trace one = module.trace(vector(1, 2, 3));
        TorchModule.Trace other = module.trace(vector(4, 5, 6))) {
      module.forward(vector(7, 8, 9));
      assertArrayEquals(new float[] {8, 20, 36}, other.pullback(new float[] {1, 1, 1}).data());
      assertArrayEquals(new float[] {2, 8, 18}, one.pullback(new float[] {1, 1, 1}).data());
    }
  }

  @Test
  void parametersGatherGradientsAndTakeNewValues() {
    try (TorchModule module = TorchModule.loadTrainable(square().bytes())) {
      TorchModule.Parameter w = module.parameters().get("w");
      assertEquals(3, w.size());
      float[] gradient = new float[4];
      for (int pass = 0; pass < 2; pass++) {
        try (TorchModule.Trace trace = module.traceParameters(vector(1, 2, 3))) {
          trace.backward(new float[] {1, 1, 2});
        }
        w.takeGradient(gradient, 1);
        assertArrayEquals(new float[] {0, 1, 4, 18}, gradient); // cleared between passes
      }
      w.set(new float[] {9, 0, 0, 1}, 1);
      assertArrayEquals(new float[] {10, 10, 19}, module.forward(vector(1, 2, 3)).get(0).data());
    }
  }

  @Test
  void nothingLeaks() {
    float[] x = new float[64];
    try (TorchModule module =
        TorchModule.load(
            new Archive("Wide")
                .parameter("w", new Tensor.Floats(new float[64 * 64], 64, 64))
                .method(
                    "forward",
                    "x: Tensor",
                    "Tensor",
                    "    return torch.tanh(torch.linear(x, self.w, None))\n")
                .bytes())) {
      module.forward(new Tensor.Floats(x, 1, 64));
      int before = module.liveArrays();
      for (int i = 0; i < 10_000; i++) {
        module.forward(new Tensor.Floats(x, 1, 64));
        module.forward(y -> {}, new Tensor.Floats(x, 1, 64));
      }
      assertEquals(before, module.liveArrays());
      for (int i = 0; i < 10_000; i++) {
        try (TorchModule.Trace trace = module.trace(new Tensor.Floats(x, 1, 64))) {
          trace.pullback(x, y -> {});
        }
      }
      assertEquals(before, module.liveArrays());
    }
  }

  /** Doubles from within an array, twice: each copy gives what floats give. */
  @Test
  void doublesAreRoundedOnTheirWayIn() {
    double[] values = {9, 1.1, 2.2, 3.3, 9};
    try (TorchModule module = TorchModule.load(square().bytes())) {
      float[] once = module.forward(vector(1.1f, 2.2f, 3.3f)).get(0).data();
      float[] twice = new float[6];
      module.forward(y -> y.get(twice), new Tensor.Rounded(values, 1, 2, 2, 3));
      assertArrayEquals(once, Arrays.copyOf(twice, 3));
      assertArrayEquals(once, Arrays.copyOfRange(twice, 3, 6));
    }
    assertThrows(IllegalArgumentException.class, () -> new Tensor.Rounded(values, 3, 1, 3));
    assertThrows(IllegalArgumentException.class, () -> new Tensor.Rounded(values, 0, 2, 3));
  }

  /** What is asked for often stays, the least recently used goes; nothing leaks. */
  @Test
  void inputsAreKeptOnTheDeviceAndMadeOnce() {
    List<Integer> made = new ArrayList<>();
    Archive product =
        new Archive("Product")
            .method("forward", "x: Tensor, c: Tensor", "Tensor", "    return torch.mul(x, c)\n");
    try (TorchModule module = TorchModule.load(product.bytes())) {
      KeptInputs<Integer> kept = new KeptInputs<>(module);
      int before = module.liveArrays();
      for (int i = 0; i < 100; i++) {
        for (int key : new int[] {0, 1 + i % 20}) {
          Tensor input =
              kept.of(
                      key,
                      () -> {
                        made.add(key);
                        return List.of(vector(key, 2, 3));
                      })
                  .get(0);
          assertArrayEquals(new long[] {3}, input.shape());
          assertEquals(7 * key, module.forward(vector(7, 7, 7), input).get(0).data()[0]);
          try (TorchModule.Trace trace = module.trace(vector(7, 7, 7), input)) {
            assertArrayEquals(
                new float[] {key, 2, 3}, trace.pullback(new float[] {1, 1, 1}).data());
          }
        }
      }
      assertEquals(1, made.stream().filter(key -> key == 0).count());
      assertEquals(101, made.size());
      assertEquals(before + 8, module.liveArrays());
      Tensor first = kept.of(0, () -> List.of(vector(0))).get(0);
      assertThrows(IllegalArgumentException.class, () -> module.forward(first, vector(1)));
    }
  }

  @Test
  void wantOfMemoryIsOneLine() {
    Archive greedy =
        new Archive("Greedy")
            .method(
                "forward",
                "x: Tensor",
                "Tensor",
                "    return torch.zeros([1125899906842624], dtype=None, layout=None, device=None,"
                    + " pin_memory=None)\n");
    try (TorchModule module = TorchModule.load(greedy.bytes())) {
      int before = module.liveArrays();
      String message =
          assertThrows(OutOfDeviceMemory.class, () -> module.forward(vector(1))).getMessage();
      assertTrue(message.contains("can't allocate memory"), message);
      assertEquals(1, message.lines().count());
      assertThrows(OutOfDeviceMemory.class, () -> module.trace(vector(1)));
      assertEquals(before, module.liveArrays());
    }
  }

  @Test
  void threadsShareAModule() throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (TorchModule module = TorchModule.load(square().bytes())) {
      List<Future<?>> runs = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        float base = t;
        runs.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    float v = base + i;
                    float[] y = module.forward(vector(v, v, v)).get(0).data();
                    assertArrayEquals(new float[] {v * v + 10, 2 * v * v + 10, 3 * v * v + 10}, y);
                    try (TorchModule.Trace trace = module.trace(vector(v, v, v))) {
                      assertEquals(2 * v, trace.pullback(new float[] {1, 1, 1}).data()[0]);
                    }
                  }
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void refusesWhatIsNoArchive() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> TorchModule.load(new byte[100]))
            .getMessage();
    assertTrue(message.startsWith("not a loadable TorchScript archive"), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void aTensorMustFitItsShape() {
    assertThrows(IllegalArgumentException.class, () -> new Tensor.Floats(new float[5], 2, 3));
  }
}
