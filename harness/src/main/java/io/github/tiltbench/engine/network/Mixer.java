package io.github.tiltbench.engine.network;

/**
 * An all-MLP classifier of square one-channel images: {@code forward(x)} with x (B, 1, S, S) in
 * [-1, 1] gives log-probabilities (B, classes).
 *
 * <p>MLP-Mixer (Tolstikhin et al. 2021, arXiv:2105.01601): patches become tokens; blocks mix over
 * tokens, then over features. No convolution, no attention: it errs elsewhere than {@link ResNet}.
 *
 * @param side S
 * @param patch side of a patch
 * @param width features of a token
 * @param depth blocks
 * @param tokenHidden hidden features of the mixing over tokens
 * @param featureHidden hidden features of the mixing over features
 */
public record Mixer(
    int side, int patch, int width, int depth, int tokenHidden, int featureHidden, int classes)
    implements ClassNetwork {
  /** Refuses sizes that do not fit together. */
  public Mixer {
    Architecture.requireSize("patch", patch);
    Architecture.requireMultiple("side", side, patch);
    Architecture.requireSize("width", width);
    Architecture.requireSize("depth", depth);
    Architecture.requireSize("tokenHidden", tokenHidden);
    Architecture.requireSize("featureHidden", featureHidden);
    Architecture.requireSize("classes", classes);
  }

  @Override
  public Network network() {
    return ClassHead.network("Mixer", this::trunk, features(), classes);
  }

  @Override
  public Network withFeatures() {
    return ClassHead.withFeatures("Mixer", this::trunk, features(), classes);
  }

  @Override
  public int features() {
    return width;
  }

  /** Everything up to the features. */
  private String trunk(Script script) {
    int tokens = (side / patch) * (side / patch);
    String h = script.let("torch.pixel_unshuffle(x, %d)", patch);
    h = script.let("torch.transpose(torch.flatten(%s, 2, -1), 1, 2)", h);
    h = script.linear("enter", h, patch * patch, width, 1);
    String place = script.parameter("place", Network.Initial.normal(0.1, 1), 1, tokens, width);
    h = script.add(h, place);
    for (int i = 0; i < depth; i++) {
      String n = script.layerNorm("t" + i + "_n", h, width);
      n = script.let("torch.transpose(%s, 1, 2)", n);
      n = mlp(script, "t" + i, n, tokens, tokenHidden);
      h = script.add(h, script.let("torch.transpose(%s, 1, 2)", n));
      n = script.layerNorm("f" + i + "_n", h, width);
      h = script.add(h, mlp(script, "f" + i, n, width, featureHidden));
    }
    return script.let("torch.mean(%s, [1])", script.layerNorm("leave", h, width));
  }

  private static String mlp(Script script, String name, String x, int width, int hidden) {
    String h = script.let("torch.gelu(%s)", script.linear(name + "_1", x, width, hidden, 1));
    return script.linear(name + "_2", h, hidden, width, 0.1);
  }
}
