package io.github.tiltbench.engine.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what Pillow 9.4, torch 1.13 and torchvision 0.14 made of four images. */
class PreprocessingTest {
  private static final SortedMap<String, Tensor.Floats> GOLDEN = golden();

  private static SortedMap<String, Tensor.Floats> golden() {
    try {
      return Safetensors.read(
              Path.of(
                  PreprocessingTest.class.getResource("/verifiers/preprocess.safetensors").toURI()))
          .tensors();
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Channel c of an image whose channels lie together. */
  private static double[] channel(Tensor.Floats image, int c) {
    double[] channel = new double[image.data().length / 3];
    Arrays.setAll(channel, i -> image.data()[3 * i + c]);
    return channel;
  }

  private static int height(String name) {
    return (int) GOLDEN.get(name + ".image").shape()[0];
  }

  private static int width(String name) {
    return (int) GOLDEN.get(name + ".image").shape()[1];
  }

  /** The image with values from 0 to 1, channel by channel. */
  private static double[] image(String name) {
    Tensor.Floats image = GOLDEN.get(name + ".image");
    double[] all = new double[image.data().length];
    for (int c = 0; c < 3; c++) {
      double[] channel = channel(image, c);
      for (int i = 0; i < channel.length; i++) {
        all[c * channel.length + i] = channel[i] / 255;
      }
    }
    return all;
  }

  private static Resize resize(String name, Tensor.Floats to, Kernel kernel, boolean antialias) {
    int rows = (int) to.shape()[to.shape()[0] == 3 ? 1 : 0];
    int columns = (int) to.shape()[to.shape()[0] == 3 ? 2 : 1];
    return antialias
        ? new Resize(
            Resampling.antialiased(kernel, height(name), rows),
            Resampling.antialiased(kernel, width(name), columns))
        : new Resize(
            Resampling.interpolated(kernel, height(name), rows),
            Resampling.interpolated(kernel, width(name), columns));
  }

  @ParameterizedTest
  @ValueSource(strings = {"down", "even", "mixed", "up"})
  void bytesAreThoseOfPillow(String name) {
    Tensor.Floats expected = GOLDEN.get(name + ".pil_bicubic");
    Resize resize = resize(name, expected, Kernel.BICUBIC, true);
    for (int c = 0; c < 3; c++) {
      int[] in =
          Arrays.stream(channel(GOLDEN.get(name + ".image"), c)).mapToInt(v -> (int) v).toArray();
      int[] out = Arrays.stream(channel(expected, c)).mapToInt(v -> (int) v).toArray();
      assertArrayEquals(out, resize.ofBytes(in), name + " channel " + c);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"down", "even", "mixed", "up"})
  void realNumbersAreThoseOfTorch(String name) {
    assertResized(name, "tensor_bilinear_aa", Kernel.BILINEAR, true);
    assertResized(name, "tensor_bilinear_noaa", Kernel.BILINEAR, false);
    assertResized(name, "tensor_bicubic_aa", Kernel.BICUBIC, true);
    assertResized(name, "tensor_bicubic_noaa", Kernel.BICUBIC, false);
    assertResized(name, "torchvision_resize_default", Kernel.BILINEAR, false);
  }

  private static void assertResized(String name, String how, Kernel kernel, boolean antialias) {
    Tensor.Floats expected = GOLDEN.get(name + "." + how);
    Resize resize = resize(name, expected, kernel, antialias);
    double[] image = image(name);
    for (int c = 0; c < 3; c++) {
      int area = image.length / 3;
      double[] found = resize.of(Arrays.copyOfRange(image, c * area, (c + 1) * area));
      for (int i = 0; i < found.length; i++) {
        assertEquals(expected.data()[c * found.length + i], found[i], 1e-6, name + " " + how);
      }
    }
  }

  /** The two crops differ by a pixel where the odd rest is 3, as in the first image. */
  @ParameterizedTest
  @ValueSource(strings = {"down", "even", "mixed", "up"})
  void pixelsAreThoseOfTheImageProcessors(String name) {
    assertPixels(name, "clip_pixel_values", Preprocessing.CLIP_8BIT);
    assertPixels(name, "openai_pixel_values", Preprocessing.OPENAI_8BIT);
  }

  private static void assertPixels(String name, String how, Preprocessing preprocessing) {
    Tensor.Floats expected = GOLDEN.get(name + "." + how);
    int side = (int) expected.shape()[1];
    float[] found = preprocessing.pixels(height(name), width(name), side).of(image(name));
    assertArrayEquals(expected.data(), found, 1e-6f, name + " " + how);
  }

  /** The guide of the papers: torch's resize of a square image, then normalised. */
  @Test
  void tensorsAreResizedAndNormalised() {
    float[] found = Preprocessing.CLIP_TENSOR.pixels(32, 32, 8).of(image("even"));
    float[] antialiased = Preprocessing.CLIP_TENSOR_ANTIALIASED.pixels(32, 32, 8).of(image("even"));
    float[] hps = Preprocessing.HPS.pixels(32, 32, 8).of(image("even"));
    float[] old = Preprocessing.HPS_ALIASED.pixels(32, 32, 8).of(image("even"));
    assertNormalised("tensor_bilinear_noaa", found);
    assertNormalised("tensor_bilinear_aa", antialiased);
    assertNormalised("tensor_bicubic_aa", hps);
    assertNormalised("tensor_bicubic_noaa", old);
  }

  private static void assertNormalised(String how, float[] found) {
    double[] mean = {0.48145466, 0.4578275, 0.40821073};
    double[] deviation = {0.26862954, 0.26130258, 0.27577711};
    float[] resized = GOLDEN.get("even." + how).data();
    for (int i = 0; i < found.length; i++) {
      int c = i / (found.length / 3);
      assertEquals((resized[i] - mean[c]) / deviation[c], found[i], 5e-6, how);
    }
  }

  /** An image of 256 for a network of 224 is only cropped, and has the colours of ImageNet. */
  @Test
  void dinoCropsWhatIsLarger() {
    double[] image = new double[3 * 256 * 256];
    SplittableRandom random = new SplittableRandom(1);
    Arrays.setAll(image, i -> random.nextInt(256) / 255.0);
    float[] found = Preprocessing.DINOV2.pixels(256, 256, 224).of(image);
    int at = 1 * 224 * 224 + 10 * 224 + 20;
    double expected = (image[1 * 256 * 256 + 26 * 256 + 36] - 0.456) / 0.224;
    assertEquals(expected, found[at], 1e-6);
    assertEquals(3 * 224 * 224, found.length);
  }

  /** The gradient is the transpose: u' A v = v' (A' u), for every one that has a gradient. */
  @Test
  void pullbacksAreTransposes() {
    SplittableRandom random = new SplittableRandom(2);
    for (Preprocessing preprocessing : Preprocessing.values()) {
      PixelValues pixels = preprocessing.pixels(11, 11, 4);
      float[] u = new float[3 * 16];
      for (int i = 0; i < u.length; i++) {
        u[i] = (float) random.nextDouble(-1, 1);
      }
      if (!preprocessing.differentiable()) {
        assertThrows(UnsupportedOperationException.class, () -> pixels.pullback(u));
        continue;
      }
      double[] v = random.doubles(3 * 121).toArray();
      double[] gradient = pixels.pullback(u);
      float[] at = pixels.of(v);
      float[] zero = pixels.of(new double[v.length]);
      double left = 0;
      double right = 0;
      for (int i = 0; i < u.length; i++) {
        left += u[i] * ((double) at[i] - zero[i]);
      }
      for (int i = 0; i < v.length; i++) {
        right += gradient[i] * v[i];
      }
      assertEquals(left, right, 1e-5, preprocessing.name());
    }
  }

  @Test
  void whatIsNoNumberIsSeenEverywhere() {
    double[] image = image("even");
    image[5] = Double.NaN;
    for (float value : Preprocessing.CLIP_8BIT.pixels(32, 32, 8).of(image)) {
      assertTrue(Float.isNaN(value));
    }
  }

  @Test
  void tensorsAreSquare() {
    assertFalse(Preprocessing.CLIP_8BIT.mismatch(3, 4).isPresent());
    assertEquals(
        "it takes square images, not 3 x 4",
        Preprocessing.CLIP_TENSOR.mismatch(3, 4).orElseThrow());
    assertThrows(IllegalArgumentException.class, () -> Preprocessing.CLIP_TENSOR.pixels(3, 4, 2));
  }

  /** Positions of DINOv2: a scale of its own moves where outputs lie. */
  @Test
  void aScaleOfItsOwnMovesOutputs() {
    double[] ramp = {0, 1, 2, 3, 4};
    Resampling size = Resampling.interpolated(Kernel.BILINEAR, 5, 3);
    Resampling scaled = Resampling.interpolated(Kernel.BILINEAR, 5, 3, 5 / 3.1);
    for (int i = 0; i < 3; i++) {
      assertEquals((i + 0.5) * 5 / 3 - 0.5, size.at(i, ramp, 0, 1), 1e-12);
      assertEquals((i + 0.5) * 5 / 3.1 - 0.5, scaled.at(i, ramp, 0, 1), 1e-12);
    }
    double[] matrix = scaled.matrix();
    for (int i = 0; i < 3; i++) {
      double sum = 0;
      for (int j = 0; j < 5; j++) {
        sum += matrix[5 * i + j] * ramp[j];
      }
      assertEquals(scaled.at(i, ramp, 0, 1), sum, 1e-12);
    }
  }
}
