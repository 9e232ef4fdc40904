package io.github.tiltbench.engine.published.transformer;

import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.PublishedScript;
import java.util.List;

/**
 * A CLIP encoder of images: {@code CLIPVisionModelWithProjection}.
 *
 * <p>Patches behind a class token, positions, a normalisation, blocks; of the class token a
 * normalisation and a projection.
 *
 * @param side of the square images
 * @param patch side of a patch
 * @param width features of a token
 * @param projection features of the embedding
 */
public record ImageTower(
    int side,
    int patch,
    int width,
    int heads,
    int hidden,
    int layers,
    Mlp mlp,
    double epsilon,
    int projection) {

  /** {@code forward(x)} of normalised images (B, 3, side, side) gives (B, projection). */
  public PublishedNetwork network(ClipNames names) {
    PublishedScript script = script();
    return script.network("x: Tensor", write(script, names));
  }

  /** The same, of length 1. */
  public PublishedNetwork embedding(ClipNames names) {
    PublishedScript script = script();
    return script.network("x: Tensor", TextTower.unit(script, write(script, names)));
  }

  private static PublishedScript script() {
    return new PublishedScript("CLIPVisionModelWithProjection");
  }

  private String write(PublishedScript script, ClipNames names) {
    int across = side / patch;
    String w = script.weight(names.patches, width, 3, patch, patch);
    String patches =
        script.let(
            "torch.conv2d(%s, %s, None, [%d, %d], [0, 0], [1, 1], 1)",
            script.cast("x"), w, patch, patch);
    String h = withClass(script, patches, script.weight(names.classToken, width), width);
    h = script.add(h, script.weight(names.patchPositions, across * across + 1, width));
    h = script.layerNorm(names.imageNorm, h, width, epsilon);
    List<String> states =
        new TransformerBlock(names.block, width, heads, hidden, mlp, epsilon, false)
            .stack(script, names.imageBlocks, h, layers);
    String first = script.let("torch.select(%s, 1, 0)", states.get(layers));
    String pooled = script.layerNorm(names.imageEndNorm, first, width, epsilon);
    return TextTower.project(script, names, names.imageProjection, pooled, width, projection);
  }

  /** Patches (B, width, rows, columns) as tokens (B, 1 + rows * columns, width). */
  static String withClass(PublishedScript script, String patches, String token, int width) {
    String tokens = script.let("torch.transpose(torch.flatten(%s, 2, -1), 1, 2)", patches);
    String first =
        script.let(
            "torch.expand(torch.reshape(%s, [1, 1, %d]), [torch.size(%s, 0), -1, -1])",
            token, width, tokens);
    return script.let("torch.cat([%s, %s], 1)", first, tokens);
  }
}
