package io.github.tiltbench.engine.image;

import java.util.Optional;

/** What becomes of an image before a published network sees it, by the name of who does it. */
public enum Preprocessing {
  /** Bytes, Pillow's bicubic, centre crop: {@code CLIPImageProcessor} of transformers. */
  CLIP_8BIT(true, Kernel.BICUBIC, true, Crop.DOWN, Colours.CLIP),
  /** The same with the crop of torchvision: {@code clip.load} of openai/CLIP and ImageReward. */
  OPENAI_8BIT(true, Kernel.BICUBIC, true, Crop.EVEN, Colours.CLIP),
  /** Square images, bilinear without antialiasing: guides of SVDD, and of others up to 2023. */
  CLIP_TENSOR(false, Kernel.BILINEAR, false, Crop.NONE, Colours.CLIP),
  /** Square images, bilinear with antialiasing: guides under torchvision from 0.17 on. */
  CLIP_TENSOR_ANTIALIASED(false, Kernel.BILINEAR, true, Crop.NONE, Colours.CLIP),
  /** Bicubic in real numbers, centre crop: HPSv2, under torchvision from 0.17 on. */
  HPS(false, Kernel.BICUBIC, true, Crop.EVEN, Colours.CLIP),
  /** The same without antialiasing: HPSv2 under older torchvision. */
  HPS_ALIASED(false, Kernel.BICUBIC, false, Crop.EVEN, Colours.CLIP),
  /** Bytes, Pillow's bicubic to 8/7 of the side, centre crop. */
  DINOV2(true, Kernel.BICUBIC, true, Crop.EVEN, Colours.IMAGENET) {
    @Override
    int edge(int side) {
      return Math.round(side * 256f / 224);
    }
  };

  private enum Crop {
    NONE,
    DOWN,
    EVEN
  }

  /** Means and deviations as published, to the digits that single precision holds. */
  private record Colours(float[] mean, float[] deviation) {
    static final Colours CLIP =
        new Colours(
            new float[] {0.48145467f, 0.4578275f, 0.40821072f},
            new float[] {0.26862955f, 0.2613026f, 0.2757771f});
    static final Colours IMAGENET =
        new Colours(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});
  }

  private final boolean bytes;
  private final Kernel kernel;
  private final boolean antialias;
  private final Crop crop;

  @SuppressWarnings("ImmutableEnumChecker") // nobody writes into its arrays
  private final Colours colours;

  Preprocessing(boolean bytes, Kernel kernel, boolean antialias, Crop crop, Colours colours) {
    this.bytes = bytes;
    this.kernel = kernel;
    this.antialias = antialias;
    this.crop = crop;
    this.colours = colours;
  }

  /** Length of the shorter edge before the crop. */
  int edge(int side) {
    return side;
  }

  /** Whether it has a gradient: images do not become bytes. */
  public boolean differentiable() {
    return !bytes;
  }

  /** Why it cannot take images of a size, or empty if it can. */
  public Optional<String> mismatch(int height, int width) {
    return crop == Crop.NONE && height != width
        ? Optional.of("it takes square images, not " + height + " x " + width)
        : Optional.empty();
  }

  /**
   * What images of one size become for a network of another.
   *
   * @param side of the square images that the network sees
   */
  public PixelValues pixels(int height, int width, int side) {
    mismatch(height, width)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
    int edge = edge(side);
    int shorter = Math.min(height, width);
    Resize resize =
        new Resize(
            axis(height, (int) ((long) edge * height / shorter), side),
            axis(width, (int) ((long) edge * width / shorter), side));
    return new PixelValues(resize, bytes, colours.mean, colours.deviation);
  }

  private Resampling axis(int in, int out, int side) {
    Resampling whole =
        antialias
            ? Resampling.antialiased(kernel, in, out)
            : Resampling.interpolated(kernel, in, out);
    int excess = out - side;
    return whole.crop(crop == Crop.EVEN ? (int) Math.rint(excess / 2.0) : excess / 2, side);
  }
}
