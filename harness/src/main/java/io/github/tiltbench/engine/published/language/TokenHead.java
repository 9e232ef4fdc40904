package io.github.tiltbench.engine.published.language;

import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.PublishedScript;
import java.util.Arrays;

/**
 * What becomes of the logits of a token network.
 *
 * @param open the tokens that may be predicted; of the others the logit is minus infinity
 * @param temperature that logits are divided by
 */
public record TokenHead(boolean[] open, double temperature) {
  /** Refuses a head that predicts nothing. */
  public TokenHead {
    open = open.clone();
    int count = 0;
    for (boolean each : open) {
      count += each ? 1 : 0;
    }
    if (count == 0) {
      throw new IllegalArgumentException("no token may be predicted");
    }
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("temperature must be above 0 but is " + temperature);
    }
  }

  /** The logits as they are. */
  public static TokenHead plain(int tokens) {
    boolean[] all = new boolean[tokens];
    Arrays.fill(all, true);
    return new TokenHead(all, 1);
  }

  /** The features (masks, width) of the masked places of (B, L, width). */
  static String masked(PublishedScript script, String features, int width) {
    return script.let("torch.index_select(torch.reshape(%s, [-1, %d]), 0, at)", features, width);
  }

  /** The network whose {@code forward(ids, at)}, or with more arguments, gives logits. */
  PublishedNetwork network(PublishedScript script, String logits, String more) {
    String scaled =
        temperature == 1 ? logits : script.let("torch.mul(%s, %s)", logits, 1 / temperature);
    float[] closed = new float[open.length];
    boolean all = true;
    for (int v = 0; v < open.length; v++) {
      closed[v] = open[v] ? 0 : Float.NEGATIVE_INFINITY;
      all &= open[v];
    }
    String kept =
        all ? scaled : script.add(scaled, script.cast(script.buffer(closed, closed.length)));
    return script.network("ids: Tensor,\n    at: Tensor" + more, kept);
  }
}
