package io.github.tiltbench.engine.network;

/**
 * A function of vectors and a level: {@code forward(x, t)} with x (B, {@code inputs}) and t (B) in
 * [0, 1] gives (B, {@code outputs}).
 *
 * <p>Fully connected layers beside one linear map of the input, so that what is linear at every
 * level alike needs no hidden feature.
 *
 * @param width features of a hidden layer
 * @param depth hidden layers
 * @param octaves frequencies of the level's sines and cosines
 */
public record Perceptron(int inputs, int outputs, int width, int depth, int octaves) {
  /** The network as text. */
  public Network network() {
    Script script = new Script();
    String x = script.let("torch.cat([x, %s], 1)", script.waves("t", octaves));
    int in = inputs + 2 * octaves;
    String h = x;
    for (int i = 0; i < depth; i++) {
      h = script.silu(script.linear("hidden" + i, h, i == 0 ? in : width, width, 1));
    }
    h = script.linear("leave", h, width, outputs, 0.1);
    h = script.add(h, script.linear("beside", x, in, outputs, 0.1));
    return new Network(
        "Perceptron",
        "x: Tensor,\n    t: Tensor",
        script.body(h),
        script.parameters(),
        script.buffers());
  }
}
