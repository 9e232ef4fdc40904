package io.github.tiltbench.engine.published.transformer;

import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.PublishedScript;
import java.util.List;

/**
 * A DINOv2: {@code forward(x)} of normalised images (B, 3, side, side).
 *
 * <p>Source: Oquab et al. 2023, arXiv:2304.07193; facebookresearch/dinov2.
 *
 * @param side of the square images
 * @param trained patches along a side of the images that positions were trained with
 * @param patch side of a patch
 * @param width features of a token
 * @param mlp GELU, or SWIGLU of the largest
 * @param positions how those trained become those of {@code side}, where they are not as many
 */
public record Dinov2(
    int side,
    int trained,
    int patch,
    int width,
    int heads,
    int hidden,
    int layers,
    Mlp mlp,
    double epsilon,
    Positions positions) {

  /** Features between the maps of each token where SwiGLU stands for a factor of {@code ratio}. */
  public static int gated(int width, int ratio) {
    return (width * ratio * 2 / 3 + 7) / 8 * 8;
  }

  /**
   * The features of the last layers that a linear classifier is trained on, (B, (of + 1) width):
   * normalised class tokens of so many last layers, the first of them first, and the mean of the
   * last layer's patches.
   */
  public PublishedNetwork features(DinoNames names, int of) {
    PublishedScript script = new PublishedScript("Dinov2");
    return script.network("x: Tensor", features(script, names, of));
  }

  /** Logits (B, classes) by the classifier that the checkpoint of transformers holds. */
  public PublishedNetwork logits(DinoNames names, int classes) {
    PublishedScript script = new PublishedScript("Dinov2ForImageClassification");
    String features = features(script, names, 1);
    return script.network(
        "x: Tensor", script.linear(DinoNames.CLASSIFIER, features, 2 * width, classes));
  }

  private String features(PublishedScript script, DinoNames names, int of) {
    if (of > layers) {
      throw new IllegalArgumentException(
          "features of " + of + " layers are wanted of a network of " + layers);
    }
    List<String> states = states(script, names);
    StringBuilder parts = new StringBuilder();
    String last = "";
    for (int layer = layers - of + 1; layer <= layers; layer++) {
      last = script.layerNorm(names.norm, states.get(layer), width, epsilon);
      parts.append(script.let("torch.select(%s, 1, 0)", last)).append(", ");
    }
    int patches = side / patch * (side / patch);
    String mean = script.let("torch.mean(torch.narrow(%s, 1, 1, %d), [1])", last, patches);
    return script.let("torch.cat([%s%s], -1)", parts, mean);
  }

  private List<String> states(PublishedScript script, DinoNames names) {
    String patches = script.weight(names.patches + ".weight", width, 3, patch, patch);
    String bias = script.weight(names.patches + ".bias", width);
    String h =
        script.let(
            "torch.conv2d(%s, %s, %s, [%d, %d], [0, 0], [1, 1], 1)",
            script.cast("x"), patches, bias, patch, patch);
    h = ImageTower.withClass(script, h, script.weight(names.classToken, 1, 1, width), width);
    h = script.add(h, positions(script, names));
    return new TransformerBlock(
            names.block(mlp == Mlp.SWIGLU), width, heads, hidden, mlp, epsilon, false)
        .stack(script, names.blocks, h, layers);
  }

  private String positions(PublishedScript script, DinoNames names) {
    int across = side / patch;
    int count = trained * trained;
    String all = script.weight(names.positions, 1, count + 1, width);
    if (across == trained) {
      return all;
    }
    int wanted = across * across;
    String matrix = script.cast(script.buffer(positions.matrix(trained, across), 1, wanted, count));
    return script.let(
        "torch.cat([torch.narrow(%s, 1, 0, 1), torch.matmul(%s, torch.narrow(%s, 1, 1, %d))], 1)",
        all, matrix, all, count);
  }
}
