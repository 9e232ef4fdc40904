package io.github.tiltbench.engine.published.transformer;

import io.github.tiltbench.engine.published.PublishedScript;

/** What a block does with each token by itself, between two linear maps. */
public enum Mlp {
  /** {@code x * sigmoid(1.702 x)}, of OpenAI's models. */
  QUICK_GELU {
    @Override
    String write(PublishedScript script, String x, int hidden) {
      return script.let("torch.mul(%s, torch.sigmoid(torch.mul(%s, 1.702)))", x, x);
    }
  },
  /** By the error function. */
  GELU {
    @Override
    String write(PublishedScript script, String x, int hidden) {
      return script.gelu(x);
    }
  },
  /** {@code silu} of the first half times the second half: the first map is twice as wide. */
  SWIGLU {
    @Override
    String write(PublishedScript script, String x, int hidden) {
      String gate = script.silu(script.let("torch.narrow(%s, -1, 0, %d)", x, hidden));
      return script.let("torch.mul(%s, torch.narrow(%s, -1, %d, %d))", gate, x, hidden, hidden);
    }
  };

  /** Writes what is between the maps; the result has {@code hidden} features. */
  abstract String write(PublishedScript script, String x, int hidden);

  /** Features of the first map. */
  int first(int hidden) {
    return this == SWIGLU ? 2 * hidden : hidden;
  }
}
